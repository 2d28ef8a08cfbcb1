"""What a rule may say: the part of the contract that every verdict is held to as it comes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stampcheck.model import Consequence, Outcome, Reason, Rule, RuleInfo, Severity, Verdict

_TYPES: Final = (
    ("stamp", str),
    ("outcome", Outcome),
    ("subject", str),
    ("severity", (Severity, type(None))),
    ("reason", (Reason, type(None))),
    ("message", str),
    ("expected", str),
    ("actual", str),
    ("causes", tuple),
    ("consequences", (tuple, type(None))),
)


class ContractBreach(Exception):  # noqa: N818 (becomes a finding, not an error)
    """A rule said something that the contract of rules does not allow."""


def check(
    verdict: object,
    rule: Rule,
    causes: frozenset[str],
    stamps: Iterable[str],
    subjects: Iterable[str],
) -> None:
    """Raise ``ContractBreach`` where a verdict breaks the contract of rules."""
    if not isinstance(verdict, Verdict):
        raise ContractBreach(f"gave a {type(verdict).__name__}, not a Verdict")
    wrong = next(
        (name for name, kind in _TYPES if not isinstance(getattr(verdict, name), kind)), ""
    )
    if wrong:
        raise ContractBreach(f"gave {getattr(verdict, wrong)!r} as {wrong}")
    if verdict.stamp not in stamps:
        raise ContractBreach(f"judged {verdict.stamp!r}, which it was not given")
    if verdict.subject in subjects:
        raise ContractBreach(f"judged subject {verdict.subject!r} twice")
    if verdict.outcome is Outcome.FAIL:
        _check_failure(verdict, rule, causes)
    if verdict.outcome is Outcome.UNDETERMINED and verdict.reason is None:
        raise ContractBreach("gave no reason for an undetermined verdict")


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
