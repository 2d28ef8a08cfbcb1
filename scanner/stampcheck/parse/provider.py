"""The resource provider in the subscription (facts/azure.md 8)."""

from __future__ import annotations

from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Evidence


def provider_state(evidence: Evidence) -> Known[str] | Missing:
    """Registration state of Microsoft.AzureStack, verbatim."""
    return evidence.gap("none", "provider_state")
