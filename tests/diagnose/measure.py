"""Measures the catalogue on the corpus: ``python -m tests.diagnose.measure``.

A text is right where the cause that comes first is the expected one or one of its alternates.
*Precision* is the share of right ones among the texts of which any cause was claimed, negatives
included; *recall* the share of texts that list the expected cause at any rank; *top-1* the share of
right texts; *calibration* the share of right ones among first causes, by the word they bear; a
*false claim* is a negative of which any cause was claimed.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.causes.catalogue import load
from stampcheck.diagnose import Diagnosis, diagnose, text_source
from stampcheck.model import Likelihood

HERE: Final = Path(__file__).parent
NOTHING: Final = "NONE"
"""An alternate that says: claiming nothing is right too."""


class Expected(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a text of the corpus shows."""

    file: str
    cause: str
    also: tuple[str, ...] = ()
    likelihood: Likelihood | None = None
    values: dict[str, str] = {}
    recovered: tuple[str, ...] = ()
    held_out: bool = False


class Result(msgspec.Struct, frozen=True):
    """What was claimed of a text; without an expectation it is a negative."""

    file: str
    diagnosis: Diagnosis
    expected: Expected | None = None

    @property
    def first(self) -> str:
        """The cause that came first; ``NOTHING`` where none was claimed."""
        return self.diagnosis.causes[0].id if self.diagnosis.causes else NOTHING

    @property
    def is_right(self) -> bool:
        """Whether what came first may come first."""
        if self.expected is None:
            return self.first == NOTHING
        return self.first in (self.expected.cause, *self.expected.also)

    @property
    def is_found(self) -> bool:
        """Whether the expected cause is claimed at any rank."""
        wanted = {self.expected.cause, *self.expected.also} if self.expected else set()
        return bool(wanted & {one.id for one in self.diagnosis.causes}) or self.is_right


class Measured(msgspec.Struct, frozen=True):
    """The shares, from 0 to 1; ``false_claims`` names files; ``calibration`` is by word."""

    texts: int
    precision: float
    recall: float
    top_1: float
    values: float
    recovered: float
    calibration: dict[str, tuple[int, int]]
    false_claims: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]


def expectations() -> tuple[Expected, ...]:
    """What the texts of the corpus show, as their file says."""
    content = tomllib.loads((HERE / "expected.toml").read_text("utf-8"))
    return msgspec.convert(content["texts"], tuple[Expected, ...])


def text_of(file: Path) -> str:
    """A text of the corpus, whatever it was written with."""
    content = file.read_bytes()
    if content.startswith(b"\xff\xfe"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def results(wanted: Iterable[Expected]) -> list[Result]:
    """The diagnosis of each text of the corpus."""
    return [Result(one.file, _diagnosis(HERE / "corpus" / one.file), one) for one in wanted]


def negatives() -> list[Result]:
    """The diagnosis of each text of which nothing may be claimed."""
    files = sorted((HERE / "negatives").iterdir())
    return [Result(file.name, _diagnosis(file)) for file in files]


def measured(positive: Sequence[Result], negative: Sequence[Result]) -> Measured:
    """The shares over texts of the corpus and negatives."""
    claimed = [one for one in (*positive, *negative) if one.first != NOTHING]
    right = [one for one in positive if one.is_right]
    return Measured(
        texts=len(positive),
        precision=_share(sum(one.is_right for one in claimed), len(claimed)),
        recall=_share(sum(one.is_found for one in positive), len(positive)),
        top_1=_share(len(right), len(positive)),
        values=_values(positive),
        recovered=_recovered(positive),
        calibration={word.value: _calibration(claimed, word) for word in Likelihood},
        false_claims=tuple(one.file for one in negative if one.first != NOTHING),
        wrong=tuple((one.file, one.first) for one in positive if not one.is_right),
    )


def _diagnosis(file: Path) -> Diagnosis:
    return diagnose([text_source(file.name, text_of(file))], load())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _values(positive: Iterable[Result]) -> float:
    """The share of expected values that the first cause bears."""
    found = [
        one.diagnosis.causes[0].values.get(name) == value if one.diagnosis.causes else False
        for one in positive
        if one.expected
        for name, value in one.expected.values.items()
    ]
    return _share(sum(found), len(found))


def _recovered(positive: Iterable[Result]) -> float:
    """The share of overcome troubles that are told as such, and as no cause."""
    found = [
        name in {seen.id for seen in one.diagnosis.recovered}
        and name not in {cause.id for cause in one.diagnosis.causes}
        for one in positive
        if one.expected
        for name in one.expected.recovered
    ]
    return _share(sum(found), len(found))


def _calibration(claimed: Iterable[Result], word: Likelihood) -> tuple[int, int]:
    said = [one for one in claimed if one.diagnosis.causes[0].likelihood is word]
    return sum(one.is_right for one in said), len(said)


def _told(title: str, found: Measured) -> str:
    words = ", ".join(f"{word} {right}/{said}" for word, (right, said) in found.calibration.items())
    shares = ("precision", "recall", "top_1", "values", "recovered")
    lines = [
        f"{title}: {found.texts} texts",
        "".join(f"  {share} {getattr(found, share):.3f}" for share in shares),
        f"  right by word: {words}",
        f"  false claims: {len(found.false_claims)}",
        *(f"    {name}" for name in found.false_claims),
        *(f"  wrong: {name}: {first}" for name, first in found.wrong),
    ]
    return "\n".join(lines)


def main() -> None:
    """Print what was measured, the held-out texts apart."""
    wanted = expectations()
    negative = negatives()
    positive = results(wanted)
    seen = [one for one in positive if one.expected and not one.expected.held_out]
    held_out = [one for one in positive if one.expected and one.expected.held_out]
    sys.stdout.write(_told("Corpus", measured(seen, negative)) + "\n")
    sys.stdout.write(_told("Held out", measured(held_out, ())) + "\n")


if __name__ == "__main__":
    main()
