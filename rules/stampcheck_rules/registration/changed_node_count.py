"""Nodes changed since registration."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATION_PRESENT,
    BILLING_MODEL,
    NODES,
    NODES_AT_REGISTRATION,
    REGISTRATION_PRESENT,
    BillingModel,
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
    Source,
    Stamp,
    Verdict,
    stamp_rule,
)

_SAME: Final[dict[Fact[Any], Any]] = {
    ACTIVATION_PRESENT: True,
    REGISTRATION_PRESENT: True,
    BILLING_MODEL: BillingModel.CAPACITY,
    NODES: 4,
    NODES_AT_REGISTRATION: Known(4, Source("inventory", "nodes_at_registration")),
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _SAME | {NODES: 8}),
    Example(Outcome.PASS, _SAME),
    Example(Outcome.NOT_APPLICABLE, _SAME | {BILLING_MODEL: BillingModel.PAY_AS_YOU_USE}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-RG-005",
        title="Nodes changed since registration",
        severity=Severity.HIGH,
        rationale=(
            "Capacity billing is by the hardware that the registration recorded; a stamp that grew "
            "since then runs nodes that are neither licensed nor paid for."
        ),
        needs=(
            ACTIVATION_PRESENT,
            REGISTRATION_PRESENT,
            BILLING_MODEL,
            NODES,
            NODES_AT_REGISTRATION,
        ),
        fails_when=(
            "The stamp has another number of nodes than at its registration, by the inventory, by "
            "the saved registration token or by an earlier scan, in this order."
        ),
        passes_when="Both numbers of nodes are equal. Cores are not compared.",
        not_applicable_when=(
            "The billing model is not Capacity, or the stamp is proven not to be registered "
            "(AZS-RG-001 fails)."
        ),
        causes=("nodes-changed-without-re-registering",),
        remediation="Register again with the same name and group, so that the nodes are recorded.",
        consequences=(Consequence.LICENCE, Consequence.USAGE),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#renew-or-change-registration; newer: add scale unit nodes "
            "in Azure Stack Hub"
        ),
        reviewed="2026-11-22",
        passages=(Passage("renew-or-change-registration", "e7a053c837f7c015"),),
    )
)
def changed_node_count(stamp: Stamp) -> Iterator[Verdict]:
    """Nodes only: what a core is differs between the token and the fabric."""
    if stamp.denies(ACTIVATION_PRESENT) or stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(
            stamp, message="The stamp is not registered, which AZS-RG-001 judges."
        )
        return
    stamp.undisputed(REGISTRATION_PRESENT)
    model = stamp[BILLING_MODEL]
    if model is BillingModel.CAPACITY:
        yield _compared(stamp, stamp[NODES], stamp[NODES_AT_REGISTRATION])
    else:
        yield Verdict.not_applicable(
            stamp, message=f"With {model} billing the number of nodes is not registered."
        )


def _compared(stamp: Stamp, now: int, then: int) -> Verdict:
    """A number that an earlier scan saw is old news where the stamp registered again since."""
    source = _source(stamp)
    expected, actual = f"{_nodes(then)} (by {source})", _nodes(now)
    if now == then:
        return Verdict.passed(stamp, expected=expected, actual=actual)
    change = f"{abs(now - then)} {'more' if now > then else 'fewer'}"
    removed = "" if now > then else " Removing nodes is not supported by the product."
    return Verdict.failed(
        stamp,
        causes=("nodes-changed-without-re-registering",),
        expected=expected,
        actual=actual,
        message=(
            f"The stamp has {_nodes(now)}, {change} than the {then} at its registration by "
            f"{source}.{removed} Register again, or correct that number if this was done."
        ),
    )


def _source(stamp: Stamp) -> Source | str:
    state = stamp.witness(NODES_AT_REGISTRATION)
    return state.source if isinstance(state, Known) else "nobody"


def _nodes(number: int) -> str:
    return f"{number} node{'' if number == 1 else 's'}"
