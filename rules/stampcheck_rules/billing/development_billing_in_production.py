"""Development billing on a production stamp."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    BILLING_MODEL,
    ENVIRONMENT,
    HAS_INVENTORY,
    IS_DEVELOPMENT_KIT,
    REGISTRATION_PRESENT,
    BillingModel,
    Environment,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Known,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_DEVELOPMENT: Final[dict[Fact[Any], Any]] = {
    REGISTRATION_PRESENT: True,
    BILLING_MODEL: BillingModel.DEVELOPMENT,
    HAS_INVENTORY: True,
    IS_DEVELOPMENT_KIT: False,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {**_DEVELOPMENT, ENVIRONMENT: Environment.PRODUCTION}),
    Example(Outcome.PASS, {**_DEVELOPMENT, ENVIRONMENT: Environment.DEVELOPMENT}),
    Example(
        Outcome.NOT_APPLICABLE,
        {REGISTRATION_PRESENT: True, BILLING_MODEL: BillingModel.CAPACITY},
    ),
)


@stamp_rule(
    RuleInfo(
        id="AZS-BI-003",
        title="Development billing on a production stamp",
        severity=Severity.HIGH,
        rationale=(
            "Development billing charges nothing and is meant for trial and development; work in "
            "production needs pay-as-you-use or capacity billing."
        ),
        needs=(
            REGISTRATION_PRESENT,
            BILLING_MODEL,
            HAS_INVENTORY,
            IS_DEVELOPMENT_KIT,
            ENVIRONMENT,
        ),
        fails_when=(
            "The registration is billed as Development, and the inventory declares the stamp to be "
            "in production."
        ),
        passes_when=(
            "The registration is billed as Development, and the inventory declares the stamp to be "
            "for development."
        ),
        not_applicable_when=(
            "The billing model is another one, there is no inventory, the stamp is a development "
            "kit, or the registration is proven absent in Azure (AZS-RG-001 fails)."
        ),
        causes=("development-billing-in-production", "inventory-out-of-date"),
        remediation=(
            "Register again with the billing model that production needs, or correct the "
            "environment in the inventory."
        ),
        consequences=(Consequence.LICENCE, Consequence.SUPPORT),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#set-azsregistration; newer: "
            "RegisterWithAzure.psm1 (AzureStack-Tools, branch az, 2023-07-26)"
        ),
        reviewed="2026-11-22",
        passages=(Passage("set-azsregistration", "8325161bdd52fdce"),),
    )
)
def development_billing_in_production(stamp: Stamp) -> Iterator[Verdict]:
    """Only the inventory knows what a stamp is for; a kit is for development whatever it says."""
    beside = _beside_the_point(stamp)
    if beside:
        yield Verdict.not_applicable(stamp, message=beside)
        return
    model, environment = stamp[BILLING_MODEL], stamp[ENVIRONMENT]
    actual = f"{model}, {environment}"
    if environment is Environment.PRODUCTION:
        # A development kit may have it, so that the stamp must be known to be none.
        _ = stamp[IS_DEVELOPMENT_KIT]
        yield Verdict.failed(
            stamp,
            causes=("development-billing-in-production", "inventory-out-of-date"),
            expected="PayAsYouUse or Capacity in production",
            actual=actual,
            message=(
                "The inventory declares the stamp to be in production, but its registration asks "
                "for development billing."
            ),
        )
    else:
        yield Verdict.passed(stamp, expected="Development only for development", actual=actual)


def _beside_the_point(stamp: Stamp) -> str:
    """Why the stamp is proven to be none that the rule concerns, or nothing."""
    resource = stamp.witness(REGISTRATION_PRESENT)
    inventory, kit = stamp.witness(HAS_INVENTORY), stamp.witness(IS_DEVELOPMENT_KIT)
    if isinstance(resource, Known) and not resource.value:
        return "There is no registration with a billing model (AZS-RG-001)."
    if isinstance(inventory, Known) and not inventory.value:
        return "There is no inventory that would declare a stamp to be in production."
    if isinstance(kit, Known) and kit.value:
        return "The stamp is a development kit, which is always for development."
    if stamp[REGISTRATION_PRESENT] and stamp[BILLING_MODEL] is not BillingModel.DEVELOPMENT:
        return f"The registration is billed as {stamp[BILLING_MODEL]}."
    return ""
