"""What the inventory declares of a stamp, and what else is on record of its agreement."""

from __future__ import annotations

import re
from typing import Final

from stampcheck.attestation import AGREEMENT_NUMBER
from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.attested import answered
from stampcheck.parse.evidence import Evidence, read_value
from stampcheck.parse.stamp import saved_token
from stampcheck.parse.subscription import INVENTORY
from stampcheck.parse.token import claims
from stampcheck.parse.value import Unreadable, member
from stampcheck.values import BillingModel, Environment

_ENVIRONMENT: Final = member(Environment)
_BILLING_MODEL: Final = member(BillingModel)
_LAST_DIGITS: Final = re.compile(r"(?:\.\.\.|…|\*+)?(\d{2,4})", re.ASCII)
_WHOLE: Final = re.compile(r"\d{3,62}(\d{2})", re.ASCII)
_ON_RECORD: Final = "on record"


def environment(evidence: Evidence) -> Known[Environment] | Missing:
    """Production or development, by the inventory; nothing else can tell it."""
    declared = evidence.declared.environment
    if not declared:
        return Missing(
            Reason.NEEDS_HUMAN,
            'the inventory does not declare it; set environment = "production" or "development" '
            "in the [[stamp]]",
        )
    return read_value(declared, Source(INVENTORY, "environment"), _ENVIRONMENT)


def agreement_number(evidence: Evidence) -> Known[str] | Missing:
    """Whether an agreement number is on record, at most its last digits: declared, in a saved
    token, or attested. Empty where a saved token asked for capacity billing with an empty one, or a
    person attests that there is none, and nothing else holds one.
    """
    declared = _masked(evidence.declared.agreement_number)
    if declared:
        return Known(declared, Source(INVENTORY, "agreement_number"))
    by_token = _by_token(evidence)
    if isinstance(by_token, Known) and by_token.value:
        return by_token
    attested = answered(evidence, AGREEMENT_NUMBER)
    if isinstance(attested, Known):
        return Known("" if attested.value == "no" else _masked(attested.value), attested.source)
    return (
        by_token
        or attested
        or Missing(
            Reason.NEEDS_HUMAN,
            "neither the inventory nor a saved registration token shows one; once it was seen, set "
            'agreement_number = "yes" (or its last digits) in the [[stamp]], or attest it',
        )
    )


def _masked(declared: str) -> str:
    """What may be shown of a declared number: a bundle may hold more than an inventory may."""
    word = declared.strip()
    if word.lower() == "yes":
        return _ON_RECORD
    digits = _LAST_DIGITS.fullmatch(word) or _WHOLE.fullmatch(word)
    return f"ends in {digits.group(1)}" if digits else ""


def _by_token(evidence: Evidence) -> Known[str] | Missing | None:
    """What a saved token shows; None where there is none, or where it does not tell."""
    if not evidence.of("registration-token"):
        return None
    found = saved_token(evidence)
    if isinstance(found, Missing):
        return Missing(Reason.NEEDS_HUMAN, f"the inventory shows none, and {found.detail}")
    kept = claims(found.held.body)
    is_held, ends = kept.get("agreementNumberHeld"), kept.get("agreementNumberEnds", "")
    source = found.held.source("agreementNumber")
    if is_held:
        return Known(f"ends in {ends}" if ends and ends.isascii() else _ON_RECORD, source)
    return Known("", source) if is_held is False and _is_of_capacity(kept) else None


def _is_of_capacity(kept: dict[str, object]) -> bool:
    try:
        return _BILLING_MODEL(kept.get("billingModel")) is BillingModel.CAPACITY
    except Unreadable:
        return False
