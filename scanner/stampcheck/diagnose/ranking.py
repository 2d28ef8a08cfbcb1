"""Which causes the runs show, how surely, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from stampcheck.diagnose.course import open_hits
from stampcheck.diagnose.diagnosis import Line
from stampcheck.diagnose.episode import Episode
from stampcheck.diagnose.runs import Hit, Run
from stampcheck.diagnose.stages import STAGES
from stampcheck.model import Cause, Likelihood

_WORDS: Final = tuple(Likelihood)
_WEAKEST: Final = len(_WORDS) - 1


class Candidate(msgspec.Struct):
    """A cause that runs show: how surely (0 the surest), in which run, since which message."""

    cause: Cause
    weakness: int
    run: Run
    first: int
    stage: str
    is_earlier: bool = False
    times: int = 0
    lines: list[Line] = []
    values: dict[str, str] = {}
    against: list[str] = []
    notes: list[str] = []

    @property
    def likelihood(self) -> Likelihood:
        """The word for how surely."""
        return _WORDS[min(self.weakness, _WEAKEST)]

    @property
    def order(self) -> tuple[bool, int, int, int, int, str]:
        """Sorts the likeliest first: of equally sure ones what came first."""
        line = self.lines[0].line if self.lines else 0
        return (self.is_earlier, self.weakness, self.run.index, self.first, line, self.cause.id)


def ranked(episode: Episode, unmarked: Iterable[str]) -> list[Candidate]:
    """The causes that the open failures show, the likeliest first.

    ``unmarked`` are the files that nothing marks as of this product.
    """
    weak = frozenset(unmarked)
    found: dict[str, Candidate] = {}
    for run in episode.open:
        for candidate in _candidates(run, open_hits(run), is_unmarked=run.file in weak):
            _merge(found, candidate, is_earlier=False)
    for run in reversed(episode.earlier):
        hits = [hit for hit in open_hits(run) if episode.passed(run, hit.stage) is None]
        for candidate in _candidates(run, hits, is_unmarked=run.file in weak):
            _merge(found, candidate, is_earlier=True)
    ordered = sorted(found.values(), key=lambda one: one.order)
    _settle(ordered)
    return sorted(ordered, key=lambda one: one.order)


def _candidates(run: Run, hits: Iterable[Hit], *, is_unmarked: bool) -> Iterator[Candidate]:
    for hit in hits:
        if not _has_company(run, hit):
            continue
        weakness, against = _weighed(hit)
        is_anyones = is_unmarked and hit.compiled.signature.is_general
        if is_anyones or weakness > _WEAKEST:
            continue
        if is_unmarked and 0 < weakness < _WEAKEST:
            # What is sure by itself needs no mark; the rest may be of another program.
            weakness = _WEAKEST
            against.append("nothing in the text says that it is of Azure Stack Hub")
        yield Candidate(
            hit.compiled.cause,
            weakness,
            run,
            hit.first,
            hit.stage,
            times=hit.times,
            lines=list(hit.lines),
            values=dict(hit.values),
            against=against,
        )


def _has_company(run: Run, hit: Hit) -> bool:
    """Whether all that has to stand beside a match does, and nothing that must not."""
    signature = hit.compiled.signature
    has_all = all(text in run.companions for text in signature.requires)
    return has_all and not any(text in run.companions for text in signature.excludes)


def _weighed(hit: Hit) -> tuple[int, list[str]]:
    """How surely a match at its place shows its cause, and what speaks against it."""
    signature = hit.compiled.signature
    weakness, against = _WORDS.index(signature.likelihood), []
    if signature.stages and hit.stage not in signature.stages:
        if hit.stage:
            weakness += 1
            usual = ", ".join(
                STAGES[one].title if one in STAGES else one for one in signature.stages
            )
            against.append(f"it arose at another step than usual ({usual})")
        elif weakness == 0:
            weakness = 1
            against.append("the text does not say at which step it arose")
    if signature.sessions and hit.session and hit.session not in signature.sessions:
        weakness += 1
        against.append(f"it was raised in another place than usual ({hit.session})")
    return weakness, against


def _merge(found: dict[str, Candidate], candidate: Candidate, *, is_earlier: bool) -> None:
    known = found.get(candidate.cause.id)
    if known is None:
        if is_earlier:
            candidate.is_earlier = True
            candidate.weakness = _WEAKEST
            candidate.notes.append(f"seen in an earlier run ({_named(candidate.run)}) only")
        found[candidate.cause.id] = candidate
        return
    if candidate.weakness < known.weakness and not is_earlier:
        known.weakness, known.against = candidate.weakness, candidate.against
    # Several signatures may match one message.
    known.times = max(known.times, candidate.times)
    places = {line.place for line in known.lines}
    known.lines += [line for line in candidate.lines if line.place not in places]
    known.values = known.values | {
        name: value for name, value in candidate.values.items() if name not in known.values
    }


def _settle(ordered: list[Candidate]) -> None:
    """Only the first failure can be certain: what follows it may be its after-effect."""
    if not ordered:
        return
    lead = ordered[0]
    for one in ordered[1:]:
        if one.weakness == 0:
            one.weakness = 1
            one.notes.append(
                f"may be an after-effect of {lead.cause.id}, which came first"
                if (one.run.index, one.first) != (lead.run.index, lead.first)
                else f"the same message shows {lead.cause.id} too"
            )


def _named(run: Run) -> str:
    return run.time or f"{run.file}:{run.first}"
