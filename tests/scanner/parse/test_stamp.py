"""What the stamp says of itself, in every shape."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse import stamp as reader
from stampcheck.parse.evidence import Held
from tests.scanner.parse import builders as b

SHAPES = {
    "as it is": b.information(),
    "with the traces of a session": b.information(PSComputerName="10.0.0.1", RunspaceId=b.CLOUD),
    "a list of one": [b.information()],
    "upper case": b.information(CloudID=f"{{{b.CLOUD.upper()}}}", IdentitySystem="azuread"),
    "numbers as text": b.information(NumberOfNodes="4"),
    "powershell": b.powershell(b.information(ERCSVMInformation=[{"Name": "x"}]), depth=1),
}


def information(**fields: Any) -> Any:
    return b.bare("stamp-information.json", b.information(**fields))


def nodes(number: int, **rest: Any) -> Any:
    entries = [
        {"name": f"ams/{n}", "properties": {"scaleUnitNodeStatus": "Running"}}
        for n in range(number)
    ]
    return b.bare("scale-unit-nodes.json", b.listing(*entries, **rest))


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_every_shape_says_the_same(body: Any) -> None:
    evidence = b.evidence(b.bare("AzureStackStampInformation.json", body))

    assert b.value(reader.stamp_side_cloud_id(evidence)) == b.CLOUD
    assert b.value(reader.deployment_id(evidence)) == b.DEPLOYMENT
    assert b.value(reader.identity_system(evidence)) == "AzureAD"
    assert b.value(reader.stamp_version(evidence)) == "1.2311.1.22"
    assert b.value(reader.nodes(evidence)) == 4


@pytest.mark.parametrize(
    "told", [None, "", b.ZEROS, "x", 5, [], {}, "x" * 1_000_000, "a\x00b", f"../{b.CLOUD}"]
)
def test_a_cloud_id_that_is_none_is_missing(told: Any) -> None:
    fact = reader.stamp_side_cloud_id(b.evidence(information(CloudID=told)))

    assert b.reason(fact) in ("absent-in-answer", "malformed")


def test_another_product_is_not_azure_stack_hub() -> None:
    evidence = b.evidence(information(StampVersion="10.2306.2.47"))

    assert b.reason(reader.stamp_side_cloud_id(evidence)) == "unsupported-version"
    assert b.reason(reader.nodes(evidence)) == "unsupported-version"


def test_the_fabric_tells_the_same_ids() -> None:
    for body in (b.fabric(), b.listing(b.fabric()), b.powershell(b.fabric(), flat=True)):
        evidence = b.evidence(b.bare("fabric-locations.json", body))
        assert b.value(reader.stamp_side_cloud_id(evidence)) == b.CLOUD
        assert b.value(reader.deployment_id(evidence)) == b.DEPLOYMENT


def test_two_answers_of_the_stamp_that_differ_are_ambiguous() -> None:
    fabric = b.bare("fabric-locations.json", b.fabric(stampCloudId=b.TENANT))

    assert b.reason(reader.stamp_side_cloud_id(b.evidence(information(), fabric))) == "ambiguous"


def test_a_token_tells_the_cloud_id_where_the_stamp_is_silent() -> None:
    claims = {"billingModel": "capacity", "cloudId": b.CLOUD.upper(), "hardwareInfo": [{}, {}]}
    token = b.bare("token.json", claims)

    assert b.value(reader.stamp_side_cloud_id(b.evidence(token))) == b.CLOUD
    assert b.value(reader.token_billing_model(b.evidence(token))) == "Capacity"
    assert b.reason(reader.token_billing_model(b.evidence())) == "not-collected"


@pytest.mark.parametrize(
    "own",
    [information(), b.bare("fabric-locations.json", b.fabric())],
    ids=["information", "fabric"],
)
def test_a_token_with_another_cloud_id_is_another_stamps(own: Held) -> None:
    claims = {"billingModel": "capacity", "cloudId": b.TENANT, "hardwareInfo": [{}, {}]}
    evidence = b.evidence(own, b.bare("token.json", claims))

    found = reader.token_billing_model(evidence)
    assert b.reason(found) == "ambiguous"
    assert "is of another stamp" in str(found)
    assert b.value(reader.stamp_side_cloud_id(evidence)) == b.CLOUD


@pytest.mark.parametrize("told", [0, -1, 4.5, True, "four", "04000", None, 10**30, [4]])
def test_a_number_of_nodes_that_is_none_is_missing(told: Any) -> None:
    fact = reader.nodes(b.evidence(information(NumberOfNodes=told)))

    assert b.reason(fact) in ("absent-in-answer", "malformed")


def test_nodes_are_counted_where_the_stamp_information_is_missing() -> None:
    unit = {"name": "ams/s", "properties": {"scaleUnitType": "HyperConverged", "nodes": ["a", "b"]}}
    units = b.bare("scale-units.json", b.listing(unit))
    cut = {"properties": {"scaleUnitType": "HyperConverged", "nodes": "a b"}}

    assert b.value(reader.nodes(b.evidence(nodes(4)))) == 4
    assert b.value(reader.nodes(b.evidence(units))) == 2
    assert b.reason(reader.nodes(b.evidence(nodes(4, nextLink="x")))) == "not-collected"
    assert b.reason(reader.nodes(b.evidence(b.bare("scale-units.json", cut)))) == "not-collected"


def counted(number: int, at: str, request: str = "", **rest: Any) -> Any:
    entries = [
        {"name": f"ams/{n}", "properties": {"scaleUnitNodeStatus": "Running"}}
        for n in range(number)
    ]
    body = b.listing(*entries, **rest)
    return b.held("nodes.json", body, request, at=at, kind="scale-unit-nodes")


def told(number: object, at: str) -> Any:
    return b.bare("stamp-information.json", b.information(NumberOfNodes=number), at=at)


NODES = f"https://adminmanagement.ams.contoso.com{b.FABRIC}/scaleUnitNodes"


@pytest.mark.parametrize("request_of_all", [NODES, NODES + "?api-version=2016-05-01", ""])
def test_the_newest_count_of_nodes_wins(request_of_all: str) -> None:
    newer = counted(8, b.LATER, request_of_all)

    assert b.value(reader.nodes(b.evidence(told(4, b.AT), newer))) == 8
    older = counted(8, b.AT, request_of_all)
    assert b.value(reader.nodes(b.evidence(told(4, b.LATER), older))) == 4


def test_two_counts_of_nodes_of_one_time_that_differ_are_ambiguous() -> None:
    assert b.reason(reader.nodes(b.evidence(told(4, b.AT), counted(8, b.AT)))) == "ambiguous"
    assert b.value(reader.nodes(b.evidence(told(4, b.AT), counted(4, b.AT)))) == 4


@pytest.mark.parametrize(
    "narrow",
    [
        counted(1, b.LATER, NODES + "/ams-n1"),
        counted(1, b.LATER, NODES + "?$filter=name eq 'x'"),
        counted(1, b.LATER, NODES + "?$top=1"),
        counted(1, b.LATER, NODES, nextLink="x"),
    ],
)
def test_a_listing_of_some_nodes_counts_nothing(narrow: Any) -> None:
    assert b.value(reader.nodes(b.evidence(told(4, b.AT), narrow))) == 4


def test_a_node_that_is_listed_twice_is_one() -> None:
    entries = [{"name": "ams/1", "properties": {"scaleUnitNodeStatus": "Running"}}] * 4

    once = b.bare("scale-unit-nodes.json", b.listing(*entries))
    assert b.value(reader.nodes(b.evidence(once))) == 1


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        ("https://login.windows.net/", "AzureAD"),
        ("https://login.microsoftonline.com", "AzureAD"),
        ("https://login.chinacloudapi.cn/", "AzureAD"),
        ("https://adfs.ams.contoso.com/adfs", "ADFS"),
        ("https://ADFS.ams.contoso.com/adfs/", "ADFS"),
    ],
)
def test_the_sign_in_address_tells_the_identity_system(address: str, identity: str) -> None:
    body = {"portalEndpoint": "x", "authentication": {"loginEndpoint": address}}

    for shape in (body, [body], b.powershell(body, depth=0)):
        evidence = b.evidence(b.bare("endpoints.json", shape))
        assert b.value(reader.identity_system(evidence)) == identity


@pytest.mark.parametrize("address", ["https://sign-in.contoso.com", "x", "", None, 5])
def test_an_unfamiliar_sign_in_address_tells_nothing(address: Any) -> None:
    body = {"portalEndpoint": "x", "authentication": {"loginEndpoint": address}}
    evidence = b.evidence(b.bare("endpoints.json", body))

    assert b.reason(reader.identity_system(evidence)) in (
        "ambiguous",
        "absent-in-answer",
        "malformed",
    )


def test_an_unfamiliar_identity_system_is_ambiguous() -> None:
    assert (
        b.reason(reader.identity_system(b.evidence(information(IdentitySystem="LDAP"))))
        == "ambiguous"
    )
