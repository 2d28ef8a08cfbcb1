"""Why a finding changed: which facts, the rule, the profile, a waiver, the fleet, or only time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from stampcheck.change import FactChange, Reasoning, Why
from stampcheck.fact_record import FactState, FactStates
from stampcheck.facts import ALL_FACTS, AS_OF, EXPIRY_WINDOWS
from stampcheck.model import Fact, Finding, Outcome, Reason
from stampcheck.parse.assemble import DERIVED
from stampcheck.record import RuleRecord, Scan
from stampcheck.waiver import WaiverRecord

_NEEDS: Final = {
    fact.name: tuple(need.name for need in deriver.needs) for fact, deriver in DERIVED.items()
}
_CHANGED: Final = "The stamp was changed."
_OTHER_WORDS: Final = "What the inventory, a person or the earlier scan says is another."
_LOST: Final = "What was known could not be read now."
_GAINED: Final = "What could not be read before is known now."
_SAID: Final = (
    (Why.STAMP, _CHANGED),
    (Why.DECLARED, _OTHER_WORDS),
    (Why.COVERAGE, _LOST),
    (Why.COVERAGE, _GAINED),
)
_DECLARED: Final = frozenset(fact.name for fact in ALL_FACTS if fact.given)
_BESIDE: Final = ("inventory ", "baseline ", "attestation ")
_IN_THE_HEAD: Final = (AS_OF.name, EXPIRY_WINDOWS.name)


def _reached_by(fact: Fact[Any]) -> frozenset[str]:
    """The facts that depend on one, by name: itself and what is derived of it."""
    derived = (one.name for one, deriver in DERIVED.items() if fact in deriver.needs)
    return frozenset((fact.name, *derived))


_ON_THE_DATE: Final = _reached_by(AS_OF)
_ON_THE_WINDOWS: Final = _reached_by(EXPIRY_WINDOWS)


class Seen(NamedTuple):
    """One scan's part of a pair: the finding and the facts of its stamp."""

    finding: Finding | None
    facts: FactStates


class Heads:
    """The heads of both scans, and what of them explains a change."""

    def __init__(self, old: Scan, new: Scan, *, have_facts: bool) -> None:
        self.old, self.new = old, new
        self._have_facts = have_facts
        self._old_rules = {rule.id: rule for rule in old.rules}
        self._new_rules = {rule.id: rule for rule in new.rules}
        self._versions = tuple(
            {package.name: package.version for package in scan.packages} for scan in (old, new)
        )

    def title(self, rule: str) -> str:
        """The title of a rule, by the new scan if it has it."""
        found = self._new_rules.get(rule) or self._old_rules.get(rule)
        return found.title if found else ""

    def reasons(self, rule: str, old: Seen, new: Seen) -> tuple[Reasoning, ...]:
        """Why a finding of one rule differs, in the order of ``Why``; never empty."""
        before, now = self._old_rules.get(rule), self._new_rules.get(rule)
        if before is None or now is None:
            return (self._of_missing_rule(rule, is_in_new=now is not None),)
        found = [*_by_facts(_read(before, now), old, new)]
        found += _by_waiver(old.finding, new.finding, self.new.waivers)
        found += self._by_rule(before, now)
        found += self._by_profile(before, now, old, new)
        found += self._by_age(old.finding, new.finding)
        return tuple(found) or (self._of_the_rest(now),)

    def _of_missing_rule(self, rule: str, *, is_in_new: bool) -> Reasoning:
        old, new = self._versions
        if old != new or self.old.tool_version != self.new.tool_version:
            there = "new scan" if is_in_new else "old scan"
            text = f"The rules are of other versions; only the {there} has {rule}"
            return Reasoning(Why.RULE, f"{text} ({_versions(self.old, self.new)}).")
        left_out = "old" if is_in_new else "new"
        scope = self.old.profile if is_in_new else self.new.profile
        return Reasoning(Why.PROFILE, f"The {left_out} scan left {rule} out ({scope}).")

    def _by_rule(self, before: RuleRecord, now: RuleRecord) -> Iterator[Reasoning]:
        old, new = (versions.get(now.package, "") for versions in self._versions)
        words = []
        if old != new:
            words.append(f"package {now.package} {old or 'unknown'} -> {new or 'unknown'}")
        if before.package != now.package:
            words.append(f"brought by {before.package} -> {now.package}")
        if before.reviewed != now.reviewed:
            words.append(f"reviewed {before.reviewed} -> {now.reviewed}")
        if before.digest and now.digest and before.digest != now.digest:
            words.append("what it says of itself, or a passage that it relies on, is another")
        if words:
            yield Reasoning(Why.RULE, f"The rule was changed: {'; '.join(words)}.")

    def _by_profile(
        self, before: RuleRecord, now: RuleRecord, old: Seen, new: Seen
    ) -> Iterator[Reasoning]:
        words = []
        fails = (
            one.finding is not None and one.finding.outcome is Outcome.FAIL for one in (old, new)
        )
        if before.severity != now.severity and any(fails):
            words.append(f"severity {before.severity} -> {now.severity}")
        if not _ON_THE_WINDOWS.isdisjoint((*now.needs, *now.uses)):
            words += [
                f"expiry_days.{word} {self.old.expiry_days.get(word)} -> {days}"
                for word, days in self.new.expiry_days.items()
                if self.old.expiry_days.get(word) != days
            ]
        if self.old.max_age_days != self.new.max_age_days and _is_stale(old, new):
            words.append(f"max_age_days {self.old.max_age_days} -> {self.new.max_age_days}")
        if words:
            yield Reasoning(Why.PROFILE, f"The profile was changed: {'; '.join(words)}.")

    def _by_age(self, old: Finding | None, new: Finding | None) -> Iterator[Reasoning]:
        """Whether the evidence became too old, or was replaced by newer."""
        was, now = (one is not None and one.reason is Reason.STALE for one in (old, new))
        if was != now:
            text = "The evidence is too old now" if now else "The evidence is recent enough now"
            yield Reasoning(Why.TIME, f"{text}: judged as of {self.old.as_of} -> {self.new.as_of}.")

    def _of_the_rest(self, rule: RuleRecord) -> Reasoning:
        """What is left where neither facts nor rule, profile or waiver differ."""
        if not self._have_facts:
            text = "One of the two records holds no facts, so the reason cannot be told."
            return Reasoning(Why.UNEXPLAINED, text)
        is_dated = not _ON_THE_DATE.isdisjoint((*rule.needs, *rule.uses))
        if is_dated and self.old.as_of != self.new.as_of:
            text = "Nothing changed but the date: judged as of"
            return Reasoning(Why.TIME, f"{text} {self.old.as_of} -> {self.new.as_of}.")
        if rule.is_fleet:
            text = "This stamp's own facts are the same; other stamps or registrations changed."
            return Reasoning(Why.FLEET, text)
        return Reasoning(Why.UNEXPLAINED, "Nothing that the two records hold explains it.")


