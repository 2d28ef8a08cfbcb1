"""What the stamp and Azure say is laid side by side only where both are known and differ."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.document import Document
from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_PRESENT,
    BILLING_MODEL,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    STAMP_CLOUD_ID,
    USAGE_REPORTING,
    BillingModel,
)
from stampcheck.model import Fact, Known, Missing, Reason, Source
from stampcheck.proof import PROOF_FACTS, disagreements, documents_of
from stampcheck.record import DocumentRecord
from stampcheck.values import ResourceId

OLD, NEW = (
    ResourceId.parse(
        "/subscriptions/0b7e4c11-5c9e-4b7a-a1f0-3c2d9b8e7f60/resourceGroups/azurestack/providers/"
        f"Microsoft.AzureStack/registrations/{name}"
    )
    for name in ("old", "new")
)


def facts(known: dict[Fact[Any], Any]) -> dict[Fact[Any], Known[Any] | Missing]:
    missing = dict.fromkeys(PROOF_FACTS, Missing(Reason.NOT_COLLECTED))
    told = {fact: Known(value, Source("a.json", fact.name)) for fact, value in known.items()}
    return missing | told


def told(known: dict[Fact[Any], Any]) -> list[tuple[str, str, str]]:
    return [(one.subject, one.stamp_says, one.azure_says) for one in disagreements(facts(known))]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({ACTIVATED_REGISTRATION: OLD, REGISTRATION_ID: OLD}, []),
        ({ACTIVATED_REGISTRATION: OLD}, []),
        (
            {ACTIVATED_REGISTRATION: OLD, REGISTRATION_ID: NEW},
            [("Registration", str(OLD), str(NEW))],
        ),
        ({ACTIVATION_PRESENT: True, REGISTRATION_PRESENT: True}, []),
        ({ACTIVATION_PRESENT: False, REGISTRATION_PRESENT: False}, []),
        (
            {ACTIVATION_PRESENT: True, REGISTRATION_PRESENT: False, ACTIVATED_REGISTRATION: OLD},
            [("Registration", str(OLD), "no such registration")],
        ),
        (
            {ACTIVATION_PRESENT: False, REGISTRATION_PRESENT: True},
            [("Registration", "no activation", "registered")],
        ),
        (
            {BILLING_MODEL: BillingModel.PAY_AS_YOU_USE, USAGE_REPORTING: False},
            [("Usage reporting", "off", "PayAsYouUse, so usage is to be reported")],
        ),
        ({BILLING_MODEL: BillingModel.PAY_AS_YOU_USE, USAGE_REPORTING: True}, []),
        ({BILLING_MODEL: BillingModel.CAPACITY, USAGE_REPORTING: False}, []),
        ({STAMP_CLOUD_ID: "a"}, []),
    ],
)
def test_only_what_both_know_differently_is_a_disagreement(
    known: dict[Fact[Any], Any], expected: list[tuple[str, str, str]]
) -> None:
    assert told(known) == expected


def test_each_side_has_its_proof() -> None:
    (one,) = disagreements(facts({ACTIVATED_REGISTRATION: OLD, REGISTRATION_ID: NEW}))

    assert one.stamp_source.field == "ACTIVATED_REGISTRATION"
    assert one.azure_source.field == "REGISTRATION_ID"


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({}, ""),
        ({"date": "x"}, ""),
        ({"x-ms-correlation-request-id": "c"}, "c"),
        ({"x-ms-correlation-request-id": "c", "x-ms-request-id": "r"}, "r"),
        ({"x-ms-request-id": "r" * 500}, "r" * 100),
    ],
)
def test_a_document_is_recorded_with_its_time_and_request(
    headers: dict[str, str], request_id: str
) -> None:
    read = Document(
        kind="locks", label="l.json", collected_at="2026-11-21T08:00:00Z", headers=headers
    )

    assert documents_of([read]) == [DocumentRecord("l.json", read.collected_at, request_id)]
