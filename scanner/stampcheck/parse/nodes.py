"""Nodes at registration, and whether the stamp is a development kit."""

from __future__ import annotations

from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Evidence


def nodes_at_registration(evidence: Evidence) -> Known[int] | Missing:
    """Number of nodes when the stamp was registered."""
    return evidence.gap("none", "nodes_at_registration")


def is_development_kit(evidence: Evidence) -> Known[bool] | Missing:
    """Whether the stamp is a development kit."""
    return evidence.gap("none", "is_development_kit")
