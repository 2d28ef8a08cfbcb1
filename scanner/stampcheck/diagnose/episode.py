"""Several runs together: their order, which failures a later run overtook, which one counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from stampcheck.diagnose.course import flow_of, has_failed, was_overcome
from stampcheck.diagnose.runs import Run

_TWELVE_HOURS: Final = (1, 1803)
_LONG_AGO: Final = 14
_UNDATED: Final = "9999"


class Episode(msgspec.Struct):
    """The runs in their order; ``overtaken`` gives, by the index of a failed run, the later run
    that did what it was to do. ``open`` are the last failed runs of each function that nothing
    overtook, ``earlier`` failed runs of the same functions before those.
    """

    runs: list[Run]
    overtaken: dict[int, Run]
    open: list[Run]
    earlier: list[Run]

    def passed(self, run: Run, stage: str) -> Run | None:
        """The later run of the same function that got past a step at which a run failed."""
        later = (one for one in self.runs[run.index + 1 :] if one.function == run.function)
        return next((one for one in later if stage and was_overcome(one, stage, -1)), None)

    @property
    def lead(self) -> Run | None:
        """The run whose failure came first of those that are still open."""
        return self.open[0] if self.open else None

    @property
    def last(self) -> Run | None:
        """The last run that took any step."""
        stepped = [run for run in self.runs if run.tracks or run.ended]
        return stepped[-1] if stepped else None


def episode_of(runs: Sequence[Run]) -> Episode:
    """Order runs and tell which failures are still open."""
    ordered = _ordered(runs)
    overtaken: dict[int, Run] = {}
    last_failed: dict[tuple[str, str], Run] = {}
    for at, run in enumerate(ordered):
        run.index = at
        if has_failed(run):
            later = next((one for one in ordered[at + 1 :] if _overtakes(one, run)), None)
            if later is None:
                last_failed[run.function, "" if run.function else run.file] = run
            else:
                overtaken[at] = later
    still_open = sorted(last_failed.values(), key=lambda run: run.index)
    recent = [run for run in still_open if not _is_long_ago(run, ordered)]
    earlier = [
        run
        for run in ordered
        if has_failed(run) and run.index not in overtaken and run not in recent
    ]
    return Episode(ordered, overtaken, recent, earlier)


def _is_long_ago(run: Run, runs: Sequence[Run]) -> bool:
    """Whether a failure is of another time than what was run last."""
    days = [day for one in runs if (day := _day(one.day)) is not None]
    own = _day(run.day)
    return own is not None and (max(days) - own).days > _LONG_AGO


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _overtakes(later: Run, run: Run) -> bool:
    """Whether a later run did what a failed one was to do."""
    if later.ended != "success":
        return False
    if later.function and later.function == run.function:
        return True
    is_done = "done" in later.tracks and later.tracks["done"].proven >= 0
    return is_done and flow_of(run) != "removal"


def _ordered(runs: Sequence[Run]) -> list[Run]:
    """By the day and time they bear. What bears none stands where it stood in its text, or last:
    nothing that has a date is known to be later.
    """
    days: dict[str, str] = {}
    moments = []
    for at, run in enumerate(runs):
        day = days[run.file] = run.day or days.get(run.file, _UNDATED)
        clock = "" if is_twelve_hour(run) or not run.day else run.clock
        moments.append((day, clock, at, run))
    # A run without a time follows the one before it in its text.
    return [run for *_, run in _filled(moments)]


def _filled(moments: list[tuple[str, str, int, Run]]) -> list[tuple[str, str, int, Run]]:
    last: dict[tuple[str, str], str] = {}
    found = []
    for day, clock, at, run in moments:
        known = clock or last.get((run.file, day), "")
        last[run.file, day] = known
        found.append((day, known, at, run))
    return sorted(found, key=lambda one: one[:3])


def is_twelve_hour(run: Run) -> bool:
    """Whether its module wrote hours from 1 to 12, so that its times are in no order."""
    builds = run.values.get("build", {})
    versions = [tuple(map(int, build.split(".")[:2])) for build in builds]
    return run.runs_backwards or any(version[:2] <= _TWELVE_HOURS for version in versions)
