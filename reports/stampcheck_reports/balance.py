"""What the head of a page says of a scan: the headline, the range of compliance and the bars."""

from __future__ import annotations

from typing import Final, NamedTuple

from stampcheck.record import Counts, Scan

OUTCOME_WORDS: Final = (
    ("failed", "fail", "Failed"),
    ("undetermined", "undetermined", "Undetermined"),
    ("passed", "pass", "Passed"),
    ("not_applicable", "not-applicable", "Not applicable"),
)
_BAR: Final = 1000
_LEAST: Final = 6


class Headline(NamedTuple):
    """The verdict on the whole scan: its tone (an outcome), the range of compliance in one line,
    the sentence that counts, and what to add to it.
    """

    tone: str
    range: str
    text: str
    notes: tuple[str, ...]


class Segment(NamedTuple):
    """One outcome of a balance and its place on a bar that is 1000 wide."""

    outcome: str
    word: str
    number: int
    start: int
    width: int


def headline(scan: Scan) -> Headline:
    """Green only where nothing fails, nothing is undetermined and something was evaluated."""
    notes = _notes(scan)
    tone, text = _verdict(scan, is_whole=not notes)
    return Headline(tone, compliance(scan.pairs), text, notes)


def _verdict(scan: Scan, *, is_whole: bool) -> tuple[str, str]:
    """The tone and the sentence."""
    open_ = scan.pairs.undetermined + scan.unclaimed_findings.undetermined
    if scan.pairs.failed + scan.unclaimed_findings.failed:
        return "fail", _failed_text(scan)
    if not scan.pairs.total:
        return "undetermined", "Nothing was evaluated, so nothing is proven."
    if open_:
        return "undetermined", f"No failure was found, but {_pairs(open_)} could not be determined."
    if not is_whole:
        return "undetermined", "No failure was found in incomplete evidence."
    return "pass", "Every rule passes or does not apply, on every stamp."


def _failed_text(scan: Scan) -> str:
    parts = []
    if scan.pairs.failed:
        parts.append(f"{_pairs(scan.pairs.failed)} failed")
    if scan.pairs.undetermined:
        parts.append(f"{_pairs(scan.pairs.undetermined)} could not be determined")
    if scan.unclaimed_findings.failed:
        number = scan.unclaimed_findings.failed
        noun = "finding" if number == 1 else "findings"
        parts.append(f"{number:,} {noun} on unclaimed registrations failed")
    return _sentence(parts)


def _sentence(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else f"{parts[0]}."


def _pairs(number: int) -> str:
    return f"{number:,} {'pair' if number == 1 else 'pairs'}"


def _notes(scan: Scan) -> tuple[str, ...]:
    notes = []
    if not scan.bundle.complete:
        notes.append("The collection of the evidence was interrupted; stamps may be missing.")
    elif not scan.complete:
        notes.append("The scan was interrupted: not every stamp was judged.")
    return tuple(notes)


def compliance(pairs: Counts) -> str:
    """The share of pairs that comply, as a range, with what is not proven beside it."""
    judged = pairs.total - pairs.not_applicable
    if not judged:
        return "Nothing could be judged"
    low = 100 * pairs.passed // judged
    high = 100 * (pairs.passed + pairs.undetermined) // judged
    if not pairs.undetermined:
        return f"{low} % compliant, everything proven"
    unproven = f"{high - low} %" if high > low else "under 1 %"
    share = f"{low} to {high} %" if high > low else f"{low} %"
    return f"{share} compliant, {unproven} not proven"


def coverage(pairs: Counts) -> str:
    """How much of what had to be proven was proven, rounded down."""
    judged = pairs.total - pairs.not_applicable
    proven = judged - pairs.undetermined
    if not judged:
        return "0 %"
    return f"{100 * proven // judged} %"


def segments(counts: Counts) -> list[Segment]:
    """The outcomes of a balance, worst first; one that occurs at all is wide enough to see."""
    numbers = [getattr(counts, name) for name, _, _ in OUTCOME_WORDS]
    widths = [max(_LEAST, _BAR * number // counts.total) if number else 0 for number in numbers]
    if any(widths):
        widths[widths.index(max(widths))] += _BAR - sum(widths)
    return [
        Segment(outcome, word, number, sum(widths[:place]), widths[place])
        for place, ((_, outcome, word), number) in enumerate(
            zip(OUTCOME_WORDS, numbers, strict=True)
        )
    ]
