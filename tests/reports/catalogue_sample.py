"""A small catalogue of rules, facts, causes and runbooks for sample scans."""

from __future__ import annotations

from typing import Final

from stampcheck.model import Cause, Consequence, Runbook, Step
from stampcheck.record import ExampleRecord, FactRecord, RuleRecord

REFUTED: Final = "registration-not-accessible"
"""The cause that something contradicts wherever it is named."""

CONTRADICTIONS: Final = {"ROLE_HELD is true": "the principal holds a role (ROLE_HELD is true)"}

_ARTICLE: Final = "register-azure-stack-hub.md"
_REVIEWED: Final = "2026-11-22"
_RULES: Final = (
    ("RG-001", "Stamp is not registered", "critical", ("ACTIVATION_PRESENT",), ("not-registered",)),
    (
        "RG-002",
        "Registration has expired or expires soon",
        "critical",
        ("ACTIVATION_EXPIRES",),
        ("capacity-expired",),
    ),
    (
        "RG-003",
        "Stamp and Azure name different registrations",
        "high",
        ("ACTIVATED_REGISTRATION", "REGISTRATION_ID"),
        ("moved-subscription",),
    ),
    (
        "RG-004",
        "Registration carries the default name",
        "low",
        ("REGISTRATION_ID",),
        ("name-not-unique",),
    ),
    (
        "RG-006",
        "Activation did not succeed",
        "high",
        ("ACTIVATION_STATE",),
        ("registration-incomplete",),
    ),
    (
        "BI-001",
        "Billing model contradicts usage reporting",
        "critical",
        ("BILLING_MODEL", "USAGE_REPORTING"),
        ("usage-reporting-left-on",),
    ),
    (
        "BI-005",
        "Usage does not reach Azure",
        "high",
        ("USAGE_ALERT_ERRORS",),
        ("registration-not-accessible",),
    ),
    ("PR-001", "No lock protects the registration", "medium", ("LOCKS",), ("lock-not-restored",)),
    ("PR-002", "Lock is too strict", "medium", ("LOCKS",), ("lock-not-restored",)),
    (
        "TE-001",
        "Directory tenant of the subscription changed",
        "critical",
        ("SUBSCRIPTION_TENANT", "TENANT_REFERENCE"),
        ("tenant-changed",),
    ),
    (
        "TE-002",
        "Service principal of the registration lost its role",
        "high",
        ("ROLE_HELD",),
        ("registration-not-accessible",),
    ),
    (
        "ID-001",
        "Two registrations share a Cloud ID",
        "high",
        ("CLOUD_ID",),
        ("cloud-id-already-registered", "cloned-stamp"),
    ),
    (
        "ID-002",
        "Registration name is used twice",
        "medium",
        ("REGISTRATION_ID",),
        ("name-not-unique",),
    ),
    (
        "SU-001",
        "Subscription offer is not supported",
        "high",
        ("SUBSCRIPTION_OFFER",),
        ("unsupported-subscription",),
    ),
    (
        "SU-004",
        "Resource provider is not registered",
        "high",
        ("SUBSCRIPTION_ID",),
        ("provider-not-registered",),
    ),
    (
        "SY-001",
        "Marketplace syndication contradicts the connection",
        "medium",
        ("SYNDICATION", "CONNECTION"),
        ("syndication-left-on",),
    ),
)
_CONSEQUENCES: Final = {
    "critical": (Consequence.LICENCE, Consequence.USAGE),
    "high": (Consequence.USAGE, Consequence.MARKETPLACE),
    "medium": (Consequence.RENEWAL,),
    "low": (Consequence.SUPPORT,),
}
_FACTS: Final = {
    "ACTIVATION_PRESENT": ("activation", "stamp-subscriptions"),
    "ACTIVATION_EXPIRES": ("activation",),
    "ACTIVATED_REGISTRATION": ("activation",),
    "ACTIVATION_STATE": ("activation",),
    "REGISTRATION_ID": ("registration",),
    "BILLING_MODEL": ("registration",),
    "USAGE_REPORTING": ("activation",),
    "USAGE_ALERT_ERRORS": ("alerts",),
    "LOCKS": ("locks",),
    "SUBSCRIPTION_TENANT": ("subscription",),
    "TENANT_REFERENCE": (),
    "ROLE_HELD": ("role-assignments", "registration"),
    "CLOUD_ID": ("stamp-information", "fabric-locations", "registration-token", "registration"),
    "SUBSCRIPTION_OFFER": ("subscription",),
    "SUBSCRIPTION_ID": ("registration", "activation"),
    "SYNDICATION": ("activation",),
    "CONNECTION": ("registration", "activation", "stamp-information"),
}
_CAUSES: Final = (
    ("not-registered", "The stamp was never registered", "register"),
    ("capacity-expired", "The yearly capacity subscription ran out", "renew-after-expiry"),
    ("moved-subscription", "The registration was moved to another subscription", "re-register"),
    ("name-not-unique", "The registration name is not unique", "re-register"),
    ("registration-incomplete", "A registration step was left out", "register"),
    ("usage-reporting-left-on", "Usage reporting was left on", "usage-reporting-off"),
    ("registration-not-accessible", "Azure cannot reach the registration resource", "re-register"),
    ("lock-not-restored", "The lock was removed and not restored", "restore-lock"),
    ("tenant-changed", "The subscription changed its directory", "re-register"),
    ("cloud-id-already-registered", "The Cloud ID is registered already", "renew-after-expiry"),
    ("cloned-stamp", "The stamp was redeployed or cloned", "re-register"),
    ("unsupported-subscription", "The subscription type is not supported", "re-register"),
    ("provider-not-registered", "Microsoft.AzureStack is not registered", "register"),
    ("syndication-left-on", "Syndication was left on", "usage-reporting-off"),
)
_RUNBOOKS: Final = {
    "register": "Register the stamp",
    "renew-after-expiry": "Renew a registration that has expired",
    "re-register": "Register the stamp again",
    "usage-reporting-off": "Turn usage reporting off",
    "restore-lock": "Restore the lock",
}


