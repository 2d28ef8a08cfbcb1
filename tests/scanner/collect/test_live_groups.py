"""Whose the documents of a live collection are, and the bundle that is made of them."""

from __future__ import annotations

from pathlib import Path

from stampcheck.bundle import Bundle, BundleWriter, Declared, Manifest
from stampcheck.collect.asking import Ask
from stampcheck.collect.bundling import write_grouped
from stampcheck.collect.grouping import Grouped
from stampcheck.collect.live_groups import live_groups
from stampcheck.document import Document
from stampcheck.inventory import Inventory
from stampcheck.model import UNCLAIMED
from tests.scanner.collect.answers import failed, registered, told
from tests.scanner.parse import builders as b

OTHER_SUB = "22222222-2222-4333-8444-555555555555"


def inventory(**stamps: Declared) -> Inventory:
    return Inventory("fleet.toml", stamps)


def azure(kind: str, path: str, body: object) -> Document:
    ask = Ask(wire="azure:AzureCloud:x", kind=kind, path=path, label=f"azure{path}.json")
    return told(ask, body)[0]


def own(kind: str, path: str, body: object, stamp: str = "ams") -> Document:
    ask = Ask(wire=f"stamp:{stamp}", kind=kind, path=path, label=f"{stamp}/{kind}.json")
    return told(ask, body)[0]


def locks(subscription: str = b.SUB) -> Document:
    return azure("locks", f"/subscriptions/{subscription}{b.LOCKS}", b.listing())


def served(found: Grouped) -> dict[str, tuple[list[str], list[str]]]:
    return {
        one.name: ([d.kind for d in one.documents], [d.kind for d in one.shared])
        for one in found.stamps
    }


def test_the_activation_ties_a_subscription_to_its_stamp() -> None:
    activation = own("activation", b.ACTIVATION, b.activation())
    shared = [locks(), locks(OTHER_SUB)]
    found = live_groups({"ams": [activation], "": []}, shared, inventory(ams=Declared()))

    assert served(found) == {"ams": (["activation"], ["locks"])}
    assert [one.request for one in found.unclaimed] == [shared[1].request]
    assert shared[0].stamps == ("ams",)


def test_a_cloud_id_finds_the_registration_where_nobody_named_it() -> None:
    fabric = own("fabric-locations", b.FABRIC.rpartition("/")[0], b.listing(b.fabric()))
    seen = azure("registration", b.REGISTRATION, b.registration())
    found = live_groups({"ams": [fabric]}, [seen, locks()], inventory(ams=Declared()))

    assert served(found) == {"ams": (["fabric-locations"], ["registration", "locks"])}


def test_every_stamp_of_the_inventory_is_there_in_the_order_of_names() -> None:
    declared = {
        "osl": Declared(registration=b.REGISTRATION),
        "Ams": Declared(subscription=b.SUB),
        "bos": Declared(),
    }
    refused = failed(
        Ask(wire="entry:osl", kind="endpoints", path="/metadata/endpoints", label="osl/e.json")
    )
    found = live_groups(
        {"osl": refused}, [locks()], inventory(**declared), {"bos": ["nothing to ask."]}
    )

    assert served(found) == {
        "Ams": ([], ["locks"]),
        "bos": ([], []),
        "osl": (["endpoints"], ["locks"]),
    }
    assert [one.notes for one in found.stamps] == [[], ["nothing to ask."], []]
    assert all(one.in_inventory for one in found.stamps)
    assert not found.notes


def test_stamps_with_the_same_answers_stay_two() -> None:
    shared_activation = [own("activation", b.ACTIVATION, b.activation(), s) for s in ("a", "z")]
    documents = dict(zip("az", [[one] for one in shared_activation], strict=True))
    found = live_groups(documents, [], inventory(a=Declared(), z=Declared()))

    assert served(found) == {"a": (["activation"], []), "z": (["activation"], [])}


def test_a_refusal_of_azure_serves_the_stamps_of_its_subscription() -> None:
    ask = Ask(
        wire="azure:AzureCloud:x",
        kind="registration",
        path=registered(1),
        label="azure/r.json",
    )
    found = live_groups(
        {}, failed(ask), inventory(ams=Declared(subscription=b.SUB), osl=Declared())
    )

    assert served(found) == {"ams": ([], ["registration"]), "osl": ([], [])}


def test_a_bundle_holds_each_document_once(tmp_path: Path) -> None:
    declared = inventory(a=Declared(subscription=b.SUB), z=Declared(subscription=b.SUB))
    activation = own("activation", b.ACTIVATION, b.activation(), "a")
    grouped = live_groups({"a": [activation]}, [locks(), locks(OTHER_SUB)], declared)
    writer = BundleWriter(tmp_path / "bundle")
    write_grouped(writer, grouped)
    writer.close(Manifest(collected_at="2026-11-01T00:00:00Z"))

    with Bundle(tmp_path / "bundle") as bundle:
        entries = {entry.name: entry for entry in bundle.entries()}
        assert (writer.documents, writer.stamps) == (3, 2)
        assert list(entries) == ["a", "z", UNCLAIMED]
        assert entries["a"].shared == entries["z"].shared
        assert bundle.document(entries["a"].documents[0]).stamps == ("a",)
        assert bundle.document(entries["a"].shared[0]).stamps == ("a", "z")
        assert bundle.document(entries[UNCLAIMED].documents[0]).kind == "locks"
