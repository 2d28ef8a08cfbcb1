"""What ``explain`` says of causes and runbooks: ranked causes, ties, what to do in which order."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from stampcheck.causes.catalogue import Catalogue, load
from stampcheck.causes.runbook import as_text, fill
from stampcheck.errors import UsageError
from stampcheck.model import Cause, Finding, Outcome, Runbook
from stampcheck.record import Scan, StampRecord
from stampcheck.tally import TAKEN, CauseTally, asked, in_words, likeliest, prerequisites, ties
from stampcheck.tomlfile import nearest


class Wish(NamedTuple):
    """How runbooks are asked for: the module family, the runbook by name, and where to read."""

    modules: str
    runbook: str | None
    within: Path | None


def ranked(scan: Scan, stamp: StampRecord) -> Iterator[str]:
    """The ranked causes, and what to ask next where several explain a failure equally well."""
    if not stamp.causes:
        return
    causes = {cause.id: cause for cause in scan.causes}
    yield "Causes, the likeliest first"
    for place, tally in enumerate(stamp.causes, start=1):
        title = causes[tally.cause].title if tally.cause in causes else tally.cause
        said = in_words(tally, stamp.pairs.failed, scan.contradictions)
        yield f"{place:3}. {title} ({tally.cause})"
        yield f"     {said}" + (f" [{', '.join(tally.explains)}]" if tally.explains else "")
        yield from _holders(tally)
    yield from _questions(stamp, causes)
    yield ""


def _holders(tally: CauseTally) -> Iterator[str]:
    """Where a log says that a Cloud ID is taken: how to see by whom."""
    if tally.cause in TAKEN:
        for cloud_id in dict.fromkeys(one.values.get("cloud_id", "") for one in tally.logs):
            if cloud_id:
                yield f"     Who holds it: stampcheck find {cloud_id}"


def _questions(stamp: StampRecord, causes: dict[str, Cause]) -> Iterator[str]:
    every = ties(stamp.causes)
    for tie in every:
        yield (
            f"  {', '.join(tie.rules)}: {' and '.join(tie.causes)} explain it equally well. "
            "The next best question:"
        )
        cause = causes.get(asked(tie, every))
        yield f"    - {' '.join(cause.confirm.split()) if cause else 'Which of them is it?'}"


def runbook_text(scan: Scan, stamp: StampRecord, findings: Sequence[Finding], wish: Wish) -> str:
    """What must be done first, then the runbook that was asked for: the named one, else that of the
    likeliest cause that these findings name, else that of the state.
    """
    catalogue = load()
    runbook = _runbook(scan, stamp, findings, wish, catalogue)
    first = prerequisites(runbook, stamp.causes, catalogue.causes)
    filled = fill(runbook, stamp.values, connection=stamp.connection, modules=wish.modules)
    return "\n".join([*_first(first, catalogue, stamp, wish), as_text(filled)])


def _runbook(
    scan: Scan, stamp: StampRecord, findings: Sequence[Finding], wish: Wish, catalogue: Catalogue
) -> Runbook:
    if wish.runbook is not None:
        if wish.runbook.lower() not in catalogue.runbooks:
            near = nearest(wish.runbook, catalogue.runbooks)
            raise UsageError(f"There is no runbook {wish.runbook!r}{near}")
        return catalogue.runbooks[wish.runbook.lower()]
    shown = {one.cause for one in stamp.causes if one.logs}
    cause = likeliest(stamp.causes, catalogue.causes, {*_named(findings), *shown})
    return catalogue.runbooks[cause.runbook if cause else scan.state_runbooks[stamp.state]]


def _named(findings: Sequence[Finding]) -> Collection[str]:
    return {cause for found in findings if found.outcome is Outcome.FAIL for cause in found.causes}


def _first(
    causes: Sequence[Cause], catalogue: Catalogue, stamp: StampRecord, wish: Wish
) -> Iterator[str]:
    if not causes:
        return
    yield "Do first, or the runbook below cannot succeed"
    for place, cause in enumerate(causes, start=1):
        yield f"{place:3}. {cause.runbook}: {catalogue.runbooks[cause.runbook].title}"
        yield f"     because: {cause.title} [{', '.join(cause.explains)}]"
        yield f"     {_command(stamp, cause.runbook, wish)}"
    yield ""
    yield "Then"


def _command(stamp: StampRecord, runbook: str, wish: Wish) -> str:
    words = ["stampcheck", "explain", stamp.stamp, "--runbook", runbook]
    if wish.modules != "Az":
        words += ["--modules", wish.modules]
    if wish.within is not None:
        words += ["--in", str(wish.within)]
    return shlex.join(words)
