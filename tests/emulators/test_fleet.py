"""A bundle is served so that who asks for its documents gets them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from stampcheck.collect.files import collect_files
from stampcheck.demo import COMPLETE, TROUBLED
from stampcheck.demo.fleet import Fleet as Demo
from stampcheck.demo.site import Site
from stampcheck.document import AZURE_KINDS, Document
from stampcheck.inventory import read_inventory
from stampcheck.parse.recognise import request_path
from stampcheck.parse.shape import is_cut_off
from tests.emulators.caller import Caller
from tests.emulators.declaration import SignIns
from tests.emulators.estate import HUB_KINDS, Stamp, cloud_of, read_estate
from tests.emulators.fleet import Fleet, Options
from tests.emulators.server import Servers
from tests.emulators.synthetic import write_synthetic
from tests.emulators.tls import Authority

SIGN_INS = SignIns(entra="https://127.0.0.1:9", adfs="https://127.0.0.1:10")


def bundled(demo: Demo, folder: Path) -> Path:
    demo.write(folder / "evidence")
    inventory = folder / "evidence" / demo.inventory if demo.inventory else None
    declared = read_inventory(inventory) if inventory else None
    collect_files(folder / "evidence", folder / "bundle", demo.as_of, declared, lambda _: None)
    return folder / "bundle"


class Served:
    """A fleet with clients of its ports, made when they are first asked for."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self._callers: dict[str, Caller] = {}

    def __getitem__(self, name: str) -> Caller:
        if name not in self._callers:
            self._callers[name] = Caller(self.fleet.addresses[name], self.fleet.authority)
        return self._callers[name]

    def close(self) -> None:
        for caller in self._callers.values():
            caller.close()


@contextmanager
def serving(bundle: Path, folder: Path, options: Options | None = None) -> Iterator[Served]:
    with Servers() as servers:
        served = Served(Fleet(bundle, servers, Authority(folder), SIGN_INS, options))
        try:
            yield served
        finally:
            served.close()


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("complete")
    with serving(bundled(COMPLETE, folder), folder) as served:
        yield served


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("troubled")
    with serving(bundled(TROUBLED, folder), folder) as served:
        yield served


def documents(folder: Path, fleet: Fleet) -> Iterator[tuple[str, Document]]:
    """The documents with a request that are served as they are, with who is to be asked."""
    told = {one.label for one in fleet.not_served if "is served as of now" not in one.why}
    for document, stamp in read_estate(folder).documents:
        if request_path(document.request).startswith("/") and document.label not in told:
            yield _asked(document, stamp), document


def _asked(document: Document, stamp: Stamp | None) -> str:
    return cloud_of(document) if document.kind in AZURE_KINDS or stamp is None else stamp.name


def path_of(document: Document) -> str:
    """The path that was asked, with an api-version that the service has."""
    versions = {"locks": "2016-09-01", "role-assignments": "2022-04-01"}
    query = document.request.partition("?")[2]
    path = request_path(document.request).replace("?", "%3F").replace("#", "%23")
    version = versions.get(document.kind, "")
    return f"{path}?api-version={version}" if version else f"{path}?{query}"


