"""Stamp is not registered."""

from collections.abc import Iterator
from typing import Final

from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_PRESENT,
    BILLING_MODEL,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    TOKEN_BILLING_MODEL,
    BillingModel,
    ResourceId,
)
from stampcheck.model import (
    Consequence,
    Example,
    Known,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_REGISTRATION: Final = ResourceId.parse(
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/contoso-ams-01"
)
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {ACTIVATION_PRESENT: False, REGISTRATION_PRESENT: True}),
    Example(
        Outcome.FAIL,
        {
            ACTIVATION_PRESENT: True,
            ACTIVATED_REGISTRATION: _REGISTRATION,
            REGISTRATION_PRESENT: False,
            TOKEN_BILLING_MODEL: BillingModel.PAY_AS_YOU_USE,
        },
    ),
    Example(
        Outcome.PASS,
        {
            ACTIVATION_PRESENT: True,
            REGISTRATION_PRESENT: True,
            REGISTRATION_ID: _REGISTRATION,
        },
    ),
)


@stamp_rule(
    RuleInfo(
        id="AZS-RG-001",
        title="Stamp is not registered",
        severity=Severity.CRITICAL,
        rationale=(
            "Registration is what licenses a stamp, lets it report usage and download marketplace "
            "items; with pay-as-you-use billing an unregistered stamp breaks the licence terms."
        ),
        needs=(ACTIVATION_PRESENT, REGISTRATION_PRESENT),
        uses=(ACTIVATED_REGISTRATION, REGISTRATION_ID, BILLING_MODEL, TOKEN_BILLING_MODEL),
        fails_when=(
            "The activation is absent in a confirmed Default Provider Subscription; or the "
            "registration that it names is absent in Azure by id, and none with this Cloud ID "
            "stands elsewhere in that subscription."
        ),
        passes_when="Both the activation on the stamp and the registration in Azure were read.",
        causes=(
            "not-registered",
            "token-not-used",
            "activation-step-missing",
            "registration-deleted",
            "wrong-azure-context",
        ),
        remediation="Register the stamp, or finish the registration that stopped half-way.",
        consequences=(Consequence.LICENCE, Consequence.USAGE, Consequence.MARKETPLACE),
        source="register-azure-stack-hub.md#verify-azure-stack-hub-registration",
        reviewed="2026-11-22",
        examples=_EXAMPLES,
        passages=(
            Passage("register-azure-stack-hub-with-azure", "414f50182bcdf45d"),
            Passage("register-azure-stack-hub-with-azure", "f59f9334a57a19e3"),
            Passage(
                "retrieve-an-activation-key-from-azure-registration-resource", "b15c10588b580d22"
            ),
            Passage("create-an-activation-resource-in-azure-stack-hub", "c13ec64b73360b36"),
            Passage("verify-azure-stack-hub-registration", "0030bfa580fe4c76"),
            Passage("verify-azure-stack-hub-registration", "207398a203c19141"),
        ),
        fresh=True,
    )
)
def not_registered(stamp: Stamp) -> Iterator[Verdict]:
    """Two witnesses are asked: the stamp's activation and Azure's registration resource."""
    activation, resource = stamp.witness(ACTIVATION_PRESENT), stamp.witness(REGISTRATION_PRESENT)
    if isinstance(activation, Known) and not activation.value:
        has_resource = resource.value if isinstance(resource, Known) else None
        yield _without_activation(stamp, has_resource=has_resource)
    elif isinstance(resource, Known) and not resource.value:
        yield _without_resource(stamp)
    else:
        both = stamp[ACTIVATION_PRESENT] and stamp[REGISTRATION_PRESENT]
        seen = stamp.first(REGISTRATION_ID, ACTIVATED_REGISTRATION)
        name = seen.value.text if both and isinstance(seen, Known) else "registered"
        yield Verdict.passed(stamp, expected="activation and registration", actual=name)


def _without_activation(stamp: Stamp, *, has_resource: bool | None) -> Verdict:
    """``has_resource`` is None where Azure was not asked."""
    half = "Azure holds its registration, but the" if has_resource else "The"
    return Verdict.failed(
        stamp,
        causes=_causes_without_activation(stamp, has_resource=has_resource),
        expected="activation and registration",
        actual="registration without activation" if has_resource else "no activation",
        message=f"{half} stamp has no activation.{_licence(stamp)}",
    )


def _causes_without_activation(stamp: Stamp, *, has_resource: bool | None) -> tuple[str, ...]:
    """A token shows that a registration was begun; only an answer of Azure shows where it ended."""
    if has_resource:
        return ("activation-step-missing",)
    begun = isinstance(stamp.witness(TOKEN_BILLING_MODEL), Known)
    first = "token-not-used" if begun else "not-registered"
    return (first,) if has_resource is False else (first, "wrong-azure-context")


def _without_resource(stamp: Stamp) -> Verdict:
    named = stamp.witness(ACTIVATED_REGISTRATION)
    name = named.value.text if isinstance(named, Known) else "the registration"
    return Verdict.failed(
        stamp,
        causes=("registration-deleted",),
        expected="activation and registration",
        actual="activation without registration",
        message=(
            f"The stamp is activated for {name}, which does not exist, and no registration with "
            f"its Cloud ID stands elsewhere in that subscription.{_licence(stamp)}"
        ),
    )


def _licence(stamp: Stamp) -> str:
    """The article's warning, where the billing model is known to be pay-as-you-use."""
    model = stamp.first(BILLING_MODEL, TOKEN_BILLING_MODEL)
    pays_by_use = isinstance(model, Known) and model.value is BillingModel.PAY_AS_YOU_USE
    return " With pay-as-you-use billing this breaks the licence terms." if pays_by_use else ""