def rules() -> list[RuleRecord]:
    """The rules without sums."""
    return [_rule(*row) for row in _RULES]


def _rule(
    number: str, title: str, severity: str, needs: tuple[str, ...], causes: tuple[str, ...]
) -> RuleRecord:
    return RuleRecord(
        id=f"AZS-{number}",
        title=title,
        severity=severity,
        rationale=f"{title}: then usage, syndication and support no longer work as licensed.",
        fails_when=f"The evidence of both sides proves it: {title.lower()}.",
        passes_when="Every witness is known and none of them shows it.",
        not_applicable_when="" if number.endswith("001") else "The stamp is not registered.",
        remediation="Follow the runbook of the cause that fits, then run this rule again.",
        source=f"{_ARTICLE}#{number.lower()}",
        reviewed=_REVIEWED,
        needs=list(needs),
        uses=["AS_OF"],
        causes=list(causes),
        consequences=_CONSEQUENCES[severity],
        is_fleet=number.startswith("ID"),
        package="stampcheck",
        undetermined_when=f"It does not fail, and one of {', '.join(needs)} is not known.",
        examples=[ExampleRecord("fail", [f"{needs[0]} = none"], f"fail: {title} <b>here</b>.")],
    )


def facts() -> list[FactRecord]:
    """The facts that the rules read."""
    return [
        FactRecord(name, f"{name.replace('_', ' ').capitalize()} of the stamp.", documents)
        for name, documents in _FACTS.items()
    ]


def causes() -> list[Cause]:
    """The causes that the rules name."""
    return [
        Cause(
            id=key,
            title=title,
            explanation=f"{title}. Azure then refuses what the stamp asks of it, and the stamp "
            "keeps its old answer until it is registered again.",
            source=f"{_ARTICLE}#registration-failures",
            reviewed=_REVIEWED,
            documented=key != "cloned-stamp",
            explains=tuple(rule.id for rule in rules() if key in rule.causes),
            confirm="Does Get-AzResource show the registration under the name that the stamp has?",
            runbook=runbook,
            contradicted_by=("ROLE_HELD is true",) if key == REFUTED else (),
            prerequisite=key == "provider-not-registered",
        )
        for key, title, runbook in _CAUSES
    ]


def runbooks() -> list[Runbook]:
    """The runbooks of the causes."""
    return [
        Runbook(key, title, _ARTICLE, _REVIEWED, _steps(key), ("AZS-RG-001", "AZS-RG-002"))
        for key, title in _RUNBOOKS.items()
    ]


def _steps(key: str) -> tuple[Step, ...]:
    return (*_sign_in(), *_registration(f"{_RUNBOOKS[key]}."))


def _sign_in() -> tuple[Step, ...]:
    return (
        Step(
            "Sign in to the subscription of the registration.",
            where="A machine that reaches Azure and the privileged endpoint",
            modules="Az",
            powershell="Connect-AzAccount -Environment {{environment}} -Tenant {{tenant_id}}\n"
            "Set-AzContext -Subscription {{subscription_id}}",
            expect="The context names the subscription.",
        ),
        Step(
            "Sign in to the subscription of the registration.",
            where="A machine that reaches Azure and the privileged endpoint",
            modules="AzureRM",
            powershell="Connect-AzureRmAccount -Environment {{environment}}",
        ),
    )


def _registration(what: str) -> tuple[Step, ...]:
    return (
        Step(
            what,
            connection="connected",
            powershell="$credential = Get-Credential\n"
            "Set-AzsRegistration `\n"
            "  -PrivilegedEndpointCredential $credential `\n"
            "  -PrivilegedEndpoint {{privileged_endpoint}} `\n"
            "  -BillingModel {{billing_model}} `\n"
            "  -RegistrationName {{registration_name}} `\n"
            "  -AgreementNumber {{agreement_number}}",
            expect="Your environment is now registered and activated.",
            verify="Get-AzsRegistration on the stamp names the same registration.",
        ),
        Step(
            "Fetch the token on the stamp and register it from a connected machine.",
            connection="disconnected",
            powershell="Get-AzsRegistrationToken -PrivilegedEndpoint {{privileged_endpoint}} "
            "-BillingModel Capacity -AgreementNumber {{agreement_number}}",
        ),
    )
