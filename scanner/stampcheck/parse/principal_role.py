"""The role of the registration's service principal (facts/azure.md 7)."""

from __future__ import annotations

from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Evidence
from stampcheck.values import PrincipalRole


def principal_role(evidence: Evidence) -> Known[PrincipalRole] | Missing:
    """The role at or above the registration, and whether it fits."""
    return evidence.gap("none", "principal_role")
