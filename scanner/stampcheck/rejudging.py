"""Judge a bundle again, as a saved scan was judged, and compare what is found with the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Final, Literal

import msgspec

from stampcheck import __version__
from stampcheck.bundle import Bundle
from stampcheck.causes.catalogue import load
from stampcheck.causes.packages import brought
from stampcheck.engine import RuleSet
from stampcheck.errors import UsageError
from stampcheck.head import Chosen
from stampcheck.judging import Baseline, Settings
from stampcheck.model import Finding, Severity
from stampcheck.parse.value import Unreadable, moment
from stampcheck.profile import Profile
from stampcheck.record import Scan, ScanRecord, StampRecord
from stampcheck.registry import Loaded, load_rules
from stampcheck.scan import evaluate, judge_serially
from stampcheck.values import ExpiryWindows
from stampcheck.waiver import WaiverRecord, waiver_of

SHOWN: Final = 20
"""Differences that are told one by one."""


class Rejudged(msgspec.Struct, frozen=True):
    """What judging again brought. ``same``: every finding is the recorded one. ``differs``: the
    same versions of everything give other findings. ``other-versions``: what judged then is not
    what is installed now, as ``versions`` say, so that ``differences`` prove nothing.
    """

    state: Literal["same", "differs", "other-versions"]
    findings: int
    number: int
    differences: list[str]
    versions: list[str]


def rejudge(record: ScanRecord, bundle: Bundle, scratch: Path) -> Rejudged:
    """Judge the bundle by the installed rules with the recorded settings, and compare. ``scratch``
    is an empty folder. ``UsageError`` where no recorded rule is installed.
    """
    scan = record.scan
    loaded = load_rules()
    versions = list(_other_versions(scan, loaded))
    recorded = {rule.id for rule in scan.rules}
    chosen = tuple(one for one in loaded if one.rule.info.id in recorded)
    if not chosen:
        raise UsageError(
            f"{record.folder}: none of its {len(recorded)} rules is installed, so it cannot be "
            "judged again."
        )
    _judge(scan, bundle, chosen, scratch)
    found = list(_differences(record, ScanRecord(scratch), {one.rule.info.id for one in chosen}))
    state: Literal["same", "differs", "other-versions"] = "differs" if found else "same"
    if versions:
        state = "other-versions"
    return Rejudged(state, scan.findings.total, len(found), found[:SHOWN], versions)


def _judge(scan: Scan, bundle: Bundle, chosen: tuple[Loaded, ...], scratch: Path) -> None:
    severities = {rule.id: Severity(rule.severity) for rule in scan.rules}
    catalogue = load()
    rules = RuleSet((one.rule for one in chosen), catalogue.causes, severities)
    settings = _settings(scan, severities)
    evaluate(
        bundle,
        scratch,
        chosen=Chosen(rules, chosen, ()),
        catalogue=catalogue,
        settings=settings,
        judged=judge_serially(bundle, rules, settings),
        progress=lambda _: None,
    )


def _settings(scan: Scan, severities: dict[str, Severity]) -> Settings:
    try:
        as_of = moment(scan.as_of)
        windows = ExpiryWindows(**scan.expiry_days)
        waivers = tuple(map(waiver_of, scan.waivers))
    except (Unreadable, TypeError, ValueError) as error:
        raise UsageError(
            f"scan.json: its as-of date, windows or waivers cannot be read ({error})."
        ) from None
    return Settings(
        profile=Profile(
            name=scan.profile,
            severities=severities,
            windows=windows,
            max_age_days=scan.max_age_days,
            fail_on=Severity(scan.fail_on),
        ),
        as_of=as_of,
        baseline={
            name: Baseline(one.tenant, one.nodes, one.read_at)
            for name, one in scan.reference.items()
        },
        only=frozenset(scan.only),
        waivers=waivers,
    )


def _other_versions(scan: Scan, loaded: Iterable[Loaded]) -> Iterator[str]:
    """What judged then and is not here now, a sentence each."""
    if scan.tool_version != __version__:
        yield f"stampcheck {scan.tool_version} judged, and this is {__version__}."
    loaded = list(loaded)
    installed = {one.package.name: one.package.version for one in loaded}
    installed |= {one.package.name: one.package.version for one in brought()}
    for package in scan.packages:
        now = installed.get(package.name)
        if now is None:
            yield f"{package.name} {package.version} judged, and is not installed any more."
        elif now != package.version:
            yield f"{package.name} {package.version} judged, and {now} is installed."
    missing = sorted({rule.id for rule in scan.rules} - {one.rule.info.id for one in loaded})
    if missing:
        yield f"No installed package has {', '.join(missing[:SHOWN])}."


def _differences(record: ScanRecord, again: ScanRecord, rules: set[str]) -> Iterator[str]:
    """Where the findings and stamps of both differ, a line each; of rules that both have."""
    then = (one for one in record.findings() if one.rule in rules)
    for old, new in _paired(then, again.findings()):
        if old != new:
            yield _told(old, new)
    if len(rules) == len(record.scan.rules):
        for before, after in zip_longest(record.stamps(), again.stamps()):
            if before != after:
                yield _told_of_stamp(before, after)
        yield from _of_waivers(record.scan.waivers, again.scan.waivers)


def _paired(
    old: Iterator[Finding], new: Iterator[Finding]
) -> Iterator[tuple[Finding | None, Finding | None]]:
    """Findings of one id side by side; both come in the canonical order."""
    waiting_old: dict[str, Finding] = {}
    waiting_new: dict[str, Finding] = {}
    for left, right in zip_longest(old, new):
        if left is not None and right is not None and left.finding_id == right.finding_id:
            yield left, right
            continue
        for one, own, other in (
            (left, waiting_old, waiting_new),
            (right, waiting_new, waiting_old),
        ):
            if one is not None and one.finding_id in other:
                match = other.pop(one.finding_id)
                yield (one, match) if own is waiting_old else (match, one)
            elif one is not None:
                own[one.finding_id] = one
    yield from ((one, None) for one in waiting_old.values())
    yield from ((None, one) for one in waiting_new.values())


def _told(old: Finding | None, new: Finding | None) -> str:
    one = old or new
    assert one is not None  # noqa: S101 (a pair is never empty)
    about = f"{one.stamp} {one.rule}{f' {one.subject}' if one.subject else ''}"
    if old is None or new is None:
        return f"{about}: {'recorded, but not found again' if old else 'found, but not recorded'}."
    names = Finding.__struct_fields__
    name = next(name for name in names if getattr(old, name) != getattr(new, name))
    return f"{about}: {name} is recorded as {_short(old, name)}, and found as {_short(new, name)}."


def _told_of_stamp(old: StampRecord | None, new: StampRecord | None) -> str:
    if old is None or new is None or old.stamp != new.stamp:
        return f"{(old or new).stamp}: the stamps are not the recorded ones."  # type: ignore[union-attr] # one of both is there
    names = StampRecord.__struct_fields__
    name = next(name for name in names if getattr(old, name) != getattr(new, name))
    return (
        f"{old.stamp}: {name} is recorded as {_short(old, name)}, and found as {_short(new, name)}."
    )


def _of_waivers(old: list[WaiverRecord], new: list[WaiverRecord]) -> Iterator[str]:
    for before, after in zip(old, new, strict=True):
        if before != after:
            yield (
                f"waiver for {waiver_of(before).about}: is recorded as {before.status}, "
                f"{before.findings} marked, and found as {after.status}, {after.findings} marked."
            )


def _short(one: Finding | StampRecord, name: str) -> str:
    text = str(getattr(one, name))
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
