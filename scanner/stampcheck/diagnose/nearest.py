"""The causes whose signatures are like what went wrong, where none matches."""

from __future__ import annotations

import re
from typing import Final

from stampcheck.causes.catalogue import Catalogue
from stampcheck.diagnose.course import was_overcome
from stampcheck.diagnose.diagnosis import Line, Near
from stampcheck.diagnose.episode import Episode

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z']{2,40}")
_COMMON: Final = frozenset(
    (
        *("the", "and", "for", "with", "that", "was", "not", "this", "from", "has"),
        *("error", "failed", "registration", "azure", "stack"),
    )
)
_LEAST: Final = 0.3
_MOST: Final = 3
_MOST_TROUBLES: Final = 20


def nearest(episode: Episode, catalogue: Catalogue) -> list[Near]:
    """At most three, the most alike first."""
    samples = [
        (cause, sample, _words(sample))
        for cause in catalogue.causes.values()
        for one in cause.signatures
        for sample in one.samples
    ]
    found: dict[str, tuple[float, Near]] = {}
    for line in _troubles(episode):
        words = _words(line.text)
        for cause, sample, theirs in samples:
            score = _alike(words, theirs)
            if score >= _LEAST and score > found.get(cause.id, (0.0, None))[0]:
                near = Near(id=cause.id, title=cause.title, sample=sample[:300], line=line)
                found[cause.id] = (score, near)
    ordered = sorted(found.items(), key=lambda one: (-one[1][0], one[0]))
    return [near for _, (_, near) in ordered[:_MOST]]


def _troubles(episode: Episode) -> list[Line]:
    lines = [
        one.line
        for run in episode.runs
        for one in run.troubles
        if not was_overcome(run, one.stage, one.order) and run.index not in episode.overtaken
    ]
    return lines[:_MOST_TROUBLES]


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) - _COMMON


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one & other)
    return both / len(other) if both >= 2 else 0.0
