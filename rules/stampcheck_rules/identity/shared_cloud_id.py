"""Two registrations share a Cloud ID."""

from collections.abc import Iterator
from typing import Final

from stampcheck.facts import CLOUD_ID, DEPLOYMENT_ID
from stampcheck.model import (
    Consequence,
    Example,
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

_SHARED: Final = "5bf881b2-1111-4000-8000-000000000001"
_OTHER: Final = "5bf881b2-1111-4000-8000-000000000002"
_DEPLOYMENT: Final = "7c0e4a10-1111-4000-8000-00000000000"
_EXAMPLES: Final = (
    Example(
        Outcome.FAIL,
        {CLOUD_ID: _SHARED, DEPLOYMENT_ID: f"{_DEPLOYMENT}1"},
        others=({CLOUD_ID: _SHARED, DEPLOYMENT_ID: f"{_DEPLOYMENT}2"},),
    ),
    Example(Outcome.FAIL, {CLOUD_ID: _SHARED}, unclaimed=({CLOUD_ID: _SHARED},)),
    Example(Outcome.PASS, {CLOUD_ID: _SHARED}, others=({CLOUD_ID: _OTHER},)),
)


@fleet_rule(
    RuleInfo(
        id="AZS-ID-001",
        title="Two registrations share a Cloud ID",
        severity=Severity.HIGH,
        rationale=(
            "Usage, syndication and support are filed under the Cloud ID; Azure refuses a second "
            "registration of it."
        ),
        needs=(CLOUD_ID,),
        uses=(DEPLOYMENT_ID,),
        fails_when="Another stamp, or a registration that no stamp claims, has the same Cloud ID.",
        passes_when="Nobody else has it, and every stamp and registration gave its Cloud ID.",
        causes=(
            "left-over-registration",
            "cloud-id-already-registered",
            "cloned-stamp",
            "same-stamp-twice",
        ),
        remediation="Keep the registration that the stamp is activated for and remove the other.",
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.SUPPORT),
        source="register-azure-stack-hub.md#registration-failures",
        reviewed="2026-11-22",
        examples=_EXAMPLES,
        passages=(
            Passage("determine-your-unique-registration-name", "39ab534eb214a4d2"),
            Passage("registration-failures", "7d4bca7b1a1d0d28"),
            Passage("registration-failures", "974fef53d59664fe"),
            Passage("registration-failures", "51e0066651c60c10"),
        ),
    )
)
def shared_cloud_id(fleet: Fleet) -> Iterator[Verdict]:
    """Group stamps and unclaimed registrations by Cloud ID."""
    for cloud_id, holders in fleet.group_by(CLOUD_ID):
        if len(holders) == 1:
            yield Verdict.passed(holders[0], expected="one registration", actual=cloud_id)
        else:
            yield from _shared(cloud_id, holders)


def _shared(cloud_id: str, holders: list[Stamp]) -> Iterator[Verdict]:
    names = listed([holder.label for holder in holders], 5)
    causes = _causes(holders)
    for holder in holders:
        yield Verdict.failed(
            holder,
            causes=causes,
            expected="one registration",
            actual=cloud_id,
            message=f"Cloud ID {cloud_id} is held by {names}.{_remark(causes)}",
        )


def _causes(holders: list[Stamp]) -> tuple[str, ...]:
    """What the Deployment IDs and the kinds of holder tell apart."""
    stamps = [holder for holder in holders if not holder.subject]
    strays = ("left-over-registration", "cloud-id-already-registered")
    if len(stamps) == len(holders):
        return _causes_of_stamps(stamps)
    return strays if len(stamps) < 2 else tuple(dict.fromkeys(_causes_of_stamps(stamps) + strays))


def _causes_of_stamps(stamps: list[Stamp]) -> tuple[str, ...]:
    states = [stamp.witness(DEPLOYMENT_ID) for stamp in stamps]
    known = {state.value for state in states if isinstance(state, Known)}
    if len(known) > 1:
        return ("cloned-stamp",)
    if len(known) == 1 and all(isinstance(state, Known) for state in states):
        return ("same-stamp-twice",)
    return ("cloud-id-already-registered", "cloned-stamp", "same-stamp-twice")


def _remark(causes: tuple[str, ...]) -> str:
    if causes[0] == "cloned-stamp":
        return " Deployment IDs of its stamps differ, so these are two deployments."
    if causes[0] == "same-stamp-twice":
        return " The Deployment IDs of its stamps are equal: one stamp under several names."
    return ""
