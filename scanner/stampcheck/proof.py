"""What a record keeps of the evidence itself: when and by which request each document was read, and
where the stamp and Azure tell different things of the same registration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from stampcheck.document import Document
from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_PRESENT,
    BILLING_MODEL,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    STAMP_CLOUD_ID,
    TOKEN_BILLING_MODEL,
    USAGE_REPORTING,
    BillingModel,
)
from stampcheck.model import Fact, Facts, Known
from stampcheck.record import Disagreement, DocumentRecord

PROOF_FACTS: Final[tuple[Fact[Any], ...]] = (
    ACTIVATED_REGISTRATION,
    ACTIVATION_PRESENT,
    BILLING_MODEL,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    STAMP_CLOUD_ID,
    TOKEN_BILLING_MODEL,
    USAGE_REPORTING,
)
"""What is compared, whichever rules were chosen."""

_SAME: Final = (
    ("Cloud ID", STAMP_CLOUD_ID, REGISTRATION_CLOUD_ID),
    ("Registration", ACTIVATED_REGISTRATION, REGISTRATION_ID),
    ("Billing model", TOKEN_BILLING_MODEL, BILLING_MODEL),
)
_REQUEST_IDS: Final = ("x-ms-request-id", "x-ms-correlation-request-id")
_LONGEST: Final = 100


def documents_of(documents: Iterable[Document]) -> list[DocumentRecord]:
    """Each document with its time and the id of its request, where there is one."""
    return [
        DocumentRecord(document.label, document.collected_at, _request_id(document))
        for document in documents
    ]


def _request_id(document: Document) -> str:
    headers = document.headers
    if not headers:
        return ""
    return next((headers[name] for name in _REQUEST_IDS if headers.get(name)), "")[:_LONGEST]


def disagreements(facts: Facts) -> list[Disagreement]:
    """What the stamp says and what Azure says, side by side, where both are known and differ."""
    return [*_differing(facts), *_one_sided(facts), *_unreported(facts)]


def _differing(facts: Facts) -> Iterator[Disagreement]:
    for subject, by_stamp, by_azure in _SAME:
        stamp, azure = facts[by_stamp], facts[by_azure]
        if isinstance(stamp, Known) and isinstance(azure, Known) and stamp.value != azure.value:
            yield _said(subject, stamp, str(stamp.value), azure, str(azure.value))


def _one_sided(facts: Facts) -> Iterator[Disagreement]:
    """A registration that only one of the two knows of."""
    active, there = facts[ACTIVATION_PRESENT], facts[REGISTRATION_PRESENT]
    if not isinstance(active, Known) or not isinstance(there, Known):
        return
    if active.value and not there.value:
        named = facts[ACTIVATED_REGISTRATION]
        proof = named if isinstance(named, Known) else active
        text = str(named.value) if isinstance(named, Known) else "activated"
        yield _said("Registration", proof, text, there, "no such registration")
    if there.value and not active.value:
        seen = facts[REGISTRATION_ID]
        proof = seen if isinstance(seen, Known) else there
        text = str(seen.value) if isinstance(seen, Known) else "registered"
        yield _said("Registration", active, "no activation", proof, text)


def _unreported(facts: Facts) -> Iterator[Disagreement]:
    """Azure bills by the usage that the stamp does not send."""
    model, reporting = facts[BILLING_MODEL], facts[USAGE_REPORTING]
    if not isinstance(model, Known) or not isinstance(reporting, Known):
        return
    if model.value is BillingModel.PAY_AS_YOU_USE and not reporting.value:
        said = f"{model.value}, so usage is to be reported"
        yield _said("Usage reporting", reporting, "off", model, said)


def _said(
    subject: str, stamp: Known[Any], stamp_says: str, azure: Known[Any], azure_says: str
) -> Disagreement:
    return Disagreement(subject, stamp_says, stamp.source, azure_says, azure.source)
