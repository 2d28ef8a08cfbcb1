"""``stampcheck explain``: one stamp's facts, the conditions of a rule and the verdict."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from stampcheck.bundle import Bundle, StampEntry
from stampcheck.cli import options
from stampcheck.cli.course import Wish, ranked, runbook_text
from stampcheck.cli.main import printable
from stampcheck.cli.pipeline import JudgingOptions, choose
from stampcheck.cli.within import evidence_within
from stampcheck.custody import in_short as custody
from stampcheck.errors import UsageError
from stampcheck.judging import Judge, Settings
from stampcheck.model import UNCLAIMED, Facts, Finding, Missing, Outcome, Rule
from stampcheck.parse.value import moment
from stampcheck.profile import Profile
from stampcheck.record import Scan, ScanRecord, StampRecord
from stampcheck.tomlfile import nearest
from stampcheck.values import ExpiryWindows


@click.command()
@click.argument("stamp")
@click.argument("rule", required=False)
@options.within
@options.as_of
@click.option(
    "--modules",
    type=click.Choice(["Az", "AzureRM"]),
    default="Az",
    help="PowerShell of the runbook. [Az]",
)
@click.option("--runbook", metavar="ID", help="Only this runbook, with the stamp's own values.")
def explain(
    *,
    stamp: str,
    rule: str | None,
    within: Path | None,
    as_of: datetime | None,
    modules: str,
    runbook: str | None,
) -> None:
    """Show facts, conditions and verdict of STAMP, for RULE or for all rules.

    The causes come first, the likeliest ahead. What must be done first and the runbook of that
    cause end it, filled with the stamp's own values; where nothing fails, the runbook of the
    registration's state. '(unclaimed)' shows the registrations that no stamp claims.
    """
    wish = Wish(modules, runbook, within)
    with evidence_within(within, as_of) as (bundle, record):
        if stamp.casefold() == UNCLAIMED:
            lines = list(_unclaimed(record, rule, within))
        else:
            lines = _page(bundle, record, _entry(bundle, stamp), rule, wish)
        click.echo(printable("\n".join(lines)), nl=False)


def _page(
    bundle: Bundle, record: ScanRecord, entry: StampEntry, rule: str | None, wish: Wish
) -> list[str]:
    rules = _rules(record.scan, rule)
    own, findings = _findings(record, entry.name)
    shown = [found for found in findings if rule is None or found.rule == rule]
    runbook = runbook_text(record.scan, own, shown, wish)
    if wish.runbook is not None:
        return [runbook]
    facts = _facts(bundle, record.scan, entry)
    lines = [*_head(own), custody(record.scan), "", *ranked(record.scan, own)]
    for one in rules:
        lines += [*_explained(one, facts, [f for f in findings if f.rule == one.info.id]), ""]
    return [*lines, runbook]


def _unclaimed(record: ScanRecord, rule: str | None, within: Path | None) -> Iterator[str]:
    """The findings about registrations that no stamp claims; nothing more is known of those."""
    titles = {one.info.id: one.info.title for one in _rules(record.scan, rule)}
    cloud_ids = {one.registration_id: one.cloud_id for one in record.scan.unclaimed}
    found = [
        one
        for own, some in record.by_stamp()
        if own is None
        for one in some
        if rule in (None, one.rule)
    ]
    yield f"{UNCLAIMED}: registrations in Azure that no stamp claims: {len(cloud_ids)}"
    for subject in dict.fromkeys(one.subject for one in found):
        yield from ("", subject or "All of them")
        if cloud_ids.get(subject):
            yield f"  Who else holds its Cloud ID: {_find(cloud_ids[subject], within)}"
        for one in found:
            if one.subject == subject:
                yield f"  {one.rule} {titles.get(one.rule, '')}".rstrip()
                yield from _verdict(one)
    yield from ("", "A cause and its runbook: stampcheck causes show ID", "")


def _find(cloud_id: str, within: Path | None) -> str:
    place = ["--in", str(within)] if within is not None else []
    return shlex.join(["stampcheck", "find", cloud_id, *place])


def _entry(bundle: Bundle, stamp: str) -> StampEntry:
    names = []
    for entry in bundle.entries():
        if entry.name.casefold() == stamp.casefold() and entry.name != UNCLAIMED:
            return entry
        names.append(entry.name)
    raise UsageError(f"There is no stamp {stamp!r}{nearest(stamp, names)}")


def _rules(scan: Scan, rule: str | None) -> list[Rule]:
    known = [one.id for one in scan.rules]
    if rule is not None and rule not in known:
        raise UsageError(f"There is no rule {rule!r}{nearest(rule, known)}")
    wanted = JudgingOptions(only=(rule,) if rule else tuple(known))
    return list(choose(wanted)[0].rules.rules)


def _findings(record: ScanRecord, name: str) -> tuple[StampRecord, list[Finding]]:
    for own, findings in record.by_stamp():
        if own is not None and own.stamp == name:
            return own, findings
    raise UsageError(f"The saved scan left {name!r} out; name its bundle with --in PATH.")


def _facts(bundle: Bundle, scan: Scan, entry: StampEntry) -> Facts:
    profile = Profile(windows=ExpiryWindows(**scan.expiry_days), max_age_days=scan.max_age_days)
    chosen, _ = choose(JudgingOptions())
    judge = Judge(bundle, chosen.rules, Settings(profile=profile, as_of=moment(scan.as_of)))
    return judge.facts_of(entry)


def _head(stamp: StampRecord) -> Iterator[str]:
    yield f"{stamp.stamp}: registration {stamp.state}, licence standing {stamp.licence_standing}"
    yield from (f"Note: {note}" for note in stamp.notes)


def _explained(rule: Rule, facts: Facts, findings: list[Finding]) -> Iterator[str]:
    info = rule.info
    yield f"{info.id} {info.title} ({info.severity})"
    yield "  Facts"
    for fact in info.facts:
        need = "needs" if fact in info.needs else "uses "
        yield f"    {need} {fact.name} = {_state(facts[fact])}"
    yield "  Conditions"
    yield f"    fails when: {info.fails_when}"
    yield f"    passes when: {info.passes_when}"
    if info.not_applicable_when:
        yield f"    not applicable when: {info.not_applicable_when}"
    yield "  Verdict"
    for found in findings:
        yield from _verdict(found)


def _state(state: object) -> str:
    if isinstance(state, Missing):
        return f"missing ({state.reason}): {state.why}"
    value, source = getattr(state, "value", None), getattr(state, "source", None)
    age = ", older than max_age" if getattr(source, "stale", False) else ""
    return f"{_value(value)}   [{source}{age}]"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(_value(one) for one in value) or "none"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if hasattr(value, "__struct_fields__") and type(value).__str__ is object.__str__:
        parts = (f"{name} {getattr(value, name)}" for name in value.__struct_fields__)
        return ", ".join(parts)
    return str(value)


def _verdict(found: Finding) -> Iterator[str]:
    word = f"{found.outcome}" + (f"/{found.severity}" if found.outcome is Outcome.FAIL else "")
    reason = f" ({found.reason})" if found.reason else " (waived)" if found.waived else ""
    yield f"    {word}{reason} {found.message}".rstrip()
    for name, text in (("expected", found.expected), ("actual", found.actual)):
        if text:
            yield f"      {name}: {text}"
    if found.consequences:
        yield f"      at risk: {', '.join(found.consequences)}"
    if found.causes:
        yield f"      causes: {', '.join(found.causes)}"
