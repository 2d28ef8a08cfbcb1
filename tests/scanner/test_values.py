"""Ids compare without case and at path boundaries; nothing hostile is an id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stampcheck.values import Expiry, ExpiryWindows, Lock, LockLevel, ResourceId
from tests.scanner.parse.builders import GROUP, REGISTRATION, SUB, SUBSCRIPTION


def parsed(text: str) -> ResourceId:
    found = ResourceId.parse(text)
    assert found is not None
    return found


def test_ids_are_equal_without_case_and_not_unequal() -> None:
    one, other = parsed(REGISTRATION), parsed(REGISTRATION.upper() + "/")

    assert one == other
    assert not one != other  # noqa: SIM202 (an inequality of its own is what is tested)
    assert len({one, other}) == 1
    assert one != parsed(GROUP)
    assert one != REGISTRATION


def test_an_id_keeps_its_spelling_and_gives_its_parts() -> None:
    found = parsed(REGISTRATION + "/")

    assert str(found) == REGISTRATION
    assert (found.subscription, found.resource_group, found.name) == (SUB, "azurestack", "hub-ams")
    assert found.kind == "microsoft.azurestack/registrations"
    assert found.group_id == GROUP.lower()
    assert parsed(SUBSCRIPTION).group_id == SUBSCRIPTION


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hub-ams",
        "/",
        "/subscriptions",
        "/subscriptions//resourceGroups/g",
        "subscriptions/x",
        f"{GROUP}/providers/Microsoft.AzureStack",
        f"{SUBSCRIPTION}/../x",
        f"{REGISTRATION}\n",
        f"{REGISTRATION}\x00",
        f"https://management.azure.com{REGISTRATION}",
        f"{GROUP}/providers/Microsoft.AzureStack//registrations/hub-ams",
        SUBSCRIPTION + "x" * 2000,
    ],
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert ResourceId.parse(text) is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (REGISTRATION, True),
        (REGISTRATION.upper(), True),
        (f"{REGISTRATION}/products/p", False),
        (f"{REGISTRATION}/customerSubscriptions/c", False),
        (f"{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations/hub", False),
        (f"{GROUP}/providers/Microsoft.AzureStack/linkedSubscriptions/hub", False),
        (GROUP, False),
    ],
)
def test_only_the_resource_itself_is_a_registration(text: str, *, is_one: bool) -> None:
    assert parsed(text).is_registration is is_one


@pytest.mark.parametrize(
    ("above", "is_above"),
    [(SUBSCRIPTION, True), (GROUP, True), (REGISTRATION, True), (REGISTRATION[:-1], False)],
)
def test_above_means_at_a_path_boundary(above: str, *, is_above: bool) -> None:
    assert parsed(above).is_at_or_above(parsed(REGISTRATION)) is is_above


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (None, "never"),
        (datetime(2027, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), "2027-01-02T03:04:05Z"),
        (datetime(999, 1, 2, tzinfo=UTC), "0999-01-02T00:00:00Z"),
    ],
)
def test_an_expiry_prints_as_iso_or_never(at: datetime | None, told: str) -> None:
    assert str(Expiry(at)) == told


def test_a_lock_is_the_scripts_own_only_on_the_registration_itself() -> None:
    scope = parsed(REGISTRATION)
    own = Lock("REGISTRATIONRESOURCELOCK", LockLevel.READ_ONLY, scope, inherited=False)
    inherited = Lock("RegistrationResourceLock", LockLevel.READ_ONLY, scope, inherited=True)

    assert own.is_the_scripts_own
    assert not inherited.is_the_scripts_own
    assert [level.protects for level in LockLevel] == [True, True, False]


def test_windows_go_from_the_nearest_to_the_farthest() -> None:
    assert ExpiryWindows().severity_days() == (
        ("high", timedelta(days=7)),
        ("medium", timedelta(days=30)),
        ("low", timedelta(days=90)),
    )
