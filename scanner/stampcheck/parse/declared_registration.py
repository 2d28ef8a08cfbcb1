"""The registration that the inventory declares: it is known of, whoever was asked about it."""

from __future__ import annotations

from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.evidence import Evidence, read_value
from stampcheck.parse.subscription import INVENTORY
from stampcheck.parse.value import registration_id
from stampcheck.values import ResourceId


def declared_registration(evidence: Evidence) -> Known[ResourceId] | Missing:
    """The registration that the inventory declares of the stamp."""
    text = evidence.declared.registration
    if not text:
        return Missing(Reason.NOT_COLLECTED, "the inventory declares no registration of the stamp")
    return read_value(text, Source(INVENTORY, "registration"), registration_id)
