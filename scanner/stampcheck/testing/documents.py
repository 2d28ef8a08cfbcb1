"""Documents of a test: folders that are read as ``scan --from-files`` reads them."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from stampcheck.bundle import Bundle
from stampcheck.facts import ALL_FACTS
from stampcheck.model import Finding, Outcome, Rule, RuleInfo, Severity
from stampcheck.sample import Sample, SampleFleet, judge_fleet_of, rule_set
from stampcheck.testing.text import unfilled

_OUTCOMES: Final = tuple(outcome.value for outcome in Outcome)
_ANY_AGE: Final = 1_000_000


def read_evidence(folder: Path, *, as_of: datetime | None = None) -> SampleFleet:
    """The fleet of a folder that holds one folder of documents a stamp.

    An ``inventory.toml`` beside them is read too. The age of the files counts for nothing.
    """
    from stampcheck.collect.files import collect_files
    from stampcheck.inventory import read_inventory

    now = datetime.now(UTC)
    path = folder / "inventory.toml"
    inventory = read_inventory(path) if path.is_file() else None
    with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        bundle = Path(scratch) / "bundle"
        collect_files(folder, bundle, now, inventory, lambda _: None)
        with Bundle(bundle) as opened:
            return _fleet_of(opened, as_of or now)


def _fleet_of(bundle: Bundle, as_of: datetime) -> SampleFleet:
    from stampcheck.judging import Judge, Settings
    from stampcheck.profile import Profile
    from stampcheck.registrations import Registrations, unclaimed_of
    from stampcheck.scan import chosen_entries

    settings = Settings(profile=Profile(max_age_days=_ANY_AGE), as_of=as_of)
    rules = rule_set(_EVERY_FACT)
    judge, registrations = Judge(bundle, rules, settings), Registrations()
    samples = []
    for entry in chosen_entries(bundle, settings):
        registrations.add(judge.judge(entry))
        samples.append(Sample(entry.name, dict(judge.facts_of(entry))))
    for entry in bundle.entries():
        registrations.see(judge.unclaimed(entry)[0])
    seen = registrations.all()
    return SampleFleet(tuple(samples), seen, unclaimed_of(seen, rules))


_EVERY_FACT: Final = Rule(
    RuleInfo(
        id="AZS-XX-000",
        title="Every fact",
        severity=Severity.LOW,
        rationale="",
        needs=ALL_FACTS,
        fails_when="",
        passes_when="",
        causes=(),
        remediation="",
        source="",
        reviewed="",
    ),
    lambda _: iter(()),
    is_fleet=True,
    module=__name__,
    name="every_fact",
    facts=ALL_FACTS,
)
"""Has every fact read; it is a fleet rule, so that unclaimed registrations give theirs too."""


def assert_fixture(rule: Rule, folder: Path, *, as_of: datetime | None = None) -> None:
    """Judge each folder in ``folder``: it is named after the outcome that its documents must give.

    Of a stamp rule every stamp must give it, of a fleet rule the worst finding. Raises
    ``AssertionError``, saying which stamp gave what.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test
    gap = unfilled(rule)
    if gap:
        raise AssertionError(f"{rule.info.id}: {gap}")
    cases = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    strange = [case.name for case in cases if case.name not in _OUTCOMES]
    if strange or not cases:
        met = f"{strange[0]!r} is none" if strange else "it holds none"
        raise AssertionError(f"{folder}: folders are named {', '.join(_OUTCOMES)}; {met}")
    for case in cases:
        _assert_case(rule, case, as_of)


def _assert_case(rule: Rule, case: Path, as_of: datetime | None) -> None:
    __tracebackhide__ = True
    wanted = Outcome(case.name)
    findings = judge_fleet_of(rule, read_evidence(case, as_of=as_of))
    worst = min(findings, key=lambda found: list(Outcome).index(found.outcome))
    wrong = [found for found in findings if found.outcome is not wanted]
    if rule.is_fleet:
        wrong = [worst] if worst.outcome is not wanted else []
    if wrong:
        raise AssertionError(f"{case}: {_said(rule, wrong[0])} instead of {wanted}")


def _said(rule: Rule, found: Finding) -> str:
    words = found.message or found.actual
    return f"{rule.info.id} says {found.outcome} of {found.stamp}" + (
        f" ({words})" if words else ""
    )
