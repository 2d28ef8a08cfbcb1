"""Registration is not in the inventory."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_PRESENT,
    CLAIMED_REGISTRATION,
    CLOUD_ID,
    DECLARED_REGISTRATION,
    HAS_INVENTORY,
    REGISTRATION_PRESENT,
    SUBSCRIPTION_ID,
    ResourceId,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Fleet,
    Known,
    Missing,
    Outcome,
    Passage,
    Reason,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    fleet_rule,
)

_ABOVE: Final = (
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/"
)
_OURS: Final[dict[Fact[Any], Any]] = {
    HAS_INVENTORY: True,
    CLAIMED_REGISTRATION: ResourceId.parse(f"{_ABOVE}contoso-ams"),
    CLOUD_ID: "5bf881b2-1111-4000-8000-000000000001",
}
_NOBODYS: Final[dict[Fact[Any], Any]] = {
    CLAIMED_REGISTRATION: ResourceId.parse(f"{_ABOVE}contoso-lab"),
    CLOUD_ID: "5bf881b2-1111-4000-8000-000000000009",
}
_CAUSES: Final = (
    "inventory-out-of-date",
    "left-over-registration",
)
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _OURS, unclaimed=(_NOBODYS,)),
    Example(Outcome.PASS, _OURS),
    Example(Outcome.UNDETERMINED, {HAS_INVENTORY: True}, unclaimed=(_NOBODYS,)),
    Example(Outcome.NOT_APPLICABLE, {HAS_INVENTORY: False}),
)


@fleet_rule(
    RuleInfo(
        id="AZS-ID-003",
        title="Registration is not in the inventory",
        severity=Severity.MEDIUM,
        rationale=(
            "A registration that belongs to no stamp of the inventory is a stamp that nobody looks "
            "after, or a left-over that keeps names, locks and rights."
        ),
        needs=(HAS_INVENTORY,),
        uses=(
            CLAIMED_REGISTRATION,
            ACTIVATED_REGISTRATION,
            DECLARED_REGISTRATION,
            ACTIVATION_PRESENT,
            REGISTRATION_PRESENT,
            CLOUD_ID,
            SUBSCRIPTION_ID,
        ),
        fails_when=(
            "Azure shows a registration that no stamp of the scan claims, by its id or by its "
            "Cloud ID, and every stamp that might is known to have another one."
        ),
        passes_when="The stamp's own registration is known: by Azure, its activation or inventory.",
        not_applicable_when=(
            "There is no inventory; or the stamp is proven not to be registered (AZS-RG-001 "
            "fails); or the registration has a stamp's Cloud ID (AZS-ID-001 fails)."
        ),
        undetermined_when=(
            "Neither Azure nor the activation nor the inventory names the stamp's registration;"
            " or a registration that no stamp claims may be that of such a stamp."
        ),
        causes=_CAUSES,
        remediation="Add its stamp to the inventory, or delete the registration if none has it.",
        consequences=(Consequence.SUPPORT,),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#change-the-subscription-you-use",
        reviewed="2026-11-22",
        passages=(Passage("change-the-subscription-you-use", "b351bb4c29460ef6"),),
    )
)
def unlisted_registration(fleet: Fleet) -> Iterator[Verdict]:
    """Whom a registration may yet turn out to belong to keeps it from being called nobody's."""
    states = [(stamp, stamp.witness(HAS_INVENTORY)) for stamp in fleet.stamps]
    known = [(stamp, state.value) for stamp, state in states if isinstance(state, Known)]
    for stamp, has_inventory in known:
        yield (
            _own(stamp)
            if has_inventory
            else Verdict.not_applicable(stamp, message="There is no inventory to be missing from.")
        )
    if any(has_inventory for _, has_inventory in known):
        claims = _Claims(fleet.stamps)
        for registration in fleet.unclaimed:
            yield claims.judged(registration)


_TOLD: Final = (CLAIMED_REGISTRATION, ACTIVATED_REGISTRATION, DECLARED_REGISTRATION)


def _own(stamp: Stamp) -> Verdict:
    state = stamp.first(*_TOLD)
    if isinstance(state, Known):
        return Verdict.passed(stamp, expected="a registration of a stamp", actual=state.value.text)
    if stamp.denies(ACTIVATION_PRESENT) or stamp.denies(REGISTRATION_PRESENT):
        return Verdict.not_applicable(
            stamp, message="The stamp is not registered, which AZS-RG-001 judges."
        )
    return Verdict.undetermined(
        stamp,
        reason=state.reason,
        message=f"Its own registration is not known: {state.why}.",
    )


class _Claims:
    """What the stamps say of their registrations, and which stamps say nothing."""

    def __init__(self, stamps: tuple[Stamp, ...]) -> None:
        self.ids: dict[ResourceId, str] = {}
        self.clouds: dict[str, str] = {}
        self.open: dict[tuple[str, bool], str] = {}
        for stamp in stamps:
            named = [state.value for state in map(stamp.witness, _TOLD) if isinstance(state, Known)]
            self.ids.update(dict.fromkeys(named, stamp.name))
            cloud_id = stamp.witness(CLOUD_ID)
            if isinstance(cloud_id, Known):
                self.clouds.setdefault(cloud_id.value, stamp.name)
            if not named and not stamp.denies(REGISTRATION_PRESENT):
                place = (_subscription(stamp), isinstance(cloud_id, Known))
                self.open.setdefault(place, stamp.name)

    def judged(self, registration: Stamp) -> Verdict:
        """Whose the registration is, may be, or is not."""
        identity = registration.witness(CLAIMED_REGISTRATION)
        cloud_id = registration.witness(CLOUD_ID)
        if isinstance(identity, Known) and identity.value in self.ids:
            return Verdict.not_applicable(
                registration, message=f"It is {self.ids[identity.value]}'s, which names it."
            )
        if isinstance(cloud_id, Known) and cloud_id.value in self.clouds:
            owner = self.clouds[cloud_id.value]
            return Verdict.not_applicable(
                registration, message=f"It has the Cloud ID of {owner}, which AZS-ID-001 judges."
            )
        owner = self._possible_owner(registration, cloud_id)
        return _may_be(registration, owner) if owner else _nobodys(registration)

    def _possible_owner(self, registration: Stamp, cloud_id: Known[str] | Missing) -> str:
        """A stamp of which neither registration nor another subscription nor Cloud ID is known."""
        places = [(_subscription(registration), False), ("", False)]
        if isinstance(cloud_id, Missing):
            places += [(subscription, True) for subscription, _ in places]
        return next((self.open[place] for place in places if place in self.open), "")


def _subscription(holder: Stamp) -> str:
    state = holder.witness(SUBSCRIPTION_ID)
    return state.value if isinstance(state, Known) else ""


def _may_be(registration: Stamp, owner: str) -> Verdict:
    return Verdict.undetermined(
        registration,
        reason=Reason.FLEET_INCOMPLETE,
        message=(
            f"No stamp claims it, but it may be that of {owner}, whose registration is not known; "
            "declare that one's registration or subscription in the inventory."
        ),
    )


def _nobodys(registration: Stamp) -> Verdict:
    return Verdict.failed(
        registration,
        causes=_CAUSES,
        expected="a stamp of the inventory",
        actual=registration.subject,
        message="Azure holds this registration, but no stamp of the inventory claims it.",
    )
