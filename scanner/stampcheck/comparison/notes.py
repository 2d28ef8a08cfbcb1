"""What differs in how two scans were made: versions, rules, profile, date, evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stampcheck.model import listed
from stampcheck.record import Scan

_SHOWN = 8


def notes(old: Scan, new: Scan, redeployed: Sequence[str]) -> list[str]:
    """A sentence for each thing that differs, none where both scans were made alike."""
    return [
        *_of_versions(old, new),
        *_of_rules(old, new),
        *_of_scope(old, new),
        *_of_profile(old, new),
        *_of_evidence(old, new),
        *(f"{name} has another Cloud ID than it had under that name." for name in redeployed),
    ]


def _of_versions(old: Scan, new: Scan) -> Iterator[str]:
    if old.tool_version != new.tool_version:
        yield f"stampcheck {old.tool_version} -> {new.tool_version}."
    before = {package.name: package.version for package in old.packages}
    now = {package.name: package.version for package in new.packages}
    for name in sorted(before | now):
        if before.get(name) != now.get(name):
            was, is_now = before.get(name, "not installed"), now.get(name, "not installed")
            yield f"Package {name}: {was} -> {is_now}."


def _of_rules(old: Scan, new: Scan) -> Iterator[str]:
    before, now = {rule.id for rule in old.rules}, {rule.id for rule in new.rules}
    if gone := sorted(before - now):
        yield f"Rules of the old scan only: {listed(gone, _SHOWN)}."
    if added := sorted(now - before):
        yield f"Rules of the new scan only: {listed(added, _SHOWN)}."


def _of_scope(old: Scan, new: Scan) -> Iterator[str]:
    for word, one in (("old", old), ("new", new)):
        if one.only and set(old.only) != set(new.only):
            number = f"{one.stamp_count:,} stamp{'' if one.stamp_count == 1 else 's'}"
            yield f"The {word} scan was asked for {number} only; of the others nothing is told."


def _of_profile(old: Scan, new: Scan) -> Iterator[str]:
    if old.profile != new.profile:
        yield f"Profile: {old.profile} -> {new.profile}."
    settings = (
        *((f"expiry_days.{word}", old.expiry_days.get(word), days) for word, days in _days(new)),
        ("max_age_days", old.max_age_days, new.max_age_days),
        ("fail_on", old.fail_on, new.fail_on),
        *_severities(old, new),
    )
    for name, before, now in settings:
        if before != now:
            yield f"{name}: {before} -> {now}."


def _days(scan: Scan) -> list[tuple[str, int]]:
    return sorted(scan.expiry_days.items())


def _severities(old: Scan, new: Scan) -> Iterator[tuple[str, str, str]]:
    before = {rule.id: rule.severity for rule in old.rules}
    for rule in new.rules:
        if rule.id in before:
            yield f"severity of {rule.id}", before[rule.id], rule.severity


def _of_evidence(old: Scan, new: Scan) -> Iterator[str]:
    if old.as_of != new.as_of:
        yield f"Judged as of {old.as_of} -> {new.as_of}."
    if old.bundle.digest == new.bundle.digest:
        yield "Both scans judged the same bundle."
    if not old.complete or not new.complete:
        yield "A collection was interrupted, so that a part of its evidence is missing."
    if old.bundle.inventory != new.bundle.inventory:
        was, is_now = old.bundle.inventory or "none", new.bundle.inventory or "none"
        yield f"Inventory: {was} -> {is_now}."
