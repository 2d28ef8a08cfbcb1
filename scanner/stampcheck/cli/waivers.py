"""``stampcheck waivers``: add, list and check accepted risks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from stampcheck.cli import options
from stampcheck.cli.accepted import waiver_file
from stampcheck.cli.appending import Value, append, block
from stampcheck.cli.main import printable
from stampcheck.cli.pipeline import JudgingOptions, choose, now
from stampcheck.cli.within import record_within
from stampcheck.comparison.shelf import Shelf
from stampcheck.dated import instant
from stampcheck.errors import UsageError
from stampcheck.model import UNCLAIMED, Finding, Outcome
from stampcheck.record import ScanRecord
from stampcheck.tomlfile import nearest
from stampcheck.waiver import WaiverRecord, fingerprint
from stampcheck.waivers import WaiverFile
from stampcheck.waiving import Holder, Waiving, reads_of

_profile = click.option(
    "--profile", type=options.PATH, metavar="FILE", help="Profile that says how long one may hold."
)
_scan = click.option(
    "-i", "--in", "within", type=options.PATH, metavar="SCAN", help="Lay them over this scan."
)


@click.group()
def waivers() -> None:
    """Add, list and check accepted risks.

    A waiver marks failures that somebody accepted, in a TOML file that scan, evaluate and demo take
    by --waivers. The outcome stays a failure.
    """


@waivers.command()
@click.argument("file", type=options.PATH)
@click.argument("rule")
@click.argument("stamp", required=False)
@click.option("--tag", metavar="TAG", help="The stamps with this tag, instead of one stamp.")
@click.option("--subject", default="", metavar="TEXT", help="Only this subject.")
@click.option("--owner", required=True, metavar="TEXT", help="Who owns the risk.")
@click.option("--approver", required=True, metavar="TEXT", help="Who approved it; not the owner.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is accepted.")
@click.option("--ticket", required=True, metavar="TEXT", help="Where it was decided.")
@click.option(
    "--expires", required=True, type=options.Moment(), metavar="DATE", help="Last day it holds."
)
@click.option(
    "--accepted", type=options.Moment(), metavar="DATE", help="Day of the approval. [today]"
)
@options.within
@_profile
def add(  # noqa: PLR0913 (one parameter for each option)
    *,
    file: Path,
    rule: str,
    stamp: str | None,
    tag: str | None,
    subject: str,
    owner: str,
    approver: str,
    reason: str,
    ticket: str,
    expires: datetime,
    accepted: datetime | None,
    within: Path | None,
    profile: Path | None,
) -> None:
    """Append a waiver for what fails by RULE on STAMP to FILE, with the fingerprint of the evidence
    in the scan. What stands in FILE stays as it is.
    """
    moment = now()
    if (stamp is None) == (tag is None):
        raise UsageError("Name either a STAMP or a --tag.")
    if expires.date() < moment.date():
        raise UsageError(f"--expires {expires.date()}: lies in the past; name a day to come.")
    with record_within(within) as record:
        rule = _spelled(rule, record)
        holders = _holders(record, stamp, tag)
        evidence = tuple(_evidence(record, rule, holders, subject))
    if not evidence:
        place = f"tag {tag}" if tag else stamp
        raise UsageError(f"Nothing fails by {rule} on {place} in that scan, so nothing is waived.")
    values: list[tuple[str, Value]] = [
        ("rule", rule),
        ("tag", tag) if tag else ("stamp", holders[0]),
        *([("subject", subject)] if subject else []),
        ("owner", owner),
        ("approver", approver),
        ("reason", reason),
        ("ticket", ticket),
        ("accepted", (accepted or moment).date()),
        ("expires", expires.date()),
        ("evidence", evidence if tag else _one_or_all(evidence)),
    ]
    append(file, block("waiver", values), lambda path: _read(path, profile, moment))
    click.echo(file)


def _one_or_all(evidence: tuple[str, ...]) -> Value:
    return evidence[0] if len(evidence) == 1 else evidence


def _spelled(rule: str, record: ScanRecord) -> str:
    known = {one.id.lower(): one.id for one in record.scan.rules}
    if rule.lower() not in known:
        raise UsageError(f"There is no rule {rule!r}{nearest(rule, list(known.values()))}")
    return known[rule.lower()]


def _holders(record: ScanRecord, stamp: str | None, tag: str | None) -> list[str]:
    """The stamps that are meant, as the scan spells them."""
    if stamp == UNCLAIMED:
        return [UNCLAIMED]
    stamps = [(one.stamp, one.tags) for one in record.stamps()]
    if tag is not None:
        found = [name for name, tags in stamps if tag in tags]
        known = sorted({one for _, tags in stamps for one in tags})
        if not found:
            raise UsageError(f"No stamp has the tag {tag!r}{nearest(tag, known)}")
        return found
    names = {name.casefold(): name for name, _ in stamps}
    wanted = (stamp or "").casefold()
    if wanted not in names:
        raise UsageError(f"There is no stamp {stamp!r}{nearest(stamp or '', list(names.values()))}")
    return [names[wanted]]


def _evidence(record: ScanRecord, rule: str, holders: list[str], subject: str) -> Iterator[str]:
    """The fingerprints of what fails."""
    shelf, reads = Shelf(record), reads_of(record.scan)
    if not shelf.has_facts:
        raise UsageError(
            f"{record.folder}: is of an older stampcheck and holds no facts; judge its bundle "
            "again with 'stampcheck evaluate'."
        )
    for stamp in holders:
        for found in shelf.findings(stamp).values():
            if _is_meant(found, rule, subject):
                facts = shelf.facts(stamp)
                yield fingerprint(found, facts, reads.get(rule, ()), record.scan.as_of)


def _is_meant(found: Finding, rule: str, subject: str) -> bool:
    fails = found.rule == rule and found.outcome is Outcome.FAIL
    return fails and subject in ("", found.subject)


@waivers.command("list")
@click.argument("file", type=options.PATH)
@_scan
@options.as_of
@_profile
def list_waivers(
    *, file: Path, within: Path | None, as_of: datetime | None, profile: Path | None
) -> None:
    """Print the waivers of FILE, each with its status and the days it has left.

    Without --in SCAN nothing is known of the evidence, so a status is about the date only.
    """
    for one in _records(file, within, as_of, profile)[0]:
        holder = f"tag {one.tag}" if one.tag else one.stamp
        is_judged = within is not None or one.fault
        status = one.status if is_judged else "holds"
        line = f"{status:<16} {one.days_left:>4} days  {one.rule}  {holder}"
        click.echo(printable(f"{line}  {one.ticket}: {one.reason}"))
        if one.fault:
            click.echo(printable(f"{'':16} {one.fault}: {one.said}"))


@waivers.command()
@click.argument("file", type=options.PATH)
@_scan
@options.as_of
@_profile
def check(*, file: Path, within: Path | None, as_of: datetime | None, profile: Path | None) -> int:
    """Check FILE: 0 in order, 1 where a waiver is expired, unused, over-broad or about evidence
    that changed, 2 where the file has a fault. Only --in SCAN tells all of these.
    """
    found, moment = _records(file, within, as_of, profile)
    faults = [one for one in found if one.fault]
    for one in faults:
        holder = f"tag {one.tag}" if one.tag else one.stamp
        click.echo(printable(f"{one.fault} {one.status}: {one.rule} on {holder}. {one.said}"))
    number = f"{len(found)} waiver{'' if len(found) == 1 else 's'}"
    told = f"{len(faults) or 'no'} fault{'s' if len(faults) > 1 else ''}"
    click.echo(f"{file}: {number}, {told} on {moment.date()}.")
    return 1 if faults else 0


def _records(
    file: Path, within: Path | None, as_of: datetime | None, profile: Path | None
) -> tuple[list[WaiverRecord], datetime]:
    """What becomes of the waivers of a file, and the moment for which that is so: unless another
    one is asked for, now or the as-of date of a scan that looks ahead.
    """
    if within is None:
        moment = as_of or now()
        waivers = _read(file, profile, moment).waivers
        return Waiving(waivers, moment, {}, ()).records(), moment
    with record_within(within) as record:
        moment = as_of or max(now(), instant(record.scan.as_of) or now())
        return _laid_over(_read(file, profile, moment), record, moment), moment


def _laid_over(found: WaiverFile, record: ScanRecord, moment: datetime) -> list[WaiverRecord]:
    """What becomes of the waivers over a scan, whatever was waived when it was made."""
    shelf = Shelf(record)
    holders = [Holder(one.stamp, one.tags) for one in record.stamps()]
    if not record.scan.only:
        found.check_stamps([one.stamp for one in holders])
    waiving = Waiving(
        found.waivers, moment, reads_of(record.scan), holders, judged=record.scan.as_of
    )
    for stamp in (*(one.stamp for one in holders), UNCLAIMED):
        if waiving.concerns(stamp):
            waiving.mark(stamp, shelf.findings(stamp).values(), shelf.facts(stamp))
    return waiving.records()


def _read(path: Path, profile: Path | None, moment: datetime) -> WaiverFile:
    chosen, read = choose(JudgingOptions(profile=profile))
    return waiver_file(path, chosen, read, max(moment, now()))
