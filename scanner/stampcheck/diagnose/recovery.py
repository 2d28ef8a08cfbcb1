"""What went wrong and was overcome: by a retry, by a later step, or by a later run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stampcheck.diagnose.course import open_hits, overcome_hits, was_overcome
from stampcheck.diagnose.diagnosis import ShownRecovery
from stampcheck.diagnose.episode import Episode
from stampcheck.diagnose.runs import Hit, Run
from stampcheck.diagnose.stages import STAGES
from stampcheck.model import Likelihood


def recovered(episode: Episode) -> list[ShownRecovery]:
    """What is no cause any more, in the order of the runs; each thing once."""
    found: dict[tuple[str, str], ShownRecovery] = {}
    places: set[str] = set()
    for run in episode.runs:
        for one in (*_of_run(run), *_of_later(run, episode)):
            if one.lines and one.lines[0].place in places:
                # A weaker signature of the same line.
                continue
            places.update(line.place for line in one.lines)
            known = found.setdefault((one.id, one.how), one)
            if known is not one:
                known.lines += one.lines
    return list(found.values())


def _of_run(run: Run) -> Iterator[ShownRecovery]:
    told = set()
    for hit in _surest(overcome_hits(run)):
        cause = hit.compiled.cause
        told.add(hit.stage)
        where = f"step {hit.stage} went on" if hit.stage else "the run went on"
        yield ShownRecovery(
            id=cause.id, title=cause.title, how=f"{where} afterwards", lines=list(hit.lines)
        )
    for stage, track in run.tracks.items():
        is_overcome = track.refused >= 0 and was_overcome(run, stage, track.refused)
        if is_overcome and stage not in told:
            title = STAGES[stage].title
            how = "it was tried again and succeeded"
            yield ShownRecovery(id=stage, title=title, how=how, lines=list(track.lines))


def _of_later(run: Run, episode: Episode) -> Iterator[ShownRecovery]:
    """What a later run of the same function did, or got past."""
    done = episode.overtaken.get(run.index)
    for hit in _surest(open_hits(run)):
        later = done or episode.passed(run, hit.stage)
        if later is not None:
            place = f"({later.file}:{later.last})" if done else f"({later.file}:{later.first})"
            did = "succeeded" if done else f"got past step {hit.stage}"
            cause = hit.compiled.cause
            how = f"a later run {did} {place}"
            yield ShownRecovery(id=cause.id, title=cause.title, how=how, lines=list(hit.lines))


def _surest(hits: Iterable[Hit]) -> list[Hit]:
    """By their first message, of one message the surest first."""
    words = list(Likelihood)
    return sorted(hits, key=lambda hit: (hit.first, words.index(hit.compiled.signature.likelihood)))
