"""The table in ``later.md``: every line of the comparison of the demo's two audits."""

from __future__ import annotations

from pathlib import Path

from stampcheck.change import Change, Comparison

PATH = Path(__file__).parent / "later.md"
COLUMNS = ("change", "stamp", "rule", "subject", "was", "is", "why")


def told(comparison: Comparison) -> list[str]:
    """The lines of a comparison, in its order."""
    return ["| " + " | ".join(_cells(change)) + " |" for change in comparison.changes]


def _cells(change: Change) -> tuple[str, ...]:
    stamp = f"{change.stamp} (was {change.old_stamp})" if change.old_stamp else change.stamp
    facts = ", ".join(fact.fact for one in change.why for fact in one.facts)
    kinds = ", ".join(one.why.value for one in change.why)
    return (
        change.change.value + (" (worse)" if change.worse else ""),
        stamp,
        change.rule,
        change.subject.rpartition("/")[2],
        change.old.word if change.old else "",
        change.new.word if change.new else "",
        f"{kinds}: {facts}" if facts else kinds,
    )


def expected() -> list[str]:
    """The lines of the table."""
    lines = PATH.read_text(encoding="utf-8").splitlines()
    start = lines.index("|" + "---|" * len(COLUMNS)) + 1
    return lines[start:]


def accept(lines: list[str]) -> None:
    """Write the table anew, to be read line by line."""
    text = PATH.read_text(encoding="utf-8").splitlines()
    start = text.index("|" + "---|" * len(COLUMNS)) + 1
    PATH.write_text("\n".join([*text[:start], *lines]) + "\n", encoding="utf-8")
