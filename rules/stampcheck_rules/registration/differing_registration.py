"""Stamp and Azure name different registrations."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_PRESENT,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    STAMP_CLOUD_ID,
    ResourceId,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Outcome,
    Passage,
    Reason,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_OURS: Final = "5bf881b2-1111-4000-8000-000000000001"
_THEIRS: Final = "5bf881b2-1111-4000-8000-000000000002"
_START: Final = "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/"
_END: Final = "/providers/Microsoft.AzureStack/registrations/"
_NAMED: Final = ResourceId.parse(f"{_START}azurestack{_END}contoso-ams")
_MEETS: Final[dict[Fact[Any], Any]] = {
    ACTIVATION_PRESENT: True,
    REGISTRATION_PRESENT: True,
    ACTIVATED_REGISTRATION: _NAMED,
    REGISTRATION_ID: _NAMED,
    STAMP_CLOUD_ID: _OURS,
    REGISTRATION_CLOUD_ID: _OURS,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _MEETS | {REGISTRATION_CLOUD_ID: _THEIRS}),
    Example(
        Outcome.FAIL,
        _MEETS | {REGISTRATION_ID: ResourceId.parse(f"{_START}azurestack{_END}contoso-2026")},
    ),
    Example(
        Outcome.FAIL,
        _MEETS | {REGISTRATION_ID: ResourceId.parse(f"{_START}rg-production{_END}contoso-ams")},
    ),
    Example(Outcome.PASS, _MEETS),
    Example(Outcome.NOT_APPLICABLE, {ACTIVATION_PRESENT: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-RG-003",
        title="Stamp and Azure name different registrations",
        severity=Severity.HIGH,
        rationale=(
            "Usage, marketplace and renewals go to the registration that the activation names; "
            "where Azure holds another one for this stamp, they go astray."
        ),
        needs=(
            ACTIVATION_PRESENT,
            REGISTRATION_PRESENT,
            ACTIVATED_REGISTRATION,
            REGISTRATION_ID,
            STAMP_CLOUD_ID,
            REGISTRATION_CLOUD_ID,
        ),
        fails_when=(
            "The registration that the activation names has another Cloud ID than the stamp; or "
            "the one with the stamp's Cloud ID has another name; or it stands in another resource "
            "group of the same subscription (low: such a move is supported)."
        ),
        passes_when="Activation and Azure name one registration, and its Cloud ID is the stamp's.",
        not_applicable_when=(
            "One side is proven missing (AZS-RG-001 fails), or the registration stands in another "
            "subscription (AZS-TE-003 judges that)."
        ),
        undetermined_when=(
            "The activation names another registration than the one seen in Azure, and that one"
            " has another Cloud ID than the stamp."
        ),
        causes=("registration-moved", "re-registered-under-another-name", "cloned-stamp"),
        remediation=(
            "Register again with the name and the resource group that Azure shows, so that the "
            "activation names that registration."
        ),
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#move-a-registration-resource",
        reviewed="2026-11-22",
        passages=(
            Passage("verify-azure-stack-hub-registration", "5cbf5f61cbadb54d"),
            Passage(
                "change-billing-model-how-features-are-offered-or-re-register-your-instance",
                "09d5b0f37f7b67c8",
            ),
            Passage("move-a-registration-resource", "05bd6bfc5e12d818"),
        ),
    )
)
def differing_registration(stamp: Stamp) -> Iterator[Verdict]:
    """The Cloud IDs tell whose a registration is; only then do the ids tell where it stands."""
    if stamp.denies(ACTIVATION_PRESENT) or stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(
            stamp, message="One of the two is proven missing, which AZS-RG-001 judges."
        )
        return
    named, seen = stamp[ACTIVATED_REGISTRATION], stamp[REGISTRATION_ID]
    own, held = stamp[STAMP_CLOUD_ID], stamp[REGISTRATION_CLOUD_ID]
    if own != held:
        yield _of_another_stamp(stamp, named, seen, own, held)
    elif named == seen:
        yield Verdict.passed(stamp, expected=named.text, actual=seen.text)
    else:
        yield _elsewhere(stamp, named, seen)


def _of_another_stamp(
    stamp: Stamp, named: ResourceId, seen: ResourceId, own: str, held: str
) -> Verdict:
    if named != seen:
        return Verdict.undetermined(
            stamp,
            reason=Reason.AMBIGUOUS,
            expected=named.text,
            actual=seen.text,
            message=f"Azure was asked about {seen}, which has Cloud ID {held}, not {own}.",
        )
    return Verdict.failed(
        stamp,
        causes=("cloned-stamp", "re-registered-under-another-name"),
        expected=f"Cloud ID {own}",
        actual=f"Cloud ID {held}",
        message=(
            f"The activation names {named}, which Azure holds for Cloud ID {held}; the stamp's "
            f"own Cloud ID is {own}."
        ),
    )


def _elsewhere(stamp: Stamp, named: ResourceId, seen: ResourceId) -> Verdict:
    both = f"The activation names {named}, Azure holds {seen} for this Cloud ID"
    if named.subscription != seen.subscription:
        return Verdict.not_applicable(
            stamp, message=f"{both}: another subscription, which AZS-TE-003 judges."
        )
    is_moved = named.name.lower() == seen.name.lower()
    text = (
        "it was moved to another resource group, which is supported; renewals need the new group"
        if is_moved
        else "it was registered again under another name"
    )
    return Verdict.failed(
        stamp,
        causes=("registration-moved",) if is_moved else ("re-registered-under-another-name",),
        severity=Severity.LOW if is_moved else None,
        consequences=(Consequence.RENEWAL,) if is_moved else None,
        expected=named.text,
        actual=seen.text,
        message=f"{both}: {text}.",
    )
