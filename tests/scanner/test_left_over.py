"""A left-over registration is named to a stamp only where there is no doubt which it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import PLACEHOLDERS, as_text, fill
from stampcheck.demo import FLEETS
from stampcheck.left_over import LeftOvers
from stampcheck.model import SeenRegistration, Source, Standing, State
from stampcheck.record import StampRecord
from tests.scanner.test_scan import scanned

CLOUD, OTHER = "5bf881b2-0000-4000-8000-000000000001", "5bf881b2-0000-4000-8000-000000000002"
SUBSCRIPTION = "0b2a1c3d-1111-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/azurestack"
ABOVE = f"{GROUP}/providers/Microsoft.AzureStack/registrations/"


def seen(name: str, cloud_id: str = CLOUD) -> SeenRegistration:
    return SeenRegistration(
        ABOVE + name, name, SUBSCRIPTION, cloud_id, Source("list.json", "value[0]")
    )


def record(
    state: State = State.ACTIVE, registration: str = f"{ABOVE}now", cloud_id: str = CLOUD
) -> StampRecord:
    return StampRecord(
        stamp="a",
        state=state,
        licence_standing=Standing.LICENSED,
        cloud_id=cloud_id,
        registration_id=registration,
    )


def test_the_only_left_over_is_named_with_its_place() -> None:
    assert LeftOvers([seen("o'old"), seen("else", OTHER)]).values(record()) == {
        "stale_subscription_id": f"'{SUBSCRIPTION}'",
        "stale_resource_group": "'azurestack'",
        "stale_registration_name": "'o''old'",
    }


@pytest.mark.parametrize("state", [one for one in State if one is not State.ACTIVE])
def test_beside_what_is_not_in_use_nothing_is_called_left_over(state: State) -> None:
    assert LeftOvers([seen("old")]).values(record(state)) == {}


@pytest.mark.parametrize(
    "unclaimed",
    [
        [],
        [seen("old"), seen("older")],
        [seen("old", OTHER)],
        [seen("old", "")],
        [seen("NOW")],
        [seen("bad\u202ename")],
    ],
)
def test_a_doubt_leaves_the_names_open(unclaimed: list[SeenRegistration]) -> None:
    assert LeftOvers(unclaimed).values(record()) == {}


def test_without_a_registration_of_its_own_a_stamp_has_no_left_over() -> None:
    assert LeftOvers([seen("old")]).values(record(registration="")) == {}
    assert LeftOvers([seen("old", "")]).values(record(cloud_id="")) == {}


def test_a_scan_fills_the_runbook_of_the_stamp_with_the_strays_name(tmp_path: Path) -> None:
    stamps = {one.stamp: one for one in scanned(FLEETS[0], tmp_path).stamps()}
    zurich = stamps["emea-zurich"]

    assert zurich.top_cause == "left-over-registration"
    runbook = load().runbooks[load().causes[zurich.top_cause].runbook]
    filled = fill(runbook, zurich.values, connection="connected")
    assert PLACEHOLDERS["stale_registration_name"] not in filled.unfilled
    assert "-RegistrationName 'zurich-2025'" in as_text(filled)
    assert all("'zurich-2026'" not in step.powershell for step in filled.steps)
