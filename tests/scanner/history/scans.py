"""Small scans as they are kept: what each stamp and rule came to, in a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stampcheck.engine import finding_id
from stampcheck.history.snapshot import Snapshot, Track, Value, digest_of
from stampcheck.model import UNCLAIMED

OUTCOMES = {"f": "fail", "u": "undetermined", "p": "pass", "n": "not-applicable"}


def taken(
    day: str,
    stamps: Mapping[str, Mapping[str, str]],
    *,
    rules: Sequence[str] = ("R-1", "R-2"),
    scan_id: str = "",
    only: bool = False,
    standing: str = "licensed",
) -> Snapshot:
    """A scan as of a day; ``stamps`` gives a letter for each rule of each stamp, such as
    ``{"a": {"R-1": "f"}}``, or ``"R-1/subject"`` for a finding about one.
    """
    values = {}
    for stamp, outcomes in stamps.items():
        own = Track(digest_of(f"stamp {stamp}"), stamp, "", "")
        values[own] = Value(state="active", standing=standing)
        for about, letter in outcomes.items():
            rule, _, subject = about.partition("/")
            track = Track(finding_id(rule, stamp, subject), stamp, rule, subject)
            values[track] = Value(outcome=OUTCOMES[letter], severity="high")
    letters = [letter for outcomes in stamps.values() for letter in outcomes.values()]
    row = {
        "scan_id": scan_id or digest_of(f"{day}{dict(stamps)}{rules}{only}")[:32],
        "as_of": f"{day}T00:00:00Z",
        "collected_at": f"{day}T00:00:00Z",
        "bundle_digest": "0" * 64,
        "tool_version": "0.1.0",
        "profile": "default",
        "is_complete": True,
        "is_narrowed": only,
        "stamps": len(stamps),
        "rules": len(rules),
        "failed": letters.count("f"),
        "undetermined": letters.count("u"),
        "passed": letters.count("p"),
        "not_applicable": letters.count("n"),
        "licensed": len(stamps),
        "expired": 0,
        "in_violation": 0,
        "not_proven": 0,
    }
    held = [*stamps] if only else [*stamps, UNCLAIMED]
    return Snapshot(row, held, list(rules), values)
