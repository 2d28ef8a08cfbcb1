"""Locks at or above the registration; that there is none is known only from a listing."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.evidence import Held
from stampcheck.parse.locks import are_whole, lock_scope, locks
from tests.scanner.parse import builders as b

REGISTRATION = b.held("registration.json", b.registration(), b.REGISTRATION)
ELSEWHERE = b.lock(f"{b.SUBSCRIPTION}/resourceGroups/network", name="network")
OWN = b.lock(name="RegistrationResourceLock")
AZ = {"id": OWN["id"], "level": "CanNotDelete", "name": OWN["name"], "resourceGroup": "azurestack"}
CMDLET = {
    "Name": OWN["name"],
    "ResourceId": b.REGISTRATION,
    "ExtensionResourceType": "Microsoft.Authorization/locks",
    "LockId": OWN["id"],
    "Properties": OWN["properties"],
}
SHAPES = {
    "rest": b.listing(OWN),
    "one lock": OWN,
    "powershell": b.powershell(b.listing(OWN)),
    "powershell, cut at depth": b.powershell([OWN], depth=1),
    "az lock list": [AZ],
    "Get-AzResourceLock": CMDLET,
    "Get-AzResourceLock of several": {"value": [CMDLET, b.powershell(CMDLET, depth=0)], "Count": 2},
    "upper case": [AZ | {"id": OWN["id"].upper(), "level": "CANNOTDELETE"}],
}


def listed(*entries: Any, scope: str = b.SUBSCRIPTION, at: str = b.AT, **rest: Any) -> Held:
    body = b.listing(*entries, **rest)
    return b.held("locks.json", body, f"{scope}{b.LOCKS}?api-version=1", at=at, kind="locks")


def bare(*entries: Any, at: str = b.AT) -> Held:
    return b.bare("locks.json", list(entries), at=at)


def shared(*entries: Any, at: str = b.AT) -> Held:
    """A list that lies at the root, for every stamp."""
    return Held(bare(*entries, at=at).document, stale=False, shared=True)


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_every_shape_says_the_same(body: Any) -> None:
    (found,) = b.value(locks(b.evidence(REGISTRATION, b.bare("locks.json", body))))

    assert found.level == "CanNotDelete"
    assert found.is_the_scripts_own
    assert found.scope.key == b.REGISTRATION.lower()


@pytest.mark.parametrize(
    ("scope", "inherited"),
    [(b.REGISTRATION, False), (b.GROUP, True), (b.GROUP.upper(), True), (b.SUBSCRIPTION, True)],
)
def test_a_lock_above_is_inherited(scope: str, *, inherited: bool) -> None:
    (found,) = b.value(locks(b.evidence(REGISTRATION, bare(b.lock(scope)))))

    assert found.inherited is inherited


@pytest.mark.parametrize(
    "listing",
    [
        listed(),
        listed(ELSEWHERE),
        listed(
            b.lock(b.OTHER), b.lock(f"{b.REGISTRATION}/products/p"), b.lock(b.REGISTRATION[:-1])
        ),
        listed(scope=b.GROUP),
        listed(scope=b.REGISTRATION),
        shared(ELSEWHERE, b.lock(f"{b.SUBSCRIPTION}/resourceGroups/other")),
        shared(b.lock(b.OTHER), b.lock(f"{b.GROUP}{b.REGISTRATIONS}/third")),
    ],
)
def test_a_listing_that_would_show_one_proves_that_there_is_none(listing: Held) -> None:
    assert b.value(locks(b.evidence(REGISTRATION, listing))) == ()


@pytest.mark.parametrize(
    "listing",
    [
        bare(),
        bare(ELSEWHERE),
        bare(ELSEWHERE, b.lock(f"{b.SUBSCRIPTION}/resourceGroups/other")),
        shared(ELSEWHERE),
        bare(b.lock(b.OTHER)),
        bare(b.lock(f"{b.OTHER}/products/p"), b.lock(f"{b.OTHER}/products/q")),
        bare(b.lock(level="NotSpecified")),
        listed(scope=b.OTHER),
        listed(nextLink="https://x"),
        listed(b.lock(level="NotSpecified"), nextLink="https://x"),
        b.held("locks.json", [], f"{b.SUBSCRIPTION}{b.LOCKS}?$filter=atScope()", kind="locks"),
        b.held("locks.json", [], f"{b.SUBSCRIPTION}{b.LOCKS}?$skiptoken=x", kind="locks"),
    ],
)
def test_a_listing_of_something_else_proves_nothing(listing: Held) -> None:
    assert b.reason(locks(b.evidence(REGISTRATION, listing))) == "ambiguous"


def test_a_toothless_lock_in_a_whole_listing_is_known() -> None:
    (found,) = b.value(locks(b.evidence(REGISTRATION, listed(b.lock(level="NotSpecified")))))

    assert not found.level.protects


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (b.lock(level="DoNotTouch"), "ambiguous"),
        (b.lock(level="") | {"name": "x"}, "absent-in-answer"),
        (b.lock() | {"id": None}, "malformed"),
        (b.lock() | {"id": "/locks/x"}, "malformed"),
    ],
)
def test_a_lock_that_is_not_understood_leaves_it_open(odd: Any, reason: str) -> None:
    toothless = b.lock(level="NotSpecified", name="other")

    assert b.reason(locks(b.evidence(REGISTRATION, listed(odd)))) == reason
    assert b.reason(locks(b.evidence(REGISTRATION, listed(odd, toothless)))) == reason
    assert len(b.value(locks(b.evidence(REGISTRATION, listed(odd, b.lock(name="other")))))) == 1


def test_a_lock_in_several_listings_is_one_lock_the_newest_first() -> None:
    old = listed(b.lock(level="ReadOnly"), b.lock(b.GROUP, name="group"))
    new = bare(b.lock(), at=b.LATER)
    upper = bare(b.lock(b.REGISTRATION.upper(), name="GUARD"), at=b.LATER)

    found = b.value(locks(b.evidence(REGISTRATION, old, new, upper)))
    assert [(one.name.lower(), one.level) for one in found] == [
        ("guard", "CanNotDelete"),
        ("group", "CanNotDelete"),
    ]


def test_the_newest_listing_wins() -> None:
    old = listed(b.lock())

    assert b.value(locks(b.evidence(REGISTRATION, old, listed(at=b.LATER)))) == ()
    assert b.reason(locks(b.evidence(REGISTRATION, old, bare(at=b.LATER)))) == "ambiguous"


def test_an_answer_of_the_same_time_that_lacks_the_lock_is_a_contradiction() -> None:
    both = b.evidence(REGISTRATION, listed(), bare(b.lock()))

    assert b.reason(locks(both)) == "ambiguous"
    agreeing = b.evidence(REGISTRATION, listed(b.lock()), bare(b.lock()))
    assert len(b.value(locks(agreeing))) == 1


def test_a_newer_404_of_the_lock_is_a_contradiction() -> None:
    asked, body = f"{b.REGISTRATION}{b.LOCKS}/guard", b.error("ResourceNotFound")
    gone = b.held("lock.json", body, asked, status=404, at=b.LATER, kind="locks")

    assert b.reason(locks(b.evidence(REGISTRATION, listed(b.lock()), gone))) == "ambiguous"
    newest = listed(b.lock(), at="2026-11-03T00:00:00Z")
    assert len(b.value(locks(b.evidence(REGISTRATION, newest, gone)))) == 1


@pytest.mark.parametrize(
    ("asked", "outranks"),
    [(f"{b.REGISTRATION}{b.LOCKS}", True), (b.SUBSCRIPTION + b.LOCKS, True), (b.OTHER, False)],
)
def test_a_refusal_outranks_an_absence_that_is_inferred(asked: str, *, outranks: bool) -> None:
    denied = b.held("d.json", b.error("AuthorizationFailed"), asked, status=403, kind="locks")
    inferred = shared(ELSEWHERE, b.lock(f"{b.SUBSCRIPTION}/resourceGroups/other"))

    found = locks(b.evidence(REGISTRATION, inferred, denied))
    if outranks:
        assert b.reason(found) == "access-denied"
    else:
        assert b.value(found) == ()
        assert "inferred" in str(found)


def test_without_a_registration_no_locks_are_looked_for() -> None:
    assert b.reason(locks(b.evidence(listed()))) == "not-collected"
    assert b.reason(locks(b.evidence(REGISTRATION))) == "not-collected"


def test_a_registration_that_azure_does_not_show_lacks_no_lock() -> None:
    activation = b.held("activation.json", b.activation())

    assert b.reason(locks(b.evidence(activation, listed(b.lock())))) == "not-collected"
    assert b.reason(locks(b.evidence(activation, listed()))) == "not-collected"
    other = b.held("i.json", b.information(CloudID=b.DEPLOYMENT))
    assert b.reason(locks(b.evidence(REGISTRATION, other, listed()))) == "ambiguous"


def test_a_refused_listing_is_no_empty_one() -> None:
    denied = b.held("locks.json", b.error("AuthorizationFailed"), status=403, kind="locks")

    assert b.reason(locks(b.evidence(REGISTRATION, denied))) == "access-denied"


@pytest.mark.parametrize("lock_id", ["", "x", b.REGISTRATION, f"x{b.LOCKS}/y", f"{b.LOCKS}/y"])
def test_what_is_no_lock_protects_nothing(lock_id: str) -> None:
    assert lock_scope(lock_id) is None


class TestWhole:
    def test_where_a_listing_covers_the_registration(self) -> None:
        for told in (listed(OWN), listed()):
            assert b.value(are_whole(b.evidence(REGISTRATION, told))) is True

    def test_is_not_known_of_a_single_lock_that_protects(self) -> None:
        evidence = b.evidence(REGISTRATION, bare(OWN))

        assert b.value(locks(evidence))
        assert b.reason(are_whole(evidence)) == "ambiguous"

    def test_is_not_known_where_the_listing_goes_on(self) -> None:
        cut = listed(OWN, nextLink="https://management.azure.com/?$skiptoken=x")

        assert b.reason(are_whole(b.evidence(REGISTRATION, cut))) == "ambiguous"

    def test_is_not_known_beside_a_lock_that_is_not_understood(self) -> None:
        odd = b.lock(level="Odd", name="odd")
        evidence = b.evidence(REGISTRATION, listed(OWN, odd))

        assert b.value(locks(evidence))
        assert b.reason(are_whole(evidence)) == "ambiguous"

    def test_is_missing_for_the_reason_of_the_locks(self) -> None:
        assert b.reason(are_whole(b.evidence(REGISTRATION))) == "not-collected"
        assert b.reason(are_whole(b.evidence())) == b.reason(locks(b.evidence()))


INHERITED = b.lock(b.SUBSCRIPTION, name="keep")


@pytest.mark.parametrize(
    "other",
    [
        listed(scope=f"{b.SUBSCRIPTION}/resourceGroups/network"),
        listed(nextLink="https://x"),
        bare(),
    ],
)
def test_an_answer_that_need_not_show_the_lock_does_not_deny_it(other: Held) -> None:
    assert len(b.value(locks(b.evidence(REGISTRATION, listed(INHERITED), other)))) == 1


@pytest.mark.parametrize("scope", [b.GROUP, b.REGISTRATION, b.SUBSCRIPTION])
def test_a_listing_of_the_same_time_that_would_show_the_lock_denies_it(scope: str) -> None:
    both = b.evidence(REGISTRATION, bare(INHERITED), listed(scope=scope))

    assert b.reason(locks(both)) == "ambiguous"
