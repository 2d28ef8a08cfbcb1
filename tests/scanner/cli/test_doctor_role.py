"""``stampcheck doctor --role``: a role for one cloud and one tenant, and what to do with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from stampcheck.role import SCOPE_TO_FILL
from tests.scanner.conftest import SUBSCRIPTION, Command

INVENTORY = f"""
[azure]
subscriptions = ["{SUBSCRIPTION}"]

[[stamp]]
name = "ams-01"
registration = "/subscriptions/0b2a1c3d-1111-4000-8000-000000000002/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/ams-01"

[[stamp]]
name = "ams-02"
subscription = "0b2a1c3d-1111-4000-8000-000000000003"
"""  # noqa: E501 (an id)


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.toml"
    path.write_text(INVENTORY)
    return path


def test_the_role_is_json_on_stdout_and_what_to_do_with_it_on_stderr(stampcheck: Command) -> None:
    ran = stampcheck("doctor", "--role")

    role = json.loads(ran.out)
    assert (ran.code, role["AssignableScopes"]) == (0, [SCOPE_TO_FILL])
    assert "az role definition create --role-definition @role.json" in ran.err
    assert "Reader on its Default Provider Subscription" in ran.err
    assert "Microsoft.AzureBridge.Admin/activations/read" in ran.err
    assert "CloudAdmin" in ran.err


def test_the_role_names_the_subscriptions_of_the_inventory(
    stampcheck: Command, inventory: Path
) -> None:
    every = stampcheck("doctor", "--role", "--inventory", inventory)
    one = stampcheck("doctor", "--role", "--inventory", inventory, "--stamp", "AMS-02")

    ends = [scope[-1] for scope in json.loads(every.out)["AssignableScopes"]]
    assert ends == ["1", "2", "3"]
    assert [scope[-1] for scope in json.loads(one.out)["AssignableScopes"]] == ["1", "3"]
    assert "one tenant" in every.err


TENANT = "72f988bf-0000-4000-8000-000000000001"
CLOUDS = f"""
[azure]
subscriptions = ["{SUBSCRIPTION}"]
[[stamp]]
name = "a"
expected_tenant = "{TENANT}"
subscription = "0b2a1c3d-1111-4000-8000-00000000000a"
[[stamp]]
name = "b"
subscription = "0b2a1c3d-1111-4000-8000-00000000000b"
[[stamp]]
name = "c"
cloud = "AzureChinaCloud"
subscription = "0b2a1c3d-1111-4000-8000-00000000000c"
"""


@pytest.fixture
def clouds(tmp_path: Path) -> Path:
    path = tmp_path / "clouds.toml"
    path.write_text(CLOUDS)
    return path


def test_one_role_is_never_for_several_clouds_or_tenants(stampcheck: Command, clouds: Path) -> None:
    ran = stampcheck("doctor", "--role", "--inventory", clouds)

    assert (ran.code, ran.out) == (2, "")
    told = " ".join(ran.err.split())
    assert f"--cloud AzureCloud --tenant {TENANT} (1 stamp)" in told
    assert "--cloud AzureCloud --tenant unknown (1 stamp)" in told
    assert "--cloud AzureChinaCloud --tenant unknown (1 stamp)" in told
    assert "--stamp" in told


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (("--cloud", "azurechinacloud"), "c"),
        (("--tenant", TENANT.upper()), "a"),
        (("--cloud", "AzureCloud", "--tenant", "unknown"), "b"),
        (("--stamp", "B"), "b"),
    ],
)
def test_a_cloud_a_tenant_or_a_stamp_chooses_for_whom_the_role_is(
    stampcheck: Command, clouds: Path, words: Sequence[str], end: str
) -> None:
    ran = stampcheck("doctor", "--role", "--inventory", clouds, *words)

    (scope,) = json.loads(ran.out)["AssignableScopes"]
    assert (ran.code, scope[-1]) == (0, end)
    assert "[azure]" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--role", "--cloud", "AzureChina"), "did you mean 'AzureChinaCloud'"),
        (("--role", "--cloud", "AzureUSGovernment"), "No stamp"),
        (("--role", "--cloud", "AzureCloud"), "--tenant unknown"),
        (("--cloud", "AzureCloud"), "--role"),
    ],
)
def test_a_choice_that_fits_nobody_is_said_with_exit_code_2(
    stampcheck: Command, clouds: Path, words: Sequence[str], told: str
) -> None:
    ran = stampcheck("doctor", "--inventory", clouds, *words)

    assert (ran.code, ran.out) == (2, "")
    assert told in " ".join(ran.err.split())


def test_the_role_of_a_rule_is_smaller_than_that_of_all(stampcheck: Command) -> None:
    small = json.loads(stampcheck("doctor", "--role", "--rule", "azs-pr-001").out)["Actions"]
    large = json.loads(stampcheck("doctor", "--role").out)["Actions"]

    assert set(small) < set(large)


def test_quiet_leaves_the_role_alone(stampcheck: Command) -> None:
    ran = stampcheck("doctor", "--role", "--quiet")

    assert json.loads(ran.out)
    assert ran.err == ""
