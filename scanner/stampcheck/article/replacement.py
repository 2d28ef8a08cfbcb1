"""What stands in an article where something else stood: new sentences beside those that are gone.

Only digests of the old words are known, so sentences are told apart by their order. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from stampcheck.article.markdown import Sentence

Pairs = dict[str, tuple[str, ...]]


def replacements(known: Sequence[str], now: Sequence[str]) -> Pairs:
    """Of the digests under one heading: by each that is gone, those that stand in its place."""
    fresh = set(now) - set(known)
    found: Pairs = {}
    matcher = SequenceMatcher(None, known, now, autojunk=False)
    for kind, first, end, first_now, end_now in matcher.get_opcodes():
        if kind == "replace":
            instead = tuple(one for one in now[first_now:end_now] if one in fresh)
            lost = [one for one in known[first:end] if one not in now]
            found.update(_shared(lost, instead))
    return found


def _shared(lost: Sequence[str], instead: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """As many as are gone: each its own. Else nobody can tell, so each is shown all of them."""
    for place, one in enumerate(lost):
        yield one, instead[place : place + 1] if len(lost) == len(instead) else instead


def by_heading(sentences: Iterable[Sentence]) -> dict[str, list[Sentence]]:
    """The sentences under each heading, in their order."""
    found: dict[str, list[Sentence]] = defaultdict(list)
    for one in sentences:
        found[one.anchor].append(one)
    return found
