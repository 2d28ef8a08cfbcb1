"""What a rule may say: the part of the contract that every verdict is held to as it comes."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from stampcheck.model import Consequence, Outcome, Reason, Rule, RuleInfo, Severity, Verdict

MOST_VERDICTS: Final = 1_000
"""How many verdicts a stamp rule may give of one stamp."""

# What is read is up to 1,024 characters long, and a sentence may hold several such texts: evidence
# must never make a failure a breach.
_LONGEST: Final = (
    ("message", 8_000),
    ("expected", 4_000),
    ("actual", 4_000),
    ("subject", 1_100),
    ("stamp", 1_100),
)
_SHORT: Final = 1_000
_MOST_CAUSES: Final = 50
_KINDS: Final = (
    ("outcome", (Outcome,), "an Outcome"),
    ("severity", (Severity, type(None)), "a Severity"),
    ("reason", (Reason, type(None)), "a Reason"),
    ("causes", (tuple,), "a tuple of texts"),
    ("consequences", (tuple, type(None)), "a tuple of Consequences"),
)


class ContractBreach(Exception):  # noqa: N818 (becomes a finding, not an error)
    """A rule said something that the contract of rules does not allow."""


def check(
    verdict: object,
    rule: Rule,
    causes: frozenset[str],
    stamps: Container[str],
    subjects: Container[str],
) -> None:
    """Raise ``ContractBreach`` where a verdict breaks the contract of rules."""
    if type(verdict) is not Verdict:
        raise ContractBreach(f"gave a {_name(verdict)}, not a Verdict")
    if not _is_ordinary(verdict):
        _check_kinds(verdict)
    if verdict.stamp not in stamps:
        raise ContractBreach(f"judged {verdict.stamp!r}, which it was not given")
    if verdict.subject in subjects:
        raise ContractBreach(f"judged subject {verdict.subject!r} twice")
    if verdict.outcome is Outcome.FAIL:
        _check_failure(verdict, rule, causes)
    if verdict.outcome is Outcome.UNDETERMINED and verdict.reason is None:
        raise ContractBreach("gave no reason for an undetermined verdict")


def check_given(verdicts: object) -> None:
    """Raise ``ContractBreach`` where a function returned its verdict, or nothing at all."""
    if verdicts is None or isinstance(verdicts, Verdict):
        what = "nothing" if verdicts is None else "a Verdict"
        raise ContractBreach(f"returned {what}; end the function's verdicts with yield, not return")


def _is_ordinary(verdict: Verdict) -> bool:
    """Whether nothing can be wrong with the types: nearly every verdict, so told by few looks."""
    message, actual = verdict.message, verdict.actual
    return (
        type(message) is type(actual) is type(verdict.expected) is str
        and type(verdict.subject) is type(verdict.stamp) is str
        and type(verdict.outcome) is Outcome
        and verdict.severity is None
        and (verdict.reason is None or type(verdict.reason) is Reason)
        and verdict.consequences is None
        and verdict.causes == ()
        and type(verdict.causes) is tuple
        and len(message) + len(actual) + len(verdict.expected) + len(verdict.subject) < _SHORT
        and (message + actual + verdict.expected + verdict.subject + verdict.stamp).isascii()
    )


def _check_kinds(verdict: Verdict) -> None:
    """Types are exact: a text of another class may do anything once it is written or sent on."""
    for name, most in _LONGEST:
        _check_text(getattr(verdict, name), name, most)
    for name, kinds, words in _KINDS:
        value = getattr(verdict, name)
        if type(value) not in kinds:
            raise ContractBreach(f"{name} must be {words}, not {_name(value)}")
    if verdict.causes:
        if len(verdict.causes) > _MOST_CAUSES:
            raise ContractBreach(f"named more than {_MOST_CAUSES} causes")
        for cause in verdict.causes:
            _check_text(cause, "a cause", _LONGEST[-1][1])


def _check_text(text: object, name: str, most: int) -> None:
    if type(text) is not str:
        raise ContractBreach(f"{name} must be text (str), not {_name(text)}")
    if len(text) > most:
        raise ContractBreach(f"{name} is longer than {most} characters")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ContractBreach(f"{name} holds half a character (a lone surrogate)") from None


def _name(value: object) -> str:
    return type(value).__name__


def _check_failure(verdict: Verdict, rule: Rule, causes: frozenset[str]) -> None:
    if not verdict.causes:
        raise ContractBreach("failed without naming a documented cause")
    undeclared = sorted(set(verdict.causes) - set(rule.info.causes))
    if undeclared:
        raise ContractBreach(f"named undeclared cause {undeclared[0]}")
    unknown = sorted(set(verdict.causes) - causes)
    if unknown:
        raise ContractBreach(f"named cause {unknown[0]}, which the catalogue does not have")
    if verdict.severity is not None and verdict.severity.rank < rule.info.severity.rank:
        raise ContractBreach(f"gave severity {verdict.severity}, above {rule.info.severity}")
    if verdict.consequences is not None:
        _check_consequences(verdict.consequences, rule.info)


def _check_consequences(narrowed: tuple[Consequence, ...], info: RuleInfo) -> None:
    undeclared = [one for one in narrowed if one not in info.consequences]
    if undeclared:
        raise ContractBreach(f"named consequence {undeclared[0]!s}, which the rule does not have")
    if not narrowed:
        raise ContractBreach("narrowed its consequences to none")
