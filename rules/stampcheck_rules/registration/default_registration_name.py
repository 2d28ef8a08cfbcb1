"""Registration carries the default name."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    IS_DEVELOPMENT_KIT,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    ResourceId,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_DEFAULT: Final = "AzureStackRegistration"
_ABOVE: Final = (
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/"
)
_KEPT: Final[dict[Fact[Any], Any]] = {
    REGISTRATION_PRESENT: True,
    REGISTRATION_ID: ResourceId.parse(_ABOVE + _DEFAULT),
    IS_DEVELOPMENT_KIT: False,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _KEPT),
    Example(Outcome.PASS, _KEPT | {REGISTRATION_ID: ResourceId.parse(f"{_ABOVE}contoso-ams")}),
    Example(Outcome.NOT_APPLICABLE, {IS_DEVELOPMENT_KIT: True}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-RG-004",
        title="Registration carries the default name",
        severity=Severity.LOW,
        rationale=(
            "A name that every stamp may bear says nothing of whose registration it is, and in one "
            "subscription only one stamp can have it."
        ),
        needs=(REGISTRATION_PRESENT, REGISTRATION_ID, IS_DEVELOPMENT_KIT),
        fails_when="The registration is called AzureStackRegistration, in whatever case.",
        passes_when="The registration of an integrated system bears any other name.",
        not_applicable_when=(
            "The stamp is a development kit, or its registration is proven absent (AZS-RG-001 "
            "fails)."
        ),
        causes=("default-registration-name",),
        remediation=(
            "At the next change of the registration remove it and register under a name of its "
            "own, such as one with the Cloud ID in it."
        ),
        consequences=(Consequence.SUPPORT,),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#determine-your-unique-registration-name",
        reviewed="2026-11-22",
        passages=(
            Passage("determine-your-unique-registration-name", "876e5083634aa68c"),
            Passage("determine-your-unique-registration-name", "e9882e16af9fbc2d"),
            Passage("set-azsregistration", "9b961b97b2fb79b7"),
        ),
    )
)
def default_registration_name(stamp: Stamp) -> Iterator[Verdict]:
    """Azure compares names without case, and so is this one compared."""
    if stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(
            stamp, message="There is no registration that bears a name (AZS-RG-001)."
        )
    elif stamp[IS_DEVELOPMENT_KIT]:
        yield Verdict.not_applicable(stamp, message="A development kit may keep the default name.")
    else:
        stamp.undisputed(REGISTRATION_PRESENT)
        yield _judged(stamp, stamp[REGISTRATION_ID].name)


def _judged(stamp: Stamp, name: str) -> Verdict:
    if name.lower() == _DEFAULT.lower():
        return _kept(stamp, name)
    return Verdict.passed(stamp, expected="a name of its own", actual=name)


def _kept(stamp: Stamp, name: str) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=("default-registration-name",),
        expected="a name of its own",
        actual=name,
        message=(
            f"The registration is called {name}, as the script calls it where no name is given. "
            "A name with the Cloud ID in it tells whose it is."
        ),
    )
