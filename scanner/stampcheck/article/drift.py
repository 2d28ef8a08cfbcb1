"""What a newer copy of an article changed, and which rules and causes to review. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from stampcheck.article.markdown import Article, Sentence
from stampcheck.article.replacement import by_heading, replacements
from stampcheck.article.table import Entry, Table
from stampcheck.model import RuleInfo, Runbook

State = Literal["unchanged", "moved", "gone"]
Places = Mapping[str, frozenset[str]]

_SHOWN: Final = 100
_CANDIDATES: Final = 10
_CMDLET: Final = re.compile(r"\b[A-Z][a-z]{1,20}-[A-Z][A-Za-z]{1,60}\b")


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence that is known, and where it stands now; ``gone``: changed, or taken out.

    ``instead`` holds the beginnings of what stands in its place, or is new under its heading.
    """

    anchor: str
    digest: str
    state: State
    now: tuple[str, ...] = ()
    about: str = ""
    instead: tuple[str, ...] = ()


class PassageFound(msgspec.Struct, frozen=True, omit_defaults=True):
    """A passage that a rule relies on."""

    rule: str
    passage: Found


class Unknown(msgspec.Struct, frozen=True):
    """A sentence of the newer copy that nobody knew under this heading: its beginning."""

    anchor: str
    kind: str
    digest: str
    text: str


