"""What the inventory declares of a stamp."""

from __future__ import annotations

from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Evidence
from stampcheck.values import Environment


def environment(evidence: Evidence) -> Known[Environment] | Missing:
    """Production or development, by the inventory."""
    return evidence.gap("none", "environment")


def agreement_number(evidence: Evidence) -> Known[str] | Missing:
    """Whether an agreement number is on record, at most its last digits."""
    return evidence.gap("none", "agreement_number")
