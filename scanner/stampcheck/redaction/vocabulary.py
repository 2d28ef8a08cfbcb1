"""The words of stampcheck's own texts: a name that stands in them cannot be told from them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import msgspec

from stampcheck.record import Scan

_WORD: Final = re.compile(r"\w+")
_SUFFIXES: Final = (".py", ".toml", ".html", ".css", ".js", ".json", ".ps1", ".sh")
# The names of the demo and of the sample scan are those of a fleet.
_LEFT_OUT: Final = ("demo", "testing", "__pycache__")
_TEXTS: Final = ("rules", "facts", "causes", "runbooks", "packages", "permissions")
_MORE_TEXTS: Final = ("document_titles", "placeholders", "contradictions", "state_runbooks")


class Vocabulary:
    """Texts that say nothing of anybody; a name is in it where it stands in them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = "\n".join(texts).lower()
        self._words = frozenset(_WORD.findall(self._text))

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or not self._words.issuperset(_WORD.findall(name)):
            return False
        return name in self._words or name in self._text


def vocabulary(packages: Iterable[str], scan: Scan | None = None) -> Vocabulary:
    """The texts in the files of these packages, and those that rules and causes gave to a scan."""
    texts = [text for package in packages for text in _package(package)]
    if scan is not None:
        told = {name: getattr(scan, name) for name in (*_TEXTS, *_MORE_TEXTS)}
        texts.append(msgspec.json.encode(told).decode())
    return Vocabulary(texts)


@functools.cache
def _package(package: str) -> tuple[str, ...]:
    return tuple(_texts(resources.files(package)))


def _texts(folder: Traversable) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name not in _LEFT_OUT:
            yield from _texts(entry)
        elif entry.name.endswith(_SUFFIXES):
            yield entry.read_text("utf-8")
