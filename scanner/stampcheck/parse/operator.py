"""The operator's machine, by the operator document."""

from __future__ import annotations

from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Evidence
from stampcheck.values import AccountPermissions, OperatorTools


def language_mode(evidence: Evidence) -> Known[str] | Missing:
    """Language mode of the operator's PowerShell, verbatim."""
    return evidence.gap("none", "language_mode")


def operator_tools(evidence: Evidence) -> Known[OperatorTools] | Missing:
    """Registration tools and modules."""
    return evidence.gap("none", "operator_tools")


def account_permissions(evidence: Evidence) -> Known[AccountPermissions] | Missing:
    """What the registering account may do."""
    return evidence.gap("none", "account_permissions")
