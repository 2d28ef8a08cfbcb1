"""Marketplace syndication contradicts the connection."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import ACTIVATION_PRESENT, CONNECTION, SYNDICATION, Connection
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

_HERE: Final[dict[Fact[Any], Any]] = {ACTIVATION_PRESENT: True, CONNECTION: Connection.CONNECTED}
_CUT_OFF: Final[dict[Fact[Any], Any]] = {
    ACTIVATION_PRESENT: True,
    CONNECTION: Connection.DISCONNECTED,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {**_CUT_OFF, SYNDICATION: True}),
    Example(Outcome.PASS, {**_HERE, SYNDICATION: True}),
    Example(Outcome.NOT_APPLICABLE, {ACTIVATION_PRESENT: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-SY-001",
        title="Marketplace syndication contradicts the connection",
        severity=Severity.MEDIUM,
        rationale=(
            "Syndication downloads marketplace items from Azure; a disconnected stamp cannot, and "
            "takes them by the offline tool, while a connected one without it goes without items."
        ),
        needs=(ACTIVATION_PRESENT, CONNECTION, SYNDICATION),
        fails_when=(
            "The stamp is disconnected and syndication is on (medium), or it is connected and "
            "syndication is off (low)."
        ),
        passes_when="Syndication is on for a connected stamp, or off for a disconnected one.",
        not_applicable_when="The stamp is proven to have no activation (AZS-RG-001 fails).",
        causes=(
            "syndication-left-on-when-disconnected",
            "syndication-off-when-connected",
            "inventory-out-of-date",
        ),
        remediation=(
            "Register again with the syndication that fits the connection, or correct the "
            "connection that the inventory declares."
        ),
        consequences=(Consequence.MARKETPLACE,),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#set-azsregistration",
        reviewed="2026-11-22",
        passages=(Passage("set-azsregistration", "5042aacf6045aa2b"),),
    )
)
def contradicting_syndication(stamp: Stamp) -> Iterator[Verdict]:
    """Syndication that is on derives a connection, so only a declared one can contradict it."""
    if stamp.denies(ACTIVATION_PRESENT):
        text = "There is no activation that could allow syndication (AZS-RG-001)."
        yield Verdict.not_applicable(stamp, message=text)
        return
    connection, is_on = stamp[CONNECTION], stamp[SYNDICATION]
    actual = f"{connection}, syndication {'on' if is_on else 'off'}"
    if is_on is (connection is Connection.CONNECTED):
        yield Verdict.passed(stamp, expected=_expected(connection), actual=actual)
    elif is_on:
        yield _left_on(stamp, actual)
    else:
        yield _left_off(stamp, actual)


def _expected(connection: Connection) -> str:
    return f"{connection}, syndication {'on' if connection is Connection.CONNECTED else 'off'}"


def _left_on(stamp: Stamp, actual: str) -> Verdict:
    declared = _declared(stamp)
    by = "declared by the inventory" if declared else "derived from the evidence"
    return Verdict.failed(
        stamp,
        causes=("syndication-left-on-when-disconnected", *declared),
        expected=_expected(Connection.DISCONNECTED),
        actual=actual,
        message=(
            f"The stamp is disconnected ({by}), so it cannot download what syndication offers; the "
            "offline tool can."
        ),
    )


def _left_off(stamp: Stamp, actual: str) -> Verdict:
    declared = _declared(stamp)
    by = "declared by the inventory" if declared else "derived from the evidence"
    return Verdict.failed(
        stamp,
        causes=("syndication-off-when-connected", *declared),
        severity=Severity.LOW,
        expected=_expected(Connection.CONNECTED),
        actual=actual,
        message=(
            f"The stamp is connected ({by}), but was registered without the marketplace; the "
            "article wants syndication on where there is a connection."
        ),
    )


def _declared(stamp: Stamp) -> tuple[str, ...]:
    """The cause that a declared connection may itself be; a derived one is no inventory's fault."""
    connection = stamp.witness(CONNECTION)
    is_declared = isinstance(connection, Known) and connection.source.document == "inventory"
    return ("inventory-out-of-date",) if is_declared else ()
