"""Real documents to the rules on which registration is whose: each fault is one rule's."""

from __future__ import annotations

from typing import Any, Final

import pytest

from stampcheck.bundle import Declared
from stampcheck.engine import judge_stamp
from stampcheck.facts import ALL_FACTS, AS_OF, EXPIRY_WINDOWS, HAS_INVENTORY
from stampcheck.model import Fact, Known, Source
from stampcheck.parse.assemble import assemble
from stampcheck.parse.declared_registration import declared_registration
from stampcheck.parse.evidence import Held
from stampcheck.testing import Sample, judge_all, rule_set
from stampcheck.values import ExpiryWindows
from stampcheck_rules.identity.shared_cloud_id import shared_cloud_id
from stampcheck_rules.identity.shared_registration_name import shared_registration_name
from stampcheck_rules.registration.differing_registration import differing_registration
from stampcheck_rules.registration.not_registered import not_registered
from stampcheck_rules.tenancy.moved_registration import moved_registration
from tests.scanner.parse import builders as b

RULES: Final = (not_registered, differing_registration, moved_registration)
FLEET_RULES: Final = (shared_cloud_id, shared_registration_name)
RUN: Final[dict[Fact[Any], Known[Any]]] = {
    AS_OF: Known(b.NOW, Source("", "")),
    EXPIRY_WINDOWS: Known(ExpiryWindows(), Source("", "")),
    HAS_INVENTORY: Known(value=True, source=Source("", "")),
}
FOREIGN: Final = "aaaaaaaa-0000-4000-8000-00000000c10d"
AWAY_SUB: Final = "11111111-2222-4333-8444-666666666666"
AWAY: Final = f"/subscriptions/{AWAY_SUB}/resourceGroups/azurestack{b.REGISTRATIONS}/hub-ams"
MOVED: Final = f"{b.SUBSCRIPTION}/resourceGroups/rg-production{b.REGISTRATIONS}/hub-ams"
RENAMED: Final = f"{b.GROUP}{b.REGISTRATIONS}/hub-2026"
AZURE: Final = "https://management.azure.com"


def standing(identity: str, **properties: Any) -> Held:
    body = b.registration(identity, **properties)
    return b.held("registration.json", body, f"{AZURE}{identity}?api-version=2017-06-01")


def gone() -> Held:
    body, asked = b.error("ResourceNotFound"), f"{AZURE}{b.REGISTRATION}"
    return b.held("named.json", body, asked, status=404, kind="registration")


def listed(*identities: str) -> Held:
    asked = f"{AZURE}{b.SUBSCRIPTION}{b.REGISTRATIONS}?api-version=2017-06-01"
    found = b.listing(*(b.registration(one) for one in identities))
    return b.held("registrations.json", found, asked, kind="registration")


def stamp_side(cloud_id: str = b.CLOUD, named: str = b.REGISTRATION) -> tuple[Held, ...]:
    return (
        b.held("activation.json", b.activation(azureRegistrationResourceIdentifier=named)),
        b.held("stamp-information.json", b.information(CloudID=cloud_id)),
    )


def subscription(identity: str = b.SUB, offer: str = "EnterpriseAgreement_2014-09-01") -> Held:
    body = b.subscription(
        id=f"/subscriptions/{identity}",
        subscriptionId=identity,
        subscriptionPolicies={"quotaId": offer},
    )
    return b.held("subscription.json", body, f"{AZURE}/subscriptions/{identity}")


def sample(*documents: Held, name: str = "ams-01") -> Sample:
    return Sample(name, assemble(b.evidence(*documents), ALL_FACTS, RUN))


def outcomes(*documents: Held) -> dict[str, str]:
    one = sample(*documents)
    found = judge_stamp(one.name, one.facts, rule_set(*RULES))
    return {finding.rule.removeprefix("AZS-"): finding.outcome.value for finding in found}


@pytest.mark.parametrize(
    ("documents", "failing", "lawful"),
    [
        ((standing(b.REGISTRATION), *stamp_side()), "", "pass"),
        ((standing(MOVED), *stamp_side()), "RG-003", "pass"),
        ((standing(MOVED), listed(MOVED), gone(), *stamp_side()), "RG-003", "pass"),
        ((standing(RENAMED), *stamp_side()), "RG-003", "pass"),
        ((listed(RENAMED, b.OTHER.replace("osl", "x")), *stamp_side()), "", "undetermined"),
        ((standing(RENAMED), listed(), *stamp_side()), "", "undetermined"),
        ((standing(AWAY), subscription(AWAY_SUB), *stamp_side()), "TE-003", "not-applicable"),
        (
            (standing(AWAY), subscription(AWAY_SUB), gone(), listed(), *stamp_side()),
            "TE-003",
            "not-applicable",
        ),
        ((standing(b.REGISTRATION, cloudId=FOREIGN), *stamp_side()), "RG-003", "undetermined"),
        ((gone(), listed(), *stamp_side()), "RG-001", "not-applicable"),
    ],
)
def test_each_fault_is_the_failure_of_one_rule(
    documents: tuple[Held, ...], failing: str, lawful: str
) -> None:
    told = outcomes(*documents)

    assert [rule for rule, outcome in told.items() if outcome == "fail"] == [failing] * bool(
        failing
    )
    assert told["RG-003" if failing == "TE-003" else "TE-003"] == lawful


def test_a_move_between_subscriptions_of_a_partner_needs_a_person() -> None:
    documents = (standing(AWAY), subscription(AWAY_SUB, "CSP_2015-05-01"), *stamp_side())

    assert outcomes(*documents)["TE-003"] == "undetermined"


def test_without_the_stamps_own_cloud_id_nothing_is_called_moved() -> None:
    documents = (standing(MOVED), stamp_side()[0])

    assert "fail" not in outcomes(*documents).values()


def test_of_two_stamps_that_name_one_registration_the_other_cloud_id_fails() -> None:
    azure = standing(b.REGISTRATION)
    owner = sample(azure, *stamp_side(), name="ams-01")
    stray = sample(azure, *stamp_side(FOREIGN), name="osl-01")
    rules = rule_set(differing_registration)
    (first,), (second,) = (judge_stamp(one.name, one.facts, rules) for one in (owner, stray))
    over_the_fleet = [
        found.outcome.value for rule in FLEET_RULES for found in judge_all(rule, [owner, stray])
    ]

    assert (first.outcome.value, second.outcome.value) == ("pass", "fail")
    assert "fail" not in over_the_fleet


def test_a_clone_fails_by_its_cloud_id_alone() -> None:
    azure = standing(b.REGISTRATION)
    both = [sample(azure, *stamp_side(), name=name) for name in ("ams-01", "ams-02")]
    told = {
        rule.info.id: {found.outcome.value for found in judge_all(rule, both)}
        for rule in FLEET_RULES
    }

    assert told == {"AZS-ID-001": {"fail"}, "AZS-ID-002": {"not-applicable"}}


@pytest.mark.parametrize(
    ("text", "reason"), [("", "not-collected"), (b.GROUP, "malformed"), ("x", "malformed")]
)
def test_what_the_inventory_does_not_declare_is_missing(text: str, reason: str) -> None:
    declared = Declared(registration=text)

    assert b.reason(declared_registration(b.evidence(declared=declared))) == reason


def test_a_declared_registration_is_known_without_any_document() -> None:
    declared = Declared(registration=b.REGISTRATION)

    found = declared_registration(b.evidence(declared=declared))
    assert b.value(found).text == b.REGISTRATION
    assert isinstance(found, Known)
    assert str(found.source) == "inventory registration"
