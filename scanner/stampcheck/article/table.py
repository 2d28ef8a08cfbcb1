"""Reads the table of an article: what each of its sentences leads to. Strict, as the catalogue is.

A table holds no sentence of the article, only digests and words of our own.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from stampcheck.errors import RunError


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence: what it is about, and what it maps to (or why to nothing).

    ``maps`` holds ids of rules and words with a prefix: ``cause:``, ``runbook:``, ``preflight:``.
    ``also`` names further headings under which the same words stand.
    """

    about: str
    maps: tuple[str, ...] = ()
    none: str = ""
    also: tuple[str, ...] = ()


class Preflight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A check before a registration, and what makes it: rules, ``command:``, ``runbook:``..."""

    title: str
    by: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of one article: its headings in their order, with an entry for each digest.

    ``whole`` is a digest of all digests, so that no entry is lost or mistyped unnoticed.
    """

    article: str
    reviewed: str
    whole: str
    preflight: dict[str, Preflight]
    headings: dict[str, dict[str, Entry]]

    @property
    def entries(self) -> Iterator[tuple[str, str, Entry]]:
        """Every entry with its first heading and its digest."""
        for anchor, entries in self.headings.items():
            for digest, entry in entries.items():
                yield anchor, digest, entry

    def places(self) -> Mapping[str, frozenset[str]]:
        """The headings under which each digest is known to stand."""
        return {digest: frozenset((first, *one.also)) for first, digest, one in self.entries}

    def by_heading(self) -> Mapping[str, list[Entry]]:
        """The entries that stand under each heading."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for anchor, _, entry in self.entries:
            for place in (anchor, *entry.also):
                found[place].append(entry)
        return found


@functools.cache
def load() -> Mapping[str, Table]:
    """The tables that come with stampcheck, by the file name of the article."""
    data = (files(__package__) / "data").iterdir()
    tables = [read(file) for file in data if file.name.endswith(".toml")]
    return {table.article: table for table in tables}


def read(file: Traversable) -> Table:
    """Read one table; a fault is one sentence that names the file."""
    try:
        table = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Table)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RunError(f"{file.name}: {error}.") from error
    except OSError as error:
        raise RunError(f"{file.name}: cannot be read ({error.strerror}).") from error
    for fault in _faults(table):
        raise RunError(f"{file.name}: {fault}.")
    return table


def _faults(table: Table) -> Iterator[str]:
    seen: set[str] = set()
    for anchor, digest, entry in table.entries:
        if digest in seen:
            yield f"{digest} stands twice"
        if not entry.about.strip() or bool(entry.maps) == bool(entry.none):
            yield f"{digest} must say what it is about, and either maps or none"
        unknown = [place for place in (anchor, *entry.also) if place not in table.headings]
        if unknown:
            yield f"{digest} stands under {unknown[0]!r}, which is no heading"
        seen.add(digest)
    whole = digest_of(seen)
    if whole != table.whole:
        yield f"its entries make the whole {whole}, not {table.whole}"


def digest_of(digests: Iterable[str]) -> str:
    """Sixteen hex digits of a set of digests, whatever their order."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()[:16]
