"""Of several documents the newest wins; of one time they must agree; a listing covers its scope."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.activation import activation
from stampcheck.parse.evidence import Found, Held, covers
from stampcheck.values import ResourceId
from tests.scanner.parse import builders as b

TARGET = ResourceId.parse(b.REGISTRATION)
SUFFIX = b.LOCKS.lower()


def test_the_newest_answer_wins_whatever_the_order() -> None:
    old = b.held("a.json", b.activation(provisioningState="Old"), at=b.AT)
    new = b.held("b.json", b.activation(provisioningState="New"), at="2026-11-01T00:00:00.5Z")

    for documents in ((old, new), (new, old)):
        found = activation(b.evidence(*documents))
        assert isinstance(found, Found)
        assert found.held is new


def test_a_refusal_counts_only_where_nothing_was_answered() -> None:
    old = b.held("activation.json", b.activation(), at=b.AT)
    new = b.held("activation-2.json", b.error("x"), b.ACTIVATION, at=b.LATER, status=403)

    assert isinstance(activation(b.evidence(old, new)), Found)
    assert b.reason(activation(b.evidence(new))) == "access-denied"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rival",
    [
        b.powershell(b.activation(), flat=True),
        b.powershell(b.activation(), depth=0),
        [b.activation(azureEnvironmentName=None)],
        b.activation() | {"etag": "another"},
    ],
)
def test_two_answers_of_one_time_in_two_shapes_agree(rival: Any) -> None:
    documents = b.bare("activation.json", b.activation()), b.bare("activation-2.json", rival)

    assert isinstance(activation(b.evidence(*documents)), Found)


@pytest.mark.parametrize(
    "rival",
    [
        b.activation(usageReportingEnabled=False),
        b.activation(expiration="2027-01-01T00:00:00Z"),
        b.listing(),
        b.error("ResourceNotFound"),
    ],
)
def test_two_answers_of_one_time_that_differ_are_ambiguous(rival: Any) -> None:
    documents = b.bare("activation.json", b.activation()), b.bare("activation-2.json", rival)

    for order in (documents, documents[::-1]):
        assert b.reason(activation(b.evidence(*order))) == "ambiguous"  # type: ignore[arg-type]


def listed(request: str, *locks: Any, **rest: Any) -> Held:
    return b.held("locks.json", b.listing(*locks, **rest), request, kind="locks")


@pytest.mark.parametrize(
    "request_text",
    [
        f"https://management.azure.com{b.SUBSCRIPTION}{b.LOCKS}?api-version=2016-09-01",
        f"{b.GROUP}{b.LOCKS}",
        f"{b.REGISTRATION.upper()}{b.LOCKS.lower()}/",
        f"{b.REGISTRATION}{b.LOCKS}?$filter=atScope()",
        f"{b.REGISTRATION}{b.LOCKS}?%24filter=atScope%28%29",
        f"{b.GROUP}/providers/Microsoft.AzureStack//registrations/hub-ams{b.LOCKS}",
        f"{b.SUBSCRIPTION}/resourcegroups/AZURESTACK{b.LOCKS}",
        f"/{b.REGISTRATION.replace('/', '%2F')}{b.LOCKS}",
    ],
)
def test_a_listing_at_or_above_covers(request_text: str) -> None:
    assert TARGET is not None
    assert covers(listed(request_text), TARGET, SUFFIX)


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        b.LOCKS,
        "https://management.azure.com",
        f"{b.OTHER}{b.LOCKS}",
        f"{b.SUBSCRIPTION}/resourceGroups/azure{b.LOCKS}",
        f"/subscriptions/{b.DPS}{b.LOCKS}",
        f"{b.REGISTRATION}{b.LOCKS}/guard",
        f"{b.SUBSCRIPTION}{b.LOCKS}?$filter=atScope()",
        f"{b.SUBSCRIPTION}{b.LOCKS}?%24filter=atScope%28%29",
        f"{b.SUBSCRIPTION}{b.LOCKS}?$filter=level%20eq%20'ReadOnly'",
        f"{b.SUBSCRIPTION}{b.LOCKS}?$skiptoken=abc",
        f"{b.SUBSCRIPTION}{b.LOCKS}?%24top=5",
    ],
)
def test_a_listing_of_another_or_a_narrower_scope_does_not(request_text: str) -> None:
    assert TARGET is not None
    assert not covers(listed(request_text), TARGET, SUFFIX)


def test_a_page_that_has_a_next_one_covers_nothing() -> None:
    assert TARGET is not None
    asked = f"{b.SUBSCRIPTION}{b.LOCKS}"
    assert not covers(listed(asked, nextLink="https://x"), TARGET, SUFFIX)


@pytest.mark.parametrize(
    ("filtered", "shown"),
    [
        ("", True),
        (f"principalId%20eq%20'{b.PRINCIPAL}'", True),
        (f"atScope() and assignedTo('{b.PRINCIPAL}')", True),
        (f"principalId eq '{b.TENANT}'", False),
        ("assignedTo('')", False),
    ],
)
def test_a_listing_filtered_by_a_principal_shows_that_ones_only(
    filtered: str, *, shown: bool
) -> None:
    assert TARGET is not None
    held = b.held("r.json", b.listing(), f"{b.REGISTRATION}{b.ROLES}?$filter={filtered}")

    assert covers(held, TARGET, b.ROLES.lower(), b.PRINCIPAL) is shown


def test_a_mixed_listing_gives_the_objects_of_its_kind() -> None:
    site = {"id": f"{b.GROUP}/providers/Microsoft.Web/sites/x", "name": "x"}
    held = b.bare("all.json", b.listing(site, b.registration(), site))

    assert [item.id for item in held.items] == [b.REGISTRATION]


@pytest.mark.parametrize("other", [b.SUB + "0", b.SUB[:-1]])
def test_a_subscription_is_read_only_by_answers_about_itself(other: str) -> None:
    documents = b.stamp_documents()
    evidence = b.evidence(documents["registration"], documents["locks"])

    assert evidence.reads_subscription(b.SUB)
    assert not evidence.reads_subscription(other)


def test_a_gap_says_what_was_met() -> None:
    refused = b.held("locks.json", b.error("AuthorizationFailed"), status=403, kind="locks")

    assert b.reason(b.evidence().gap("locks", "x")) == "not-collected"
    assert b.reason(b.evidence(refused).gap("locks", "x")) == "access-denied"
    assert b.reason(b.evidence(b.bare("locks.json", [])).gap("locks", "x")) == "ambiguous"


def test_the_refusal_that_is_cited_does_not_depend_on_the_order_of_a_set() -> None:
    kinds = ("registration", "locks", "subscription", "role-assignments", "activity-log")
    refused = [
        b.held(f"{kind}.json", b.error("x"), f"{b.SUBSCRIPTION}/x", status=403, kind=kind)
        for kind in kinds
    ]

    for place, first in enumerate(refused):
        for later in refused[place + 1 :]:
            assert b.evidence(later, first).is_refused_in(b.SUB) is first
