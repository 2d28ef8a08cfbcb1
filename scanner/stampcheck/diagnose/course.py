"""The course of one run: which steps it took, what it overcame, where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from stampcheck.diagnose.diagnosis import Line, ShownStage
from stampcheck.diagnose.runs import Hit, Run, Track
from stampcheck.diagnose.stages import CONNECTED, FLOWS, FUNCTIONS, Stage, Status

_REMOVING: Final = frozenset(("deactivation", "removal"))


def flow_of(run: Run) -> str:
    """The flow that a run is of: by its function, else by the steps it took."""
    function = FUNCTIONS.get(run.function.lower())
    if function is not None:
        return function.flow
    return "removal" if _REMOVING & run.tracks.keys() else "connected"


def steps_of(run: Run) -> tuple[Stage, ...]:
    """The steps that a run takes, in their order."""
    return FLOWS["removal"] if flow_of(run) == "removal" else CONNECTED


def was_overcome(run: Run, stage: str, order: int) -> bool:
    """Whether what went wrong in a step was overcome later in the run."""
    if run.ended == "success" and run.end_order > order:
        return True
    track = run.tracks.get(stage)
    if track is not None and track.proven > order:
        return True
    return any(_opened(run, later) > order for later in _after(run, stage))


def _opened(run: Run, stage: Stage) -> int:
    track = run.tracks.get(stage.id)
    return -1 if track is None else max(track.opened, track.proven)


def _after(run: Run, stage: str) -> Sequence[Stage]:
    steps = steps_of(run)
    at = next((at for at, one in enumerate(steps) if one.id == stage), len(steps))
    return steps[at + 1 :]


def open_hits(run: Run) -> list[Hit]:
    """What matched and was not overcome, in the order of the log."""
    hits = (hit for hit in run.hits.values() if not was_overcome(run, hit.stage, hit.last))
    return sorted(hits, key=lambda hit: hit.first)


def overcome_hits(run: Run) -> list[Hit]:
    """What matched and was overcome in the same run."""
    hits = (hit for hit in run.hits.values() if was_overcome(run, hit.stage, hit.last))
    return sorted(hits, key=lambda hit: hit.first)


def failed_stage(run: Run) -> str:
    """The step at which a run stopped; empty where it did not, or nobody knows."""
    if run.ended == "success":
        return ""
    refused = [
        (track.first_refused, stage)
        for stage, track in run.tracks.items()
        if track.refused >= 0 and not was_overcome(run, stage, track.refused)
    ]
    refused += [
        (one.order, one.stage)
        for one in run.troubles
        if one.frame and one.stage and not was_overcome(run, one.stage, one.order)
    ]
    known = [(hit.first, hit.stage) for hit in open_hits(run) if hit.stage]
    if refused or known:
        return min(refused or known)[1]
    if run.ended == "error":
        opened = [(max(track.opened, track.proven), stage) for stage, track in run.tracks.items()]
        function = FUNCTIONS.get(run.function.lower())
        return max(opened)[1] if opened else function.begins if function else ""
    return ""


def has_failed(run: Run) -> bool:
    """Whether a run did not do what it was run for, as far as the log says."""
    # Of a bare step that failed nobody knows whether it was overcome; with its course one does.
    is_bare = bool(run.steps) and not run.tracks
    return run.ended != "success" and bool(
        run.ended or is_bare or failed_stage(run) or open_hits(run)
    )


def first_failure(run: Run) -> Line | None:
    """The first thing that went wrong and was not overcome."""
    found = [(hit.first, hit.lines[0]) for hit in open_hits(run) if hit.lines]
    found += [
        (one.order, one.line)
        for one in run.troubles
        if (one.frame or one.is_known) and not was_overcome(run, one.stage, one.order)
    ]
    found.sort(key=lambda one: one[0])
    return _with_reason(found) if found else None


def _with_reason(found: Sequence[tuple[int, Line]]) -> Line:
    """The first failure; where it ends with a colon, with what the next message says."""
    order, first = found[0]
    after = next((line for later, line in found if order < later <= order + 1), None)
    if after is None or not first.text.endswith(":"):
        return first
    return msgspec.structs.replace(first, text=f"{first.text} {after.text}")


def stages_of(run: Run, runs: Iterable[Run]) -> list[ShownStage]:
    """The steps of a run's flow; of a disconnected one by the functions that were run."""
    if flow_of(run) == "disconnected":
        return _disconnected(list(runs))
    steps = steps_of(run)
    failed = failed_stage(run)
    stopped = next((at for at, one in enumerate(steps) if one.id == failed), -1)
    return [_shown(run, one, _status(run, at, one, stopped)) for at, one in enumerate(steps)]


def _status(run: Run, at: int, stage: Stage, stopped: int) -> Status:
    if at == stopped:
        return Status.FAILED
    track = run.tracks.get(stage.id)
    if track is None:
        return Status.NOT_REACHED if 0 <= stopped < at else Status.UNKNOWN
    refused = track.refused
    passed = track.proven > refused or was_overcome(run, stage.id, max(refused, track.opened))
    if not passed:
        return Status.FAILED if refused >= 0 else Status.UNKNOWN
    return Status.RECOVERED if refused >= 0 or _retried(run, stage.id) else Status.PROVEN


def _retried(run: Run, stage: str) -> bool:
    return any(hit.stage == stage and hit.frame for hit in overcome_hits(run))


def _shown(run: Run, stage: Stage, status: Status) -> ShownStage:
    track = run.tracks.get(stage.id, Track())
    lines = track.lines
    if status is Status.FAILED:
        failure = track.refusal or first_failure(run)
        lines = [failure, *(line for line in lines if line != failure)] if failure else lines
    return ShownStage(
        id=stage.id, title=stage.title, status=status, lines=lines, attempts=track.attempts
    )


def _disconnected(runs: list[Run]) -> list[ShownStage]:
    """The steps by the newest run of the function that takes each."""
    by_step = {
        FUNCTIONS[run.function.lower()].step: run
        for run in runs
        if run.function.lower() in FUNCTIONS
    }
    shown: list[ShownStage] = []
    has_stopped = False
    for stage in FLOWS["disconnected"]:
        run = by_step.get("activation" if stage.id == "done" else stage.id)
        status = _status_by_run(run, stage, has_stopped=has_stopped)
        has_stopped |= status is Status.FAILED
        empty = ShownStage(id=stage.id, title=stage.title, status=status)
        shown.append(empty if run is None else _step_of(run, stage, status))
    return shown


def _status_by_run(run: Run | None, stage: Stage, *, has_stopped: bool) -> Status:
    if run is None or (stage.id == "done" and run.ended != "success"):
        return Status.NOT_REACHED if has_stopped else Status.UNKNOWN
    if run.ended == "success" or _is_proven(run, stage):
        return Status.RECOVERED if overcome_hits(run) and stage.id != "done" else Status.PROVEN
    return Status.FAILED if has_failed(run) else Status.UNKNOWN


def _is_proven(run: Run, stage: Stage) -> bool:
    track = run.tracks.get(stage.id)
    return track is not None and track.proven > track.refused


def _step_of(run: Run, stage: Stage, status: Status) -> ShownStage:
    shown = _shown(run, stage, status)
    if status is Status.FAILED:
        failure = first_failure(run)
        shown.lines = [failure] if failure else shown.lines
    return shown