@pytest.mark.parametrize("name", ["complete", "troubled"])
def test_each_document_with_a_request_comes_back_verbatim(
    request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    served: Served = request.getfixturevalue(name)
    bundle = bundled(COMPLETE if name == "complete" else TROUBLED, tmp_path)
    number = 0
    for asked, document in documents(bundle, served.fleet):
        answer = served[asked].get(path_of(document))
        told, body = document.content(), msgspec.json.decode(answer.content or b"null")
        if is_cut_off(told):
            told, body = told["value"], body["value"]
        assert (document.label, answer.status_code, body) == (document.label, document.status, told)
        for header, value in document.headers.items():
            assert answer.headers[header] == value
        number += 1
    assert number > 100


def test_only_what_no_server_answers_is_missing(complete: Served) -> None:
    missing = {one.label: one.why for one in complete.fleet.not_served}
    assert set(missing) == {
        "cn-chengdu/activation.json",
        "cn-chengdu/locks.json",
        "cn-chengdu/subscription.json",
        "emea-berlin/operator.json",
        "emea-gdansk/operator.json",
        "emea-genoa/registration-token.txt",
        "emea-prague/operator.json",
        "emea-tallinn/registration-token.txt",
    }
    assert "by the fabric instead" in missing["emea-tallinn/registration-token.txt"]
    assert "47 days old" in missing["cn-chengdu/locks.json"]


def test_what_could_not_be_read_is_told_as_not_served(troubled: Served) -> None:
    missing = {one.label: one.why for one in troubled.fleet.not_served}
    assert "malformed" in missing["unreadable/registration.json"]
    assert "later answer" in missing["many-documents/activation-before.json"]


def test_a_powershell_export_is_served_by_the_ids_in_it(complete: Served) -> None:
    stamp = complete.fleet.stamps["cn-shanghai"]
    azure, path = complete["AzureChinaCloud"], f"/subscriptions/{stamp.subscription}"
    shown = azure.get(f"{path}?api-version=2022-12-01").json()
    locks = azure.get(f"{path}/providers/Microsoft.Authorization/locks?api-version=2016-09-01")
    activation = next(iter(stamp.activated))
    assert shown["HomeTenantId"]
    assert locks.json()["value"][0]["LockId"].lower().startswith(activation)
    assert azure.get(f"{activation}?api-version=2017-06-01").json()["ResourceId"]


def test_listings_are_made_of_what_the_whole_fleet_knows(complete: Served) -> None:
    path = f"/subscriptions/{complete.fleet.stamps['emea-paris'].subscription}"
    listing = f"{path}/providers/Microsoft.AzureStack/registrations?api-version=2017-06-01"
    assert len(complete["AzureCloud"].pages(listing)) == 4


def test_a_registration_that_is_refused_keeps_the_listing_from_proving_its_absence(
    complete: Served,
) -> None:
    path = f"/subscriptions/{complete.fleet.stamps['amer-toronto'].subscription}"
    listing = f"{path}/providers/Microsoft.AzureStack/registrations?api-version=2017-06-01"
    assert complete["AzureCloud"].get(listing).status_code == 503


def test_a_sign_in_to_the_wrong_tenant_is_refused_in_the_whole_subscription(
    complete: Served,
) -> None:
    path = f"/subscriptions/{complete.fleet.stamps['gov-dallas'].subscription}"
    provider = f"{path}/providers/Microsoft.AzureStack?api-version=2021-04-01"
    answer = complete["AzureUSGovernment"].get(provider)
    assert answer.json()["error"]["code"] == "InvalidAuthenticationTokenTenant"


def test_a_listing_that_was_cut_off_stays_so(troubled: Served) -> None:
    path = f"/subscriptions/{troubled.fleet.stamps['locks-cut-off'].subscription}"
    locks = f"{path}/providers/Microsoft.Authorization/locks?api-version=2016-09-01"
    link = troubled["AzureCloud"].get(locks).json()["nextLink"]
    assert link.startswith(troubled.fleet.addresses["AzureCloud"])
    assert troubled["AzureCloud"].get(link).status_code == 500


@pytest.mark.parametrize(
    ("absent", "status"),
    [("forbidden", 403), ("unsupported", 400), ("unavailable", 503), ("empty", 200)],
)
def test_a_gap_is_answered_as_it_was_asked_for(tmp_path: Path, absent: str, status: int) -> None:
    options = msgspec.convert({"absent": absent, "page_size": 5}, Options)
    bundle = write_synthetic(tmp_path / "bundle", 1)
    with serving(bundle, tmp_path, options) as served:
        stamp = next(iter(served.fleet.stamps.values()))
        kind = "providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01"
        path = f"/subscriptions/{stamp.subscription}/{kind}"
        assert served["AzureCloud"].get(path).status_code == status


def test_endpoints_lead_to_the_emulated_sign_in(complete: Served) -> None:
    asked = "/metadata/endpoints?api-version=2015-01-01"
    entra = complete["emea-amsterdam"].get(asked).json()["authentication"]
    adfs = complete["gov-phoenix"].get(asked).json()["authentication"]
    assert entra["loginEndpoint"] == "https://127.0.0.1:9/"
    assert adfs["loginEndpoint"] == "https://127.0.0.1:10/adfs"


def test_the_inventory_is_one_that_stampcheck_reads(complete: Served, tmp_path: Path) -> None:
    fleet = complete.fleet
    peps = {"gov-phoenix": ["127.0.0.1:5985"]}
    found = read_inventory(fleet.inventory(tmp_path / "inventory.toml", peps))
    target = found.reach.targets["gov-phoenix"]
    assert set(found.stamps) == set(fleet.stamps)
    assert found.reach.clouds["AzureCloud"].arm == fleet.addresses["AzureCloud"]
    assert target.admin_endpoint == fleet.addresses["gov-phoenix"]
    assert (target.stamp_sign_in, target.cloud) == ("stamp-adfs", "AzureUSGovernment")
    assert len(target.privileged_endpoints) == 1
    assert found.reach.targets["amer-montreal"].admin_endpoint == ""
    helsinki = Site(name="emea-helsinki")
    assert found.reach.targets["emea-helsinki"].subscription == helsinki.subscription_id


def test_stamp_information_is_handed_on_for_the_privileged_endpoint(complete: Served) -> None:
    told = complete.fleet.stamp_information
    assert msgspec.json.decode(told["emea-amsterdam"])["IdentitySystem"] == "AzureAD"
    assert "emea-tallinn" not in told


def test_stamps_of_a_made_up_fleet_have_a_port_each(tmp_path: Path) -> None:
    bundle = write_synthetic(tmp_path / "bundle", 50)
    with serving(bundle, tmp_path) as served:
        assert len(set(served.fleet.addresses.values())) == 53
        assert served.fleet.not_served == []
        for name in served.fleet.hubs:
            assert served[name].get("/subscriptions?api-version=2016-05-01").status_code == 200


def test_every_kind_of_a_stamps_resource_manager_has_a_route(complete: Served) -> None:
    hub = complete.fleet.hubs["emea-amsterdam"]
    assert {route.kind for route in hub.routes} >= HUB_KINDS