class Review(msgspec.Struct, frozen=True):
    """A rule (or cause, or runbook) to look at again, and why."""

    id: str
    title: str
    reviewed: str
    why: str


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """All that differs between the article as it was reviewed and a newer copy of it."""

    article: str
    passages: tuple[PassageFound, ...]
    changed: tuple[Found, ...]
    unknown: tuple[Unknown, ...]
    new_headings: tuple[str, ...]
    lost_headings: tuple[str, ...]
    review: tuple[Review, ...]
    without_digest: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing drifted."""
        moved = any(one.passage.state != "unchanged" for one in self.passages)
        headings = self.new_headings or self.lost_headings
        return not (moved or self.changed or self.unknown or headings or self.review)


class _Compared:
    """The newer copy beside what is known of it."""

    def __init__(self, article: Article, table: Table | None, infos: Iterable[RuleInfo]) -> None:
        self.article = article
        self.table = table
        self.known = _known(table, infos)
        found: dict[str, set[str]] = defaultdict(set)
        for sentence in article.sentences:
            found[sentence.digest].add(sentence.anchor)
        self.found: Places = {word: frozenset(places) for word, places in found.items()}
        self.fresh = list(_unknown(article.sentences, self.known, self.found))
        self.instead = _instead(article, table)
        told = {(place[0], one) for place, some in self.instead.items() for one in some}
        self.unknown = tuple(
            Unknown(one.anchor, one.kind, one.digest, one.text[:_SHOWN])
            for one in self.fresh
            if (one.anchor, one.digest) not in told
        )
        self.news = list(dict.fromkeys(one.anchor for one in self.unknown))

    def look_for(self, anchor: str, digest: str, about: str = "") -> Found:
        """Where a known sentence stands now."""
        now = self.found.get(digest, frozenset())
        if anchor in now:
            return Found(anchor, digest, "unchanged", about=about)
        elsewhere = tuple(sorted(now - self.known.get(digest, frozenset())))
        if elsewhere:
            return Found(anchor, digest, "moved", elsewhere, about)
        return Found(anchor, digest, "gone", (), about, tuple(self._texts(anchor, digest)))

    def _texts(self, anchor: str, digest: str) -> list[str]:
        """What stands in its place; without a table, whose order tells, all that is new there."""
        own = [one for one in self.fresh if one.anchor == anchor]
        if self.table is not None:
            instead = self.instead.get((anchor, digest), ())
            own = [one for one in own if one.digest in instead]
        return [one.text[:_SHOWN] for one in own[:_CANDIDATES]]


def drift(
    name: str,
    article: Article,
    table: Table | None,
    infos: Sequence[RuleInfo],
    runbooks: Iterable[Runbook] = (),
) -> Drift:
    """Compare a newer copy with the table and with the passages of the rules that name it.

    A runbook is hit where new words name a cmdlet of its. What the old words named is not known,
    so a cmdlet that was only taken out leads to the runbooks of the table alone.
    """
    compared = _Compared(article, table, infos)
    abouts = {digest: entry.about for _, digest, entry in table.entries} if table else {}
    passages = tuple(
        PassageFound(info.id, compared.look_for(one.anchor, one.digest, abouts.get(one.digest, "")))
        for info in infos
        for one in info.passages
    )
    looked = [(entry, found) for entry, found in _entries(compared) if found.state != "unchanged"]
    known = frozenset(table.headings) if table else article.anchors
    return Drift(
        article=name,
        passages=passages,
        changed=tuple(found for _, found in looked),
        unknown=compared.unknown if table else (),
        new_headings=tuple(one.anchor for one in article.headings if one.anchor not in known),
        lost_headings=tuple(sorted(known - article.anchors)),
        review=tuple(_reviews(compared, infos, passages, looked, runbooks)),
        without_digest=tuple(info.id for info in infos if not info.passages),
    )


def _known(table: Table | None, infos: Iterable[RuleInfo]) -> Places:
    """The headings of every digest, by the table and by the rules."""
    known = {digest: set(places) for digest, places in table.places().items()} if table else {}
    for info in infos:
        for passage in info.passages:
            known.setdefault(passage.digest, set()).add(passage.anchor)
    return {digest: frozenset(places) for digest, places in known.items()}


def _instead(article: Article, table: Table | None) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """By heading and digest of what is gone, the digests that stand in its place."""
    if table is None:
        return {}
    now = by_heading(article.sentences)
    known: dict[str, list[str]] = defaultdict(list)
    for first, digest, entry in table.entries:
        for place in (first, *entry.also):
            known[place].append(digest)
    return {
        (anchor, digest): instead
        for anchor, own in known.items()
        for digest, instead in replacements(own, _digests(now.get(anchor, ()))).items()
    }


def _digests(sentences: Iterable[Sentence]) -> list[str]:
    # Each once: an article that says one thing a million times must not cost more.
    return list(dict.fromkeys(one.digest for one in sentences))


def _unknown(sentences: Iterable[Sentence], known: Places, found: Places) -> Iterator[Sentence]:
    """Sentences with new words, and known words that stand under one more heading than before."""
    seen: set[tuple[str, str]] = set()
    for one in sentences:
        places = known.get(one.digest, frozenset())
        has_moved = bool(places - found[one.digest])
        if one.anchor in places or has_moved or (one.anchor, one.digest) in seen:
            continue
        seen.add((one.anchor, one.digest))
        yield one


def _entries(compared: _Compared) -> Iterator[tuple[Entry, Found]]:
    """Each entry of the table at each of its headings, and where it stands now."""
    for anchor, digest, entry in compared.table.entries if compared.table else ():
        for place in (anchor, *entry.also):
            yield entry, compared.look_for(place, digest, entry.about)


def _reviews(
    compared: _Compared,
    infos: Sequence[RuleInfo],
    passages: Iterable[PassageFound],
    looked: Iterable[tuple[Entry, Found]],
    runbooks: Iterable[Runbook],
) -> Iterator[Review]:
    """What is hit most directly first, rules ahead of what else the table leads to; each once."""
    hits = (
        _by_passage(passages),
        _by_source(compared, infos),
        _by_entry(looked),
        _by_cmdlet(compared, runbooks),
        _by_section(compared),
    )
    rules = {info.id: info for info in infos}
    seen: set[str] = set()
    for hit in hits:
        why = {word: reason for word, reason in reversed(list(hit)) if word not in seen}
        seen |= why.keys()
        for word in sorted(why, key=lambda word: (word not in rules, word)):
            info = rules.get(word)
            yield Review(word, info.title if info else "", info.reviewed if info else "", why[word])


_Why = Iterator[tuple[str, str]]


def _by_passage(passages: Iterable[PassageFound]) -> _Why:
    for one in passages:
        if one.passage.state != "unchanged":
            yield one.rule, f"a passage that it relies on {_word(one.passage)}"


def _by_source(compared: _Compared, infos: Iterable[RuleInfo]) -> _Why:
    for info in infos:
        anchor = source_anchor(info)
        if anchor and anchor not in compared.article.anchors:
            yield info.id, f"the heading of its source is gone: {anchor}"


def _by_entry(looked: Iterable[tuple[Entry, Found]]) -> _Why:
    for entry, found in looked:
        for word in entry.maps:
            yield word, f"a sentence that leads to it {_word(found)}"


def _by_cmdlet(compared: _Compared, runbooks: Iterable[Runbook]) -> _Why:
    """Runbooks that use a cmdlet which new words name."""
    named = dict.fromkeys(word for one in compared.fresh for word in _CMDLET.findall(one.text))
    for runbook in runbooks:
        used = set(_CMDLET.findall("\n".join(step.powershell for step in runbook.steps)))
        shared = [word for word in named if word in used]
        if shared:
            words = f"{' and '.join(shared)}, which it uses"
            yield f"runbook:{runbook.id}", f"a passage that is new or changed names {words}"


def _by_section(compared: _Compared) -> _Why:
    """Rules and causes of a section that has new sentences."""
    by_heading = compared.table.by_heading() if compared.table else {}
    for anchor in compared.news:
        for entry in by_heading.get(anchor, ()):
            for word in entry.maps:
                if not word.startswith(("runbook:", "preflight:")):
                    yield word, f"there is a new sentence under {anchor}"


def _word(found: Found) -> str:
    return "was changed or is gone" if found.state == "gone" else "has moved"


def source_anchor(info: RuleInfo) -> str:
    """The heading that a rule names first; empty where it names none."""
    return info.source.partition(";")[0].strip().partition("#")[2]


def article_of(info: RuleInfo) -> str:
    """The file name of the article that a rule names first; empty where it names no file."""
    name = info.source.partition(";")[0].strip().partition("#")[0]
    return name if name.endswith(".md") else ""
