"""Registration name is used twice."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATION_PRESENT,
    CLAIMED_REGISTRATION,
    CLOUD_ID,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_PRESENT,
    ResourceId,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Fleet,
    Known,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    fleet_rule,
    listed,
)

_Entry = tuple[Stamp, ResourceId]
_START: Final = "/subscriptions/0b2a1c3d-1111-4000-8000-00000000000"
_END: Final = "/providers/Microsoft.AzureStack/registrations/"
_FIRST: Final[dict[Fact[Any], Any]] = {
    CLAIMED_REGISTRATION: ResourceId.parse(f"{_START}1/resourceGroups/azurestack{_END}contoso-ams"),
    CLOUD_ID: "5bf881b2-1111-4000-8000-000000000001",
}
_SECOND: Final[dict[Fact[Any], Any]] = {
    CLAIMED_REGISTRATION: ResourceId.parse(f"{_START}1/resourceGroups/rg-oslo{_END}Contoso-AMS"),
    CLOUD_ID: "5bf881b2-1111-4000-8000-000000000002",
}
_AWAY: Final = ResourceId.parse(f"{_START}2/resourceGroups/azurestack{_END}contoso-ams")
_OWN: Final = ResourceId.parse(f"{_START}1/resourceGroups/azurestack{_END}contoso-osl")
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _FIRST, others=(_SECOND,)),
    Example(Outcome.FAIL, _FIRST, others=(_SECOND | {CLAIMED_REGISTRATION: _AWAY},)),
    Example(Outcome.PASS, _FIRST, others=(_SECOND | {CLAIMED_REGISTRATION: _OWN},)),
    Example(Outcome.NOT_APPLICABLE, {REGISTRATION_PRESENT: False}),
)


@fleet_rule(
    RuleInfo(
        id="AZS-ID-002",
        title="Registration name is used twice",
        severity=Severity.MEDIUM,
        rationale=(
            "Each stamp that is registered in one subscription needs a registration name of its "
            "own; a second registration under the same name fails or is taken for the first."
        ),
        needs=(CLAIMED_REGISTRATION,),
        uses=(CLOUD_ID, REGISTRATION_CLOUD_ID, ACTIVATION_PRESENT, REGISTRATION_PRESENT),
        fails_when=(
            "Another stamp, or a registration that no stamp claims, has a registration of the same "
            "name, whatever its case: in the same subscription (medium), or in another one "
            "(informational)."
        ),
        passes_when="No other registration has the name, and every stamp's registration is known.",
        not_applicable_when=(
            "The stamp is proven not to be registered (AZS-RG-001 fails); or the name is shared "
            "only because a Cloud ID is (AZS-ID-001) or because an activation names another "
            "stamp's registration (AZS-RG-003)."
        ),
        causes=("registration-name-not-unique", "registration-name-reused-elsewhere"),
        remediation=(
            "In one subscription, register one of the stamps under a name of its own; in different "
            "ones nothing has to be done until a registration is made anew."
        ),
        consequences=(Consequence.RENEWAL, Consequence.SUPPORT),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#registration-reference",
        reviewed="2026-11-22",
        passages=(
            Passage("determine-your-unique-registration-name", "876e5083634aa68c"),
            Passage("connect-to-azure-and-register", "1338d519344c51f9"),
            Passage("set-azsregistration", "9b961b97b2fb79b7"),
        ),
    )
)
def shared_registration_name(fleet: Fleet) -> Iterator[Verdict]:
    """Group by name; those of one Cloud ID are one registrant, however many they are."""
    groups: dict[str, list[_Entry]] = {}
    claimed: dict[ResourceId, str] = {}
    for holder in fleet.holders:
        state = holder.witness(CLAIMED_REGISTRATION)
        if isinstance(state, Known) and holder.subject and state.value in claimed:
            yield Verdict.not_applicable(
                holder, message=f"It is that of {claimed[state.value]}, whose activation names it."
            )
        elif isinstance(state, Known):
            claimed.setdefault(state.value, holder.name)
            groups.setdefault(state.value.name.lower(), []).append((holder, state.value))
        elif holder.denies(ACTIVATION_PRESENT) or holder.denies(REGISTRATION_PRESENT):
            yield Verdict.not_applicable(
                holder, message="The stamp is not registered, which AZS-RG-001 judges."
            )
    for group in groups.values():
        yield from _judged(group)


def _judged(group: list[_Entry]) -> Iterator[Verdict]:
    if len(group) == 1:
        holder, identity = group[0]
        yield Verdict.passed(holder, expected="one registration", actual=identity.name)
        return
    strays = {id(holder) for holder, _ in group if _is_stray(holder)}
    registrants = _registrants(entry for entry in group if id(entry[0]) not in strays)
    is_shared = len(set().union(*registrants.values())) > 1
    places = _places(group)
    for holder, identity in group:
        if is_shared and id(holder) not in strays:
            is_near = len(registrants[identity.subscription]) > 1
            yield _shared(holder, identity.name, places, is_near=is_near)
        else:
            yield _of_another_rule(holder, is_stray=bool(strays))


def _registrants(entries: Iterable[_Entry]) -> dict[str, set[str]]:
    """Who uses the name, by subscription."""
    found: dict[str, set[str]] = {}
    for holder, identity in entries:
        found.setdefault(identity.subscription, set()).add(_registrant(holder))
    return found


def _is_stray(holder: Stamp) -> bool:
    """Whether its activation names a registration that Azure holds for another Cloud ID."""
    own, held = holder.witness(CLOUD_ID), holder.witness(REGISTRATION_CLOUD_ID)
    return isinstance(own, Known) and isinstance(held, Known) and own.value != held.value


def _registrant(holder: Stamp) -> str:
    """The Cloud ID; where it is not known, the holder stands for itself."""
    own = holder.witness(CLOUD_ID)
    return own.value if isinstance(own, Known) else f"{holder.name} {holder.subject}"


def _places(group: list[_Entry]) -> str:
    places = [
        f"{'nobody' if holder.subject else holder.name} ({identity.group_id})"
        for holder, identity in group
    ]
    return listed(places, 5)


def _of_another_rule(holder: Stamp, *, is_stray: bool) -> Verdict:
    text = (
        "An activation names another stamp's registration, which AZS-RG-003 judges."
        if is_stray
        else "Those of this name share a Cloud ID, which AZS-ID-001 judges."
    )
    return Verdict.not_applicable(holder, message=text)


def _shared(holder: Stamp, name: str, places: str, *, is_near: bool) -> Verdict:
    where = "in one subscription" if is_near else "in different subscriptions"
    return Verdict.failed(
        holder,
        causes=(
            "registration-name-not-unique" if is_near else "registration-name-reused-elsewhere",
        ),
        severity=None if is_near else Severity.INFORMATIONAL,
        expected="one registration",
        actual=name,
        message=f"Registrations are called {name} {where}: those of {places}.",
    )
