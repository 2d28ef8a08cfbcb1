"""Activation did not succeed."""

from collections.abc import Iterator
from typing import Final

from stampcheck.facts import ACTIVATION_PRESENT, ACTIVATION_STATE
from stampcheck.model import (
    Consequence,
    Example,
    Outcome,
    Passage,
    Reason,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_FAILED: Final = frozenset(("failed", "canceled", "cancelled", "stopped"))
_UNDER_WAY: Final = frozenset(
    (
        "accepted",
        "activating",
        "creating",
        "deleting",
        "downloading",
        "inprogress",
        "pending",
        "provisioning",
        "running",
        "starting",
        "stopping",
        "updating",
    )
)
_MAX_SHOWN: Final = 60
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {ACTIVATION_PRESENT: True, ACTIVATION_STATE: "Failed"}),
    Example(Outcome.PASS, {ACTIVATION_PRESENT: True, ACTIVATION_STATE: "Succeeded"}),
    Example(Outcome.UNDETERMINED, {ACTIVATION_PRESENT: True, ACTIVATION_STATE: "Running"}),
    Example(Outcome.NOT_APPLICABLE, {ACTIVATION_PRESENT: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-RG-006",
        title="Activation did not succeed",
        severity=Severity.HIGH,
        rationale=(
            "The activation is the last step of a registration; until it succeeds the stamp does "
            "not work with what Azure has on record."
        ),
        needs=(ACTIVATION_PRESENT, ACTIVATION_STATE),
        fails_when="The provisioning state of the activation is Failed, Canceled or Stopped.",
        passes_when=(
            "The provisioning state is Succeeded. One under way, such as Starting or Running, and "
            "one that is not known are undetermined and quoted."
        ),
        not_applicable_when="The stamp is proven to have no activation (AZS-RG-001 fails).",
        undetermined_when=(
            "The provisioning state is one under way, such as Starting or Running, or one that "
            "stampcheck does not know."
        ),
        causes=("activation-failed",),
        remediation="Register again with the same name and resource group, and read its log.",
        consequences=(Consequence.LICENCE, Consequence.USAGE, Consequence.MARKETPLACE),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#create-an-activation-resource-in-azure-stack-hub",
        reviewed="2026-11-22",
        passages=(
            Passage("register-with-pay-as-you-use-billing", "16b3be65c30df3b2"),
            Passage("verify-azure-stack-hub-registration", "91f77f7ee48069be"),
        ),
    )
)
def unsuccessful_activation(stamp: Stamp) -> Iterator[Verdict]:
    """The states are an open list: a word that is not known decides nothing."""
    if stamp.denies(ACTIVATION_PRESENT):
        yield Verdict.not_applicable(
            stamp, message="There is no activation, which AZS-RG-001 judges."
        )
        return
    state = stamp[ACTIVATION_STATE]
    if state.lower() == "succeeded":
        yield Verdict.passed(stamp, expected="Succeeded", actual=state)
    elif state.lower() in _FAILED:
        yield Verdict.failed(
            stamp,
            causes=("activation-failed",),
            expected="Succeeded",
            actual=state,
            message=f"The provisioning state of the activation is {state}.",
        )
    else:
        yield _open(stamp, state)


def _open(stamp: Stamp, state: str) -> Verdict:
    short = state if len(state) <= _MAX_SHOWN else state[: _MAX_SHOWN - 3] + "..."
    text = (
        "the registration is under way; scan again when it is done"
        if state.lower() in _UNDER_WAY
        else "a state that stampcheck does not know"
    )
    return Verdict.undetermined(
        stamp,
        reason=Reason.AMBIGUOUS,
        expected="Succeeded",
        actual=short,
        message=f'The provisioning state of the activation is "{short}": {text}.',
    )
