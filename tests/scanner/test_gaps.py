"""Which rules stay undetermined, and what would mend that by how far one gets with a source."""

from __future__ import annotations

import msgspec

from stampcheck.health import Side, Sights, SourceHealth, source_healths
from stampcheck.mending import Gap, gaps
from stampcheck.model import Outcome, Reason
from stampcheck.targets import Target
from tests.scanner.test_health import (
    ANSWERED,
    DOCUMENTS_OF,
    FINE,
    KINDS,
    NOW,
    TARGET,
    dead,
    document,
    instead,
    mends,
    refused,
    sources,
    undetermined,
)
from tests.scanner.test_mending import (
    REGISTER,
    RIGHT_TENANT,
    SUBSCRIPTION,
    failed,
    not_registered,
    wrong_tenant,
)


def gap_of(stamps: dict[str, dict[Side, SourceHealth]], fact: str) -> tuple[Gap, ...]:
    found = [(name, [undetermined(fact, stamp=name)]) for name in stamps]
    return gaps(found, DOCUMENTS_OF, [one for own in stamps.values() for one in own.values()])


def test_a_missing_permission_is_mended_by_granting_it_to_who_signed_in() -> None:
    assert mends(undetermined("LOCKS"), sources(instead(refused("locks")))) == (
        "grant Microsoft.Authorization/locks/read on Azure to audit",
    )


def test_a_dead_source_is_mended_by_a_path_to_it() -> None:
    gone = document("activation", 0, Reason.UNREACHABLE, "no answer")
    sights = msgspec.structs.replace(FINE, stamps={"ams-01": dead(TARGET.admin_endpoint)})
    found = sources([gone], sights)

    assert mends(undetermined("USAGE_REPORTING"), found) == (
        f"make {TARGET.admin_endpoint} reachable",
    )


def test_a_source_that_is_not_named_is_mended_by_a_key_of_the_inventory() -> None:
    found = sources([], Sights(), Target(name="ams-01"))

    assert mends(undetermined("USAGE_REPORTING"), found) == (
        "name admin_endpoint in the inventory",
    )
    assert "name privileged_endpoints in the inventory" in mends(undetermined("CLOUD_ID"), found)


def test_a_sign_in_that_is_refused_is_what_to_mend() -> None:
    found = sources(instead(refused("locks", 0), refused("registration", 0)))

    assert mends(undetermined("LOCKS"), found) == ("mend the sign-in audit to Azure",)


def test_what_only_a_person_declares_is_mended_in_the_inventory() -> None:
    assert mends(undetermined("TENANT_REFERENCE"), sources(ANSWERED)) == (
        "declare expected_tenant in the inventory",
    )


def test_what_came_and_does_not_tell_is_mended_by_no_permission() -> None:
    assert mends(undetermined("LOCKS", reason=Reason.AMBIGUOUS), sources(ANSWERED)) == ()


def test_alike_gaps_of_several_stamps_are_one_and_failures_are_none() -> None:
    failed = msgspec.structs.replace(undetermined("LOCKS"), outcome=Outcome.FAIL)
    found = gaps(
        [(name, [undetermined("LOCKS", stamp=name), failed]) for name in ("a", "b", "c")],
        DOCUMENTS_OF,
        [],
    )

    assert [(gap.rule, gap.stamps, gap.reason) for gap in found] == [
        ("X-AA-001", ("a", "b", "c"), "not-collected")
    ]
    assert found[0].why == "not known of a"


def test_stamps_with_the_same_wrong_tenant_are_one_gap() -> None:
    stamps = {
        name: {
            one.source: one
            for one in source_healths(
                msgspec.structs.replace(TARGET, name=name),
                [wrong_tenant("locks")],
                KINDS,
                FINE,
                NOW,
            )
        }
        for name in ("ams-01", "ams-02")
    }

    (gap,) = gap_of(stamps, "LOCKS")

    assert gap.stamps == ("ams-01", "ams-02")
    assert gap.mends == (RIGHT_TENANT.replace("of ams-01", "of these stamps"),)


def test_dead_stamps_are_one_gap_though_their_addresses_differ() -> None:
    stamps = {}
    for name in ("ams-01", "ams-02"):
        target = msgspec.structs.replace(TARGET, name=name, admin_endpoint=f"https://{name}")
        sights = Sights(stamps={name: dead(f"https://{name}")})
        gone = [failed("activation", "no answer", Reason.UNREACHABLE)]
        found = source_healths(target, gone, KINDS, sights, NOW)
        stamps[name] = {one.source: one for one in found}

    (gap,) = gap_of(stamps, "USAGE_REPORTING")

    assert gap.mends == ("make the admin_endpoint of these stamps reachable",)


def test_stamps_of_several_subscriptions_without_the_provider_are_one_gap() -> None:
    stamps = {}
    for number in (1, 2):
        name = f"ams-0{number}"
        refused_there = not_registered("locks")
        refused_there.request = refused_there.request.replace(SUBSCRIPTION[-4:], f"000{number}")
        target = msgspec.structs.replace(TARGET, name=name)
        found = source_healths(target, [refused_there], KINDS, FINE, NOW)
        stamps[name] = {one.source: one for one in found}

    (gap,) = gap_of(stamps, "LOCKS")

    assert gap.stamps == ("ams-01", "ams-02")
    assert gap.mends == (
        REGISTER.replace(f"subscription {SUBSCRIPTION}", "the subscription of these stamps"),
    )
    assert gap_of({"ams-01": stamps["ams-01"]}, "LOCKS")[0].mends == (REGISTER,)
