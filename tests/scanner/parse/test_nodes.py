"""Nodes at registration by three witnesses, and what makes a stamp a development kit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.bundle import Declared
from stampcheck.model import Known
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.nodes import is_development_kit, nodes_at_registration
from tests.scanner.parse import builders as b

KIT = "local.azurestack.external"
SINGLE = {"NumberOfNodes": 1}
KITS_NAMES = {"RegionName": "local", "ExternalDomainFQDN": "azurestack.external"}
FABRIC_OF = "https://adminmanagement.{}/subscriptions/x/providers/Microsoft.Fabric.Admin"


def token(*cores: int, at: str = b.AT, **claims: Any) -> Held:
    hardware = [{"numCores": number, "name": "host"} for number in cores]
    body = {"billingModel": "Capacity", "cloudId": b.CLOUD, "hardwareInfo": hardware} | claims
    return b.bare("registration-token.json", body, at=at)


def information(**fields: Any) -> Held:
    return b.held("stamp-information.json", b.information(**fields))


def unit(several: object, nodes: object = None) -> Held:
    body = b.listing(
        {
            "id": f"{b.FABRIC}/scaleUnits/s",
            "type": "Microsoft.Fabric.Admin/fabricLocations/scaleUnits",
            "name": "ams/s",
            "properties": {"isMultiNode": several, "nodes": nodes, "state": "Running"},
        }
    )
    return b.held("scale-units.json", body, kind="scale-units")


def listed(number: int, at: str = b.AT, **rest: Any) -> Held:
    entries = [
        {"name": f"ams/{n}", "properties": {"scaleUnitNodeStatus": "Running"}}
        for n in range(number)
    ]
    return b.held("nodes.json", b.listing(*entries, **rest), at=at, kind="scale-unit-nodes")


def asked(domain: str, path: str = "") -> Held:
    request = FABRIC_OF.format(domain) + path
    return b.held("fabric-locations.json", b.listing(b.fabric()), request)


def scanned(*documents: Held, nodes: int | None = None, **declared: Any) -> Evidence:
    evidence = b.evidence(*documents, declared=Declared(**declared))
    evidence.baseline_nodes = nodes
    return evidence


@pytest.mark.parametrize(
    ("evidence", "number", "document"),
    [
        (scanned(token(32, 32), nodes=8, nodes_at_registration=4), 4, "inventory"),
        (scanned(token(32, 32), nodes=8), 2, "registration-token.json"),
        (scanned(nodes=8), 8, "baseline"),
        (scanned(token(), nodes=8), 8, "baseline"),
        (scanned(nodes_at_registration=4), 4, "inventory"),
    ],
)
def test_the_declared_number_goes_before_the_tokens_and_that_before_an_earlier_scans(
    evidence: Evidence, number: int, document: str
) -> None:
    found = nodes_at_registration(evidence)

    assert b.value(found) == number
    assert isinstance(found, Known)
    assert found.source.document == document


def test_the_newest_token_counts() -> None:
    found = nodes_at_registration(scanned(token(1, 1), token(1, 1, 1, at=b.LATER)))

    assert b.value(found) == 3


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (scanned(), "not-collected"),
        (scanned(token()), "malformed"),
        (scanned(token(hardwareInfo="x")), "absent-in-answer"),
        (scanned(token(32, cloudId=b.DEPLOYMENT), information()), "ambiguous"),
        (scanned(token(32), token(32, cloudId=b.DEPLOYMENT)), "ambiguous"),
        (scanned(nodes=0), "malformed"),
        (scanned(nodes=-1), "malformed"),
        (scanned(nodes=10**30), "malformed"),
        (scanned(nodes_at_registration=0, nodes=4), "malformed"),
    ],
)
def test_what_is_no_number_of_nodes_of_this_stamp_is_missing(
    evidence: Evidence, reason: str
) -> None:
    assert b.reason(nodes_at_registration(evidence)) == reason


@pytest.mark.parametrize(
    "evidence",
    [
        scanned(information(**KITS_NAMES, **SINGLE)),
        scanned(
            information(RegionName="LOCAL", ExternalDomainFQDN="AzureStack.External.", **SINGLE)
        ),
        scanned(information(RegionName="local", ExternalDomainFQDN=KIT, **SINGLE)),
        scanned(information(ExternalDomainFQDN=KIT, **SINGLE)),
        scanned(information(**KITS_NAMES, NumberOfNodes=None)),
        scanned(information(**KITS_NAMES, NumberOfNodes=None), unit(several=False)),
        scanned(
            information(
                AdminExternalEndpoints={"AdminPortal": f"https://adminportal.{KIT}/"}, **SINGLE
            )
        ),
        scanned(asked(KIT)),
        scanned(asked(f"{KIT}:443")),
        scanned(asked(KIT.upper())),
        scanned(admin_endpoint=f"https://adminmanagement.{KIT}"),
        scanned(
            b.held(
                "endpoints.json",
                {
                    "galleryEndpoint": f"https://adminportal.{KIT}:30015/",
                    "graphEndpoint": "https://graph.windows.net/",
                    "authentication": {"loginEndpoint": "https://login.windows.net/"},
                },
                kind="endpoints",
            )
        ),
    ],
)
def test_the_kits_own_domain_makes_a_development_kit(evidence: Evidence) -> None:
    assert b.value(is_development_kit(evidence)) is True


@pytest.mark.parametrize(
    "evidence",
    [
        scanned(information(RegionName="ams", ExternalDomainFQDN="contoso.com", **SINGLE)),
        scanned(information(RegionName="ams", ExternalDomainFQDN="azurestack.external", **SINGLE)),
        scanned(information(RegionName="local", ExternalDomainFQDN="contoso.com", **SINGLE)),
        scanned(information(RegionName="ams", **SINGLE)),
        scanned(information(ExternalDomainFQDN="contoso.com", **SINGLE)),
        scanned(asked("ams.contoso.com")),
        scanned(asked(f"{KIT}.contoso.com")),
        scanned(asked(f"not{KIT}")),
        scanned(asked("ams.contoso.com", f"?x=https://adminmanagement.{KIT}/")),
        scanned(information(NumberOfNodes=4)),
        scanned(information(NumberOfNodes=None), unit(several=True)),
        scanned(unit(None, ["a", "b"])),
    ],
)
def test_another_domain_or_several_nodes_make_an_integrated_system(evidence: Evidence) -> None:
    assert b.value(is_development_kit(evidence)) is False


@pytest.mark.parametrize(
    "evidence",
    [
        scanned(information(**KITS_NAMES, NumberOfNodes=4)),
        scanned(information(**KITS_NAMES, NumberOfNodes=None), unit(several=True)),
        scanned(information(**KITS_NAMES, **SINGLE), listed(4)),
        scanned(information(**KITS_NAMES, **SINGLE), listed(4, at=b.LATER)),
        scanned(information(**KITS_NAMES, **SINGLE), listed(2, nextLink="x")),
        scanned(information(**KITS_NAMES, **SINGLE), unit(None, ["a", "b"])),
        scanned(information(**KITS_NAMES, **SINGLE), unit(several=True)),
        scanned(information(**SINGLE), unit(several=True)),
        scanned(information(**KITS_NAMES, **SINGLE), asked("ams.contoso.com")),
        scanned(asked(KIT), admin_endpoint="https://adminmanagement.ams.contoso.com"),
    ],
)
def test_a_kits_domain_with_what_no_kit_has_is_ambiguous(evidence: Evidence) -> None:
    assert b.reason(is_development_kit(evidence)) == "ambiguous"


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (scanned(), "not-collected"),
        (scanned(information(**SINGLE)), "absent-in-answer"),
        (scanned(information(RegionName="local", **SINGLE)), "absent-in-answer"),
        (
            scanned(information(ExternalDomainFQDN="azurestack.external", **SINGLE)),
            "absent-in-answer",
        ),
        (scanned(information(RegionName=5, ExternalDomainFQDN=None, **SINGLE)), "absent-in-answer"),
        (scanned(information(ExternalDomainFQDN="x y/z", **SINGLE)), "absent-in-answer"),
        (scanned(unit("perhaps")), "not-collected"),
    ],
)
def test_one_node_alone_or_half_a_domain_tells_nothing(evidence: Evidence, reason: str) -> None:
    assert b.reason(is_development_kit(evidence)) == reason


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=90))
def test_no_name_and_no_address_stops_the_reading(region: str, domain: str, address: str) -> None:
    told = information(
        RegionName=region, ExternalDomainFQDN=domain, AdminExternalEndpoints={"x": address}
    )
    is_development_kit(scanned(told))


@pytest.mark.parametrize(
    ("read_at", "told"), [("2026-10-01T00:00:00Z", "ambiguous"), ("2026-11-10T00:00:00Z", 6)]
)
def test_a_registration_that_was_written_since_overtakes_the_earlier_scan(
    read_at: str, told: object
) -> None:
    written = b.registration() | {"systemData": {"lastModifiedAt": "2026-11-01T00:00:00Z"}}
    evidence = b.evidence(b.held("registration.json", written, b.REGISTRATION))
    evidence.baseline_nodes, evidence.baseline_read_at = 6, read_at

    found = nodes_at_registration(evidence)
    assert (b.value(found) if isinstance(found, Known) else b.reason(found)) == told
