"""From the runs of all texts to the diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from stampcheck.causes.catalogue import Catalogue
from stampcheck.causes.runbook import PLACEHOLDERS, fill, quote
from stampcheck.diagnose import advice
from stampcheck.diagnose.course import failed_stage, first_failure, flow_of, stages_of
from stampcheck.diagnose.diagnosis import Diagnosis, ShownCause, ShownRun
from stampcheck.diagnose.episode import Episode, episode_of, is_twelve_hour
from stampcheck.diagnose.nearest import nearest
from stampcheck.diagnose.products import names
from stampcheck.diagnose.ranking import Candidate, ranked
from stampcheck.diagnose.recovery import recovered
from stampcheck.diagnose.runs import Run
from stampcheck.diagnose.stages import FLOWS, STAGES
from stampcheck.diagnose.tracer import Tracer

_MOST_RUNS: Final = 60


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How a diagnosis is asked for: the module family of the runbook, and what is known of the
    stamp already, quoted for PowerShell.
    """

    modules: str = "Az"
    stamp: str = ""
    values: Mapping[str, str] = {}
    connection: str = ""


def judge(tracers: Sequence[Tracer], catalogue: Catalogue, wanted: Wanted) -> Diagnosis:
    """What the traced texts show."""
    own = [one for one in tracers if not one.marked.is_foreign]
    episode = episode_of([run for one in own for run in one.runs])
    unmarked = [one.name for one in own if one.marked.is_unmarked]
    candidates = ranked(episode, unmarked)
    run = candidates[0].run if candidates else episode.lead or episode.last
    values, conflicts = _values(run, episode)
    flow = flow_of(run) if run is not None else ""
    causes = [_shown(one, catalogue, values, wanted, flow) for one in candidates]
    others = names(one.marked for one in tracers)
    diagnosis = Diagnosis(
        situation="",
        flow=flow,
        causes=causes,
        stages=stages_of(run, episode.runs) if run is not None else [],
        recovered=recovered(episode),
        first_failure=first_failure(run) if run is not None and episode.lead else None,
        steps=_steps(run),
        values=values,
        open_values=conflicts,
        runs=_runs(episode),
        notes=_notes(episode, tracers),
        other_products=list(others),
        files=[one.name for one in tracers],
        stamp=wanted.stamp,
    )
    if not causes:
        diagnosis.nearest = nearest(episode, catalogue)
    advice.give(diagnosis, run, episode)
    return diagnosis


def _values(run: Run | None, episode: Episode) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What the run of the failure tells; of what it does not tell, what all other runs agree on."""
    told: dict[str, str] = {}
    conflicts: dict[str, list[str]] = {}
    own = run.values if run is not None else {}
    for name in sorted({name for one in episode.runs for name in one.values}):
        some = own.get(name) or {
            value: 0 for one in episode.runs for value in one.values.get(name, ())
        }
        distinct = _distinct(some)
        if len(distinct) == 1:
            told[name] = next(iter(distinct.values()))
        else:
            conflicts[name] = sorted(distinct.values())
    if run is not None and run.function:
        told["function"] = run.function
    return told, conflicts


def _distinct(some: Iterable[str]) -> dict[str, str]:
    """The values by their folded case, without the beginnings that a wrapped line left of one."""
    found: dict[str, str] = {}
    for value in some:
        found.setdefault(value.casefold(), value)
    cut = [one for one in found if any(two != one and two.startswith(one) for two in found)]
    return {key: value for key, value in found.items() if key not in cut}


def _shown(
    one: Candidate,
    catalogue: Catalogue,
    values: Mapping[str, str],
    wanted: Wanted,
    flow: str,
) -> ShownCause:
    cause = one.cause
    known = {**values, **one.values}
    quoted = {name: quote(value) for name, value in known.items() if name in PLACEHOLDERS}
    filled = {name: text for name, text in quoted.items() if text is not None}
    connection = wanted.connection or (flow if flow in FLOWS and flow != "removal" else "")
    return ShownCause(
        id=cause.id,
        title=cause.title,
        likelihood=one.likelihood,
        explanation=" ".join(cause.explanation.split()),
        stage=one.stage,
        place=STAGES[one.stage].title if one.stage in STAGES else "",
        lines=one.lines,
        times=one.times,
        values=known,
        against=one.against,
        notes=one.notes,
        neighbours=[f"{other.cause}: {other.difference}" for other in cause.neighbours],
        confirm=" ".join(cause.confirm.split()),
        source=cause.source,
        runbook=fill(
            catalogue.runbooks[cause.runbook],
            {**filled, **wanted.values},
            connection=connection,
            modules=wanted.modules,
        ),
    )


def _steps(run: Run | None) -> list[str]:
    """The steps that the log names as if they were causes."""
    if run is None:
        return []
    return [
        f"\u201cInvocation of interface '{name}' \u2026 failed\u201d ({line.place}) says where, "
        "not why; the reason is the exception after 'raised an exception:', or the first error "
        "before it."
        for name, line in run.steps.items()
    ]


def _runs(episode: Episode) -> list[ShownRun]:
    shown = []
    for run in episode.runs[-_MOST_RUNS:]:
        stage = failed_stage(run)
        stopped = f"failed at {stage}" if stage else "failed"
        ended = {"success": "succeeded", "error": stopped}.get(run.ended, "no end in the text")
        if not run.ended and stage:
            ended = stopped
        if run.function or run.tracks or run.hits:
            shown.append(
                ShownRun(
                    function=run.function or "unknown function",
                    ended=ended,
                    file=run.file,
                    first=run.first,
                    last=run.last,
                    time=run.time,
                )
            )
    return shown


def _notes(episode: Episode, tracers: Iterable[Tracer]) -> list[str]:
    notes = []
    if any(is_twelve_hour(run) and run.clock for run in episode.runs):
        notes.append(
            "The times of this log are written in 12 hours, so they are in no order across noon; "
            "the order of the lines was kept."
        )
    left_out = sum(one.left_out for one in tracers)
    if left_out:
        notes.append(f"{left_out:,} older runs were left out.")
    return notes
