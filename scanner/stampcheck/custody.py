"""The chain of custody: who collected the evidence with which rights, and what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from stampcheck.model import listed
from stampcheck.record import BundleRecord, ChannelRecord, Scan

CHANNELS: Final = {
    "arm": "Azure",
    "stamp": "the stamps' Resource Managers",
    "sign-in": "sign-in",
    "pep": "privileged endpoints",
}
"""Whom the requests of a channel went to."""

_NAMED: Final = 20
_REFUSED: Final = (401, 403)


class _Request(msgspec.Struct):
    """What matters here of a line of the journal."""

    channel: str
    status: int = 0
    error: str = ""


class Link(msgspec.Struct, frozen=True):
    """One link of the chain: the question and its answer, in words."""

    question: str
    answer: str


def channels(journal: Iterable[bytes]) -> list[ChannelRecord]:
    """Requests by channel, in the order of ``CHANNELS``; a line that is none counts as
    unanswered of the channel ``other``.
    """
    counted: dict[str, list[int]] = {}
    decoder = msgspec.json.Decoder(_Request)
    for line in journal:
        try:
            one = decoder.decode(line)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            one = _Request("other")
        sums = counted.setdefault(one.channel if one.channel in CHANNELS else "other", [0, 0, 0])
        sums[0] += 1
        sums[1] += one.status in _REFUSED
        sums[2] += bool(one.error) or one.channel not in CHANNELS
    return [ChannelRecord(name, *counted[name]) for name in (*CHANNELS, "other") if name in counted]


def chain(scan: Scan) -> Iterator[Link]:
    """The chain of custody, a link each. Who judged it and signed it stands in the run's own
    manifest, which is written after every report.
    """
    bundle = scan.bundle
    yield Link("Collected", f"{bundle.collected_at}, by stampcheck {bundle.tool_version}")
    yield Link("From", ", ".join(bundle.sources) or "not recorded")
    yield Link("Signed in", _accounts(bundle))
    yield from _asked(bundle)
    yield Link("Complete", "yes" if bundle.complete else "no: it was interrupted or cut short")
    yield Link("Evidence", f"{bundle.documents:,} documents, bundle SHA-256 {bundle.digest}")
    packages = ", ".join(f"{one.name} {one.version}" for one in scan.packages)
    by = f"stampcheck {scan.tool_version}, rules and causes of {packages}"
    yield Link("Judged", f"as of {scan.as_of}, by {by}")
    yield Link("Scan", scan.scan_id)


def in_short(scan: Scan) -> str:
    """The chain in a sentence."""
    bundle = scan.bundle
    by = (
        f"signed in as {listed(bundle.accounts, 2, '; ')}"
        if bundle.accounts
        else "no sign-in recorded"
    )
    return f"Evidence of {bundle.collected_at} ({by}), bundle SHA-256 {bundle.digest}."


def _accounts(bundle: BundleRecord) -> str:
    if bundle.accounts:
        return listed(bundle.accounts, _NAMED, "; ")
    if "live" in bundle.sources:
        return "nobody: no sign-in succeeded"
    return "not recorded: the files were handed over, and whoever exported them vouches for them"


def _asked(bundle: BundleRecord) -> Iterator[Link]:
    """What was asked, and which rights that shows; nothing of evidence from files."""
    if "live" not in bundle.sources:
        return
    stamps = listed(bundle.asked, _NAMED) or "every stamp of the inventory"
    yield Link("Asked", f"{stamps}; for {', '.join(bundle.kinds)}")
    told = "; ".join(_told(one) for one in bundle.channels)
    yield Link("Requests and rights", told or "no request was made")
    if bundle.journal_sha256:
        yield Link("Journal", f"journal.jsonl, SHA-256 {bundle.journal_sha256}")


def _told(one: ChannelRecord) -> str:
    whom = CHANNELS.get(one.channel, "others")
    number = f"{one.requests:,} request{'' if one.requests == 1 else 's'} to {whom}"
    rights = f"{one.refused:,} refused for want of a right" if one.refused else "none refused"
    missing = f", {one.unanswered:,} without an answer" if one.unanswered else ""
    return f"{number}, {rights}{missing}"
