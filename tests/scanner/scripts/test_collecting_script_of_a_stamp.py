"""The bash script for a stamp, really run against a stand-in for ``az``."""

from __future__ import annotations

import pytest

from stampcheck.scripts.render import render
from tests.scanner.scripts.fake_azure_cli import PROVIDER, STAMP, Az, stamp_subscription


def test_stamp_answers_come_back_as_documents_of_their_kind(stamp: Az) -> None:
    """They lie in a folder named after the stamp."""
    done = stamp.run(render("stamp", "cli"), "-r", "east", "-f", "Contoso.com")
    documents = stamp.documents("stampcheck-evidence/east.contoso.com")
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: document.kind for name, document in documents.items()} == {
        "stamp-activation.json": "activation",
        "stamp-alerts.json": "alerts",
        "stamp-endpoints.json": "endpoints",
        "stamp-fabric-locations.json": "fabric-locations",
        "stamp-scale-unit-nodes.json": "scale-unit-nodes",
        "stamp-scale-units.json": "scale-units",
        "stamp-subscriptions.json": "stamp-subscriptions",
    }
    assert {document.reason for document in documents.values()} == {None}
    endpoints = next(call for call in stamp.calls() if "--skip-authorization-header" in call)
    assert endpoints[4] == f"{STAMP}/metadata/endpoints?api-version=2015-01-01"
    assert (
        "$filter=(Properties/State%20eq%20%27Active%27)" in documents["stamp-alerts.json"].request
    )


def test_an_activation_that_is_not_there_is_an_envelope_with_404(stamp: Az) -> None:
    """That a stamp is not activated is evidence, and no refusal."""
    path = next(url for url in stamp.table["answers"] if "activations" in url)
    error = {"error": {"code": "ResourceNotFound", "message": "The Resource (x) was not found."}}
    stamp.table["answers"][path] = (404, error)
    done = stamp.run(render("stamp", "cli"))
    found = stamp.documents()["stamp-activation.json"]
    assert (found.kind, found.status, found.reason) == ("activation", 404, None)
    assert found.request == f"{path}?api-version=2016-01-01"
    assert (found.content(), done.returncode) == (error, 0)


@pytest.mark.parametrize(
    ("names", "words", "asked"),
    [
        (("Renamed",), (), True),
        (("Renamed", "Other"), (), False),
        (("Renamed", "Other"), ("-p", PROVIDER), True),
        (("Metering Subscription", "default provider SUBSCRIPTION"), (), True),
        ((), (), False),
    ],
)
def test_the_default_provider_subscription_is_named_or_the_only_one(
    stamp: Az, names: tuple[str, ...], words: tuple[str, ...], *, asked: bool
) -> None:
    """Where it is not known nothing below it is asked, and the script says so."""
    subscriptions = [stamp_subscription(name) for name in names]
    for entry in subscriptions[-1:]:
        entry |= {"subscriptionId": PROVIDER, "id": f"/subscriptions/{PROVIDER}"}
    stamp.answer("/subscriptions", {"value": subscriptions})
    done = stamp.run(render("stamp", "cli"), *words)
    assert ("stamp-activation.json" in stamp.documents()) is asked
    assert done.returncode == (0 if asked else 3)
    assert bool(done.stderr) is not asked
