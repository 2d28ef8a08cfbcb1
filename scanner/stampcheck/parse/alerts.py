"""The stamp's alerts about its registration and its usage (facts/azure.md 2.4, 2.5)."""

from __future__ import annotations

from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Evidence
from stampcheck.values import Alert


def alerts(evidence: Evidence) -> Known[tuple[Alert, ...]] | Missing:
    """Active alerts about registration or usage."""
    return evidence.gap("none", "alerts")


def local_usage(evidence: Evidence) -> Known[int] | Missing:
    """Number of usage records that the stamp collected."""
    return evidence.gap("none", "local_usage")