def _versions(old: Scan, new: Scan) -> str:
    def of(scan: Scan) -> str:
        return ", ".join(f"{package.name} {package.version}" for package in scan.packages)

    return f"{of(old) or 'none'} -> {of(new) or 'none'}"


def _is_stale(old: Seen, new: Seen) -> bool:
    return any(one.finding is not None and one.finding.reason is Reason.STALE for one in (old, new))


def _read(before: RuleRecord, now: RuleRecord) -> tuple[str, ...]:
    """The facts that the rule reads in either scan; of a derived one what it is derived of."""
    read = dict.fromkeys((*now.needs, *now.uses, *before.needs, *before.uses))
    return tuple(dict.fromkeys(one for name in read for one in (*_NEEDS.get(name, ()), name)))


def _by_facts(read: Sequence[str], old: Seen, new: Seen) -> Iterator[Reasoning]:
    """The facts of the stamp that differ: those known on both sides, and those on one only."""
    found: dict[str, list[FactChange]] = {text: [] for _, text in _SAID}
    for name in read:
        before, now = old.facts.get(name), new.facts.get(name)
        if before is None or now is None or before.is_same(now) or _follows(name, old, new):
            continue
        found[_said(name, before, now)].append(_change(name, before, now))
    for why, text in _SAID:
        if found[text]:
            yield Reasoning(why, text, tuple(found[text]))


def _said(name: str, before: FactState, now: FactState) -> str:
    """The sentence under which a differing fact is told."""
    if name in _DECLARED or now.source.startswith(_BESIDE) or before.source.startswith(_BESIDE):
        return _OTHER_WORDS
    if now.reason:
        return _LOST
    return _GAINED if before.reason else _CHANGED


def _follows(name: str, old: Seen, new: Seen) -> bool:
    """Whether a fact is derived of others that are told beside it, or of the date."""
    return name in _NEEDS and all(
        need in old.facts and need in new.facts for need in _NEEDS[name] if need not in _IN_THE_HEAD
    )


def _change(name: str, before: FactState, now: FactState) -> FactChange:
    return FactChange(name, _worded(before), _worded(now), before.source, now.source)


def _worded(state: FactState) -> str:
    return f"missing ({state.reason}: {state.value})" if state.reason else str(state)


def _by_waiver(
    old: Finding | None, new: Finding | None, waivers: Sequence[WaiverRecord]
) -> Iterator[Reasoning]:
    was = old is not None and old.waived
    now = new is not None and new.waived
    if was == now or new is None or new.outcome is not Outcome.FAIL:
        return
    if now:
        yield Reasoning(Why.WAIVER, "A waiver accepts it now.")
        return
    about = [one for one in waivers if one.rule == new.rule and one.fault]
    about = [one for one in about if one.subject in ("", new.subject)]
    own = [one for one in about if one.stamp.casefold() == new.stamp.casefold() or one.tag]
    said = " ".join(one.said for one in own[:1]) or "No waiver is about it any more."
    yield Reasoning(Why.WAIVER, f"It was waived. {said}")
