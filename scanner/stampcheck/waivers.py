"""The waivers file: accepted risks, each with who owns and approved it, why and until when.

[[waiver]]
rule = "AZS-PR-001"
stamp = "ams-01"
owner = "Storage team"
approver = "Chief risk officer"
reason = "The lock is set again after the migration."
ticket = "RISK-118"
accepted = 2026-11-02
expires = 2027-01-31
evidence = "0123456789abcdef0123456789abcdef"
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.model import UNCLAIMED
from stampcheck.tomlfile import Check, TomlFile, day, nearest, no_stamp, sentence, tables, whole
from stampcheck.waiver import EVERYTHING, Waiver

_FINGERPRINT: Final = re.compile("[0-9a-f]{32}")
_REQUIRED: Final = (
    "rule",
    "owner",
    "approver",
    "reason",
    "ticket",
    "accepted",
    "expires",
    "evidence",
)


def _evidence(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (TOML)
    listed = value if isinstance(value, list) else [value]
    if listed and all(isinstance(one, str) and _FINGERPRINT.fullmatch(one) for one in listed):
        return tuple(dict.fromkeys(listed))
    raise ValueError(
        "expected a fingerprint of 32 hex digits, or a list of them; 'stampcheck waivers add' "
        "writes them"
    )


_CHECKS: Final[Mapping[str, Check]] = {
    "rule": sentence,
    "stamp": sentence,
    "tag": sentence,
    "subject": sentence,
    "owner": sentence,
    "approver": sentence,
    "reason": sentence,
    "ticket": sentence,
    "accepted": day,
    "expires": day,
    "evidence": _evidence,
}


class WaiverFile(msgspec.Struct, frozen=True):
    """The waivers of a file, in its order."""

    path: str
    waivers: tuple[Waiver, ...]

    def check_stamps(self, known: Collection[str]) -> None:
        """Raise ``UsageError`` where a waiver is about a stamp that nobody knows."""
        names = {name.casefold() for name in known} | {UNCLAIMED, EVERYTHING, ""}
        for one in self.waivers:
            if one.stamp.casefold() not in names:
                raise no_stamp(f"{self.path}:{one.line}", one.stamp, known, "waiver")


def read_waivers(path: Path, *, longest: int, today: date, rules: Collection[str]) -> WaiverFile:
    """Read and check a waivers file; ``UsageError`` names line, key, value and what is allowed.

    ``longest`` is how many days a waiver may hold (profile), ``rules`` are the rules that exist.
    """
    file = TomlFile(path)
    top = file.table(file.data, {"schema": whole(1, 1), "waiver": tables("waiver")}, "")
    waivers: list[Waiver] = []
    for number, table in enumerate(top.get("waiver", [])):
        waiver = _waiver(file, number, table)
        _check_rule(file, number, waiver, rules)
        _check_dates(file, number, waiver, longest, today)
        _check_doubles(file, number, waiver, waivers)
        waivers.append(waiver)
    return WaiverFile(str(path), tuple(waivers))


def _waiver(file: TomlFile, number: int, table: dict[str, Any]) -> Waiver:
    kept = file.table(table, _CHECKS, "waiver", number)
    line = file.line_of("waiver", number)
    for key in _REQUIRED:
        if key not in kept:
            raise file.error(line, f"this [[waiver]] has no {key}; it is required.")
    if ("stamp" in kept) == ("tag" in kept):
        raise file.error(line, "this [[waiver]] must name either a stamp or a tag.")
    if kept["owner"].casefold() == kept["approver"].casefold():
        raise file.error(
            file.line_of("waiver", number, "approver"),
            f"approver = {kept['approver']!r}: is the owner too; somebody else has to approve.",
        )
    return Waiver(**kept, line=line)


def _check_rule(file: TomlFile, number: int, waiver: Waiver, rules: Collection[str]) -> None:
    if waiver.rule not in rules and waiver.rule != EVERYTHING:
        raise file.error(
            file.line_of("waiver", number, "rule"),
            f"there is no rule {waiver.rule!r}{nearest(waiver.rule, list(rules))}",
        )


def _check_dates(file: TomlFile, number: int, waiver: Waiver, longest: int, today: date) -> None:
    if waiver.accepted > today:
        raise file.error(
            file.line_of("waiver", number, "accepted"),
            f"accepted = {waiver.accepted}: lies after {today}; expected the day on which it was "
            "accepted.",
        )
    line = file.line_of("waiver", number, "expires")
    if waiver.expires < waiver.accepted:
        raise file.error(
            line, f"expires = {waiver.expires}: lies before it was accepted ({waiver.accepted})."
        )
    last = waiver.accepted + timedelta(days=longest)
    if waiver.expires > last:
        raise file.error(
            line,
            f"expires = {waiver.expires}: a waiver holds for {longest} days at most "
            f"(max_waiver_days of the profile), so expected {last} or earlier.",
        )


def _check_doubles(file: TomlFile, number: int, waiver: Waiver, earlier: list[Waiver]) -> None:
    for other in earlier:
        if other.id == waiver.id:
            raise file.error(
                file.line_of("waiver", number),
                f"there are two waivers for {waiver.about}, the other in line {other.line}; "
                "keep one.",
            )
