"""Which documents belong to which stamp: ids decide, and no stamp is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stampcheck.bundle import Declared
from stampcheck.collect.grouping import Grouped, group
from stampcheck.collect.reader import refused
from stampcheck.document import Document
from stampcheck.inventory import Inventory
from stampcheck.model import UNCLAIMED, Reason
from tests.scanner.parse import builders as b


class Site:
    """Ids of one more stamp."""

    def __init__(self, number: int, *, subscription: str = "") -> None:
        self.subscription = subscription or f"aaaaaaaa-0000-4000-8000-{number:012d}"
        self.provider = f"bbbbbbbb-0000-4000-8000-{number:012d}"
        self.cloud = f"cccccccc-0000-4000-8000-{number:012d}"
        self.deployment = f"dddddddd-0000-4000-8000-{number:012d}"
        group = f"/subscriptions/{self.subscription}/resourceGroups/azurestack"
        self.registration = f"{group}{b.REGISTRATIONS}/hub-{number}"
        self.activation = b.ACTIVATION.replace(b.DPS, self.provider)

    def stamp_side(self, folder: str = "", *, information: bool = True) -> list[Document]:
        named = b.activation(self.activation, azureRegistrationResourceIdentifier=self.registration)
        told = b.information(CloudID=self.cloud, DeploymentID=self.deployment)
        files = [b.document(f"{folder}activation.json", named)]
        return [*files, b.document(f"{folder}info.json", told)] if information else files

    def azure_side(self, folder: str = "") -> list[Document]:
        seen = b.registration(self.registration, cloudId=self.cloud)
        asked = f"/subscriptions/{self.subscription}{b.LOCKS}"
        return [
            b.document(f"{folder}registration.json", seen),
            b.document(f"{folder}locks.json", b.envelope(b.listing(), asked, kind="locks")),
        ]

    def documents(self, folder: str = "") -> list[Document]:
        return self.stamp_side(folder) + self.azure_side(folder)


ONE, TWO = Site(1), Site(2)


def grouped(
    folders: dict[str, list[Document]] | None = None,
    root: list[Document] | None = None,
    inventory: dict[str, Declared] | None = None,
) -> Grouped:
    known = Inventory("i.toml", inventory) if inventory is not None else None
    return group(folders or {}, root or [], "evidence", known)


def held(found: Grouped) -> dict[str, tuple[list[str], list[str]]]:
    """Labels of the own and of the shared documents of each stamp."""
    return {
        one.name: ([d.label for d in one.documents], [d.label for d in one.shared])
        for one in found.stamps
    }


def test_a_folder_is_a_stamp_even_an_empty_one() -> None:
    found = grouped({"Osl": TWO.documents(), "ams": ONE.documents(), "empty": []})

    assert [one.name for one in found.stamps] == ["ams", "empty", "Osl"]
    assert not found.notes


def test_two_folders_with_the_same_documents_are_one_stamp_said_once() -> None:
    found = grouped({"ams": ONE.documents(), "copy of ams": ONE.documents()[::-1]})

    assert [one.name for one in found.stamps] == ["ams"]
    assert found.notes == [
        "copy of ams holds the same documents as ams: it is one stamp, told once."
    ]


@pytest.mark.parametrize(
    "documents",
    [
        [],
        [refused("a/locks.json", Reason.MALFORMED, "200 MB", size=200_000_000)],
        [refused("a/locks.json", Reason.MALFORMED, "200 MB", size=9), *ONE.documents()],
        [b.document("a/locks.json", [])],
        [b.document("a/locks.json", b.error("AuthorizationFailed"))],
    ],
)
def test_folders_that_name_no_stamp_are_nobodys_copy(documents: list[Document]) -> None:
    found = grouped({"ams": list(documents), "osl": list(documents)})

    assert [one.name for one in found.stamps] == ["ams", "osl"]


def test_two_folders_that_share_a_cloud_id_stay_two_stamps() -> None:
    other = [b.document("i.json", b.information(CloudID=ONE.cloud, DeploymentID=TWO.deployment))]
    found = grouped({"ams": ONE.documents(), "clone": other, "azure": TWO.azure_side()})

    assert [one.name for one in found.stamps] == ["ams", "azure", "clone"]


def test_the_two_halves_of_a_disconnected_stamp_are_joined() -> None:
    found = grouped({"from-azure": ONE.azure_side(), "from-stamp": ONE.stamp_side()})

    assert [one.name for one in found.stamps] == ["from-stamp"]
    assert len(found.stamps[0].documents) == 4
    assert "two halves" in found.notes[0]


def test_a_404_names_the_registration_of_its_half() -> None:
    asked = b.envelope(b.error("ResourceNotFound"), ONE.registration, status=404)
    found = grouped({"azure": [b.document("registration.json", asked)], "stamp": ONE.stamp_side()})

    assert [one.name for one in found.stamps] == ["stamp"]


@pytest.mark.parametrize(
    "folders",
    [
        {"azure": ONE.azure_side(), "stamp": TWO.stamp_side()},
        {"azure": ONE.azure_side(), "stamp": ONE.stamp_side() + TWO.azure_side()},
        {"azure": ONE.azure_side(), "again": ONE.azure_side()[:1], "stamp": ONE.stamp_side()},
        {
            "azure": [b.document("r.json", b.registration(ONE.registration, cloudId=TWO.cloud))],
            "stamp": ONE.stamp_side(),
        },
        {"azure": [b.document("locks.json", [])], "stamp": ONE.stamp_side()},
    ],
)
def test_halves_whose_ids_do_not_agree_stay_apart(folders: dict[str, list[Document]]) -> None:
    assert [one.name for one in grouped(folders).stamps] == sorted(folders)


def test_a_folder_of_azures_with_several_registrations_serves_every_stamp() -> None:
    azure = ONE.azure_side("azure/") + TWO.azure_side("azure/")
    found = held(grouped({"ams": ONE.stamp_side(), "osl": TWO.stamp_side(), "azure": azure}))

    assert list(found) == ["ams", "osl"]
    assert [len(shared) for _, shared in found.values()] == [2, 2]


def test_a_document_at_the_root_serves_the_stamps_that_its_ids_name() -> None:
    shared = Site(3, subscription=ONE.subscription)
    locks = b.document("locks.json", b.envelope([], f"{b.SUBSCRIPTION}{b.LOCKS}", kind="locks"))
    mine = b.document("mine.json", [b.lock(ONE.registration)])
    anyones = b.document("role-assignments.json", [])
    info = TWO.stamp_side(information=True)[1]
    notes = b.document("notes.json", {"a": 1})
    folders = {
        "a": ONE.stamp_side(),
        "b": TWO.stamp_side()[:1] + TWO.azure_side(),
        "c": shared.stamp_side(),
    }
    found = grouped(folders, [locks, mine, anyones, info, notes])

    assert {name: labels for name, (_, labels) in held(found).items()} == {
        "a": ["mine.json", "role-assignments.json"],
        "b": ["role-assignments.json"],
        "c": ["mine.json", "role-assignments.json"],
    }
    assert {one.label for one in found.unclaimed} == {"locks.json", "info.json", "notes.json"}
    assert mine.stamps == ("a", "c")


def test_a_stamp_that_knows_only_its_cloud_id_finds_its_subscription() -> None:
    own = [b.document("i.json", b.information(CloudID=ONE.cloud))]
    found = held(grouped({"a": own, "b": TWO.documents()}, ONE.azure_side()))

    assert found["a"][1] == ["registration.json", "locks.json"]


def test_files_of_one_stamp_without_any_folder_are_one_stamp() -> None:
    found = grouped({}, ONE.documents())

    assert held(found) == {
        "evidence": (["activation.json", "info.json", "registration.json", "locks.json"], [])
    }
    assert [one.name for one in grouped({"notes": []}, ONE.documents()).stamps] == ["evidence"]


@pytest.mark.parametrize("information", [True, False])
def test_files_of_several_stamps_without_any_folder_are_told_apart(*, information: bool) -> None:
    root = [
        *(ONE.stamp_side("loc1_", information=information)),
        *(TWO.stamp_side("loc2_", information=information)),
        *ONE.azure_side("loc1_"),
        *TWO.azure_side("loc2_"),
    ]
    found = held(grouped({}, root))

    assert list(found) == ["hub-1", "hub-2"]
    for number, (own, shared) in enumerate(found.values(), start=1):
        assert {label[:5] for label in own + shared} == {f"loc{number}_"}
        assert len(own) == 1 + information
        assert len(shared) == 2


def test_an_old_and_a_new_activation_of_one_stamp_are_one_stamp() -> None:
    renamed = b.activation(ONE.activation, azureRegistrationResourceIdentifier=TWO.registration)
    found = grouped({}, [*ONE.stamp_side(), b.document("activation-2.json", renamed)])

    assert [one.name for one in found.stamps] == ["evidence"]


def test_registrations_alone_are_a_stamp_each_whatever_their_names() -> None:
    names = ["hub", "HUB", UNCLAIMED]
    ids = [f"{b.GROUP}{b.REGISTRATIONS}/{name}-{n}" for n, name in enumerate(names)]
    ids += [f"{b.GROUP}-2{b.REGISTRATIONS}/hub-0", f"{b.GROUP}{b.REGISTRATIONS}/{UNCLAIMED}"]
    root = [b.document("all.json", b.listing(*(b.registration(one) for one in ids)))]
    found = grouped({}, root)

    assert sorted(one.name for one in found.stamps) == sorted(
        ["hub-0", "hub-0 (2)", "HUB-1", f"{UNCLAIMED}-2", f"{UNCLAIMED} (2)"]
    )
    assert all(one.shared == root for one in found.stamps)


def test_ten_thousand_registrations_are_grouped_at_once() -> None:
    entries = [b.registration(f"{b.GROUP}{b.REGISTRATIONS}/hub-{n}") for n in range(10_000)]

    assert len(grouped({}, [b.document("all.json", b.listing(*entries))]).stamps) == 10_000


def test_a_folder_of_folders_of_several_stamps_is_several_stamps() -> None:
    nested = ONE.documents("emea/ams/") + TWO.documents("emea/osl/")
    found = grouped({"emea": nested, "us": Site(3).documents("us/")})

    assert [one.name for one in found.stamps] == ["emea/ams", "emea/osl", "us"]


def test_a_folder_that_is_sorted_by_side_or_by_date_is_one_stamp() -> None:
    sides = ONE.stamp_side("ams/stamp/") + ONE.azure_side("ams/azure/")
    dates = TWO.documents("osl/2026-01/") + TWO.documents("osl/2026-02/")

    assert [one.name for one in grouped({"ams": sides, "osl": dates}).stamps] == ["ams", "osl"]


def declared(site: Site) -> Declared:
    return Declared(registration=site.registration.upper(), environment="production")


def test_the_inventory_names_stamps_by_folder_and_by_registration() -> None:
    folders = {"AMS-01": ONE.documents(), "aaa": TWO.documents(), "stray": Site(3).documents()}
    known = {"ams-01": Declared(), "osl-01": declared(TWO), "absent": Declared()}
    found = grouped(folders, inventory=known)

    assert [one.name for one in found.stamps] == ["absent", "ams-01", "osl-01", "stray"]
    assert found.notes == ["stray is not in the inventory."]
    assert found.stamps[2].notes == [
        "The folder aaa is the inventory's osl-01, by its registration."
    ]
    assert [one.in_inventory for one in found.stamps] == [True, True, True, False]


def test_a_declared_name_is_given_once() -> None:
    folders = {"aaa": ONE.documents(), "x": TWO.documents(), "X": Site(3).documents()}
    found = grouped(folders, inventory={"x": declared(ONE)})

    assert [(one.name, one.in_inventory) for one in found.stamps] == [
        ("aaa", False),
        ("X", False),
        ("x", True),
    ]
    assert len(found.stamps[2].documents) == 4


def test_the_subscription_that_the_inventory_declares_brings_its_documents() -> None:
    locks = b.document("locks.json", b.envelope([], f"{b.SUBSCRIPTION}{b.LOCKS}", kind="locks"))
    found = grouped({}, [locks], {"ams": Declared(subscription=b.SUB), "osl": Declared()})

    assert held(found) == {"ams": ([], ["locks.json"]), "osl": ([], [])}


def test_nothing_at_all_is_no_stamp() -> None:
    assert not grouped().stamps


def test_every_document_is_somewhere() -> None:
    root: list[Any] = [b.document(f"{n}.json", json.loads(str(n))) for n in range(3)]
    found = grouped({"ams": ONE.documents(), "osl": TWO.azure_side()}, root + TWO.stamp_side())
    placed = [one for stamp in found.stamps for one in (*stamp.documents, *stamp.shared)]

    assert len({id(one) for one in (*placed, *found.unclaimed)}) == 4 + 2 + 3 + 2


def told(number: int, folder: str) -> list[Document]:
    """A stamp by its cmdlets, which give no id of the activation."""
    site = Site(number)
    named = {"azureRegistrationResourceIdentifier": site.registration, "expiration": b.NEVER}
    return [b.document(f"{folder}activation.json", named), *site.azure_side(folder)]


def test_no_stamp_vanishes_in_a_folder_of_folders() -> None:
    nested = told(1, "emea/s1/") + told(2, "emea/s2/")
    deeper = told(1, "x/emea/s1/") + told(2, "x/emea/s2/")

    assert [one.name for one in grouped({"emea": nested}).stamps] == ["emea/s1", "emea/s2"]
    assert [one.name for one in grouped({"x": deeper}).stamps] == ["x/emea/s1", "x/emea/s2"]


def test_clones_in_a_folder_of_folders_are_two_stamps() -> None:
    def clone(site: Site, folder: str) -> list[Document]:
        info = b.information(CloudID=ONE.cloud, DeploymentID=site.deployment)
        return [b.document(f"{folder}i.json", info)]

    nested = clone(ONE, "emea/a/") + clone(TWO, "emea/b/")
    assert [one.name for one in grouped({"emea": nested}).stamps] == ["emea/a", "emea/b"]


def test_folders_by_date_beside_another_stamp_are_one() -> None:
    nested = told(1, "x/2026-01/") + told(1, "x/2026-02/") + told(2, "x/osl/")

    assert [one.name for one in grouped({"x": nested}).stamps] == ["x/2026-01", "x/osl"]
