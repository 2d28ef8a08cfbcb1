"""The profile: which rules judge, with which thresholds and severities (``profile.toml``)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.model import Severity
from stampcheck.tomlfile import Check, TomlFile, one_of, whole, words
from stampcheck.values import ExpiryWindows


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a scan. ``disable`` and ``severities`` go by rule id, ``max_age_days`` is the age
    at which a document no longer proves a pass, ``max_waiver_days`` how long a waiver may hold,
    ``require`` names packages that must have brought rules. ``only`` limits the rules; empty means
    all.
    """

    name: str = "default"
    only: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    severities: dict[str, Severity] = {}
    windows: ExpiryWindows = ExpiryWindows()
    max_age_days: int = 30
    max_waiver_days: int = 365
    fail_on: Severity = Severity.MEDIUM
    require: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over the settings, for the identity of a scan."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


_SEVERITY: Final = one_of(*(severity.value for severity in Severity))


def _severity(value: Any) -> Severity:  # noqa: ANN401 (TOML)
    return Severity(_SEVERITY(value))


def _table(value: Any) -> dict[str, Any]:  # noqa: ANN401 (TOML)
    if isinstance(value, dict):
        return value
    raise ValueError("expected a table")


_TOP: Final[Mapping[str, Check]] = {
    "schema": whole(1, 1),
    "max_age_days": whole(1, 3650),
    "max_waiver_days": whole(1, 3650),
    "fail_on": _severity,
    "require": words,
    "rules": _table,
    "severity": _table,
    "expiry_days": _table,
}
_RULES: Final[Mapping[str, Check]] = {"only": words, "disable": words}
_EXPIRY: Final[Mapping[str, Check]] = {word: whole(0, 3650) for word in ("high", "medium", "low")}


def read_profile(path: Path) -> Profile:
    """Read and check a profile; ``UsageError`` names line, key, value and what is allowed.

    Rule ids are checked by whoever has the rules.
    """
    file = TomlFile(path)
    top = file.table(file.data, _TOP, "")
    rules = file.table(top.pop("rules", {}), _RULES, "rules")
    severities = top.pop("severity", {})
    checks = dict.fromkeys(severities, _severity)
    windows = ExpiryWindows(**file.table(top.pop("expiry_days", {}), _EXPIRY, "expiry_days"))
    if not windows.high <= windows.medium <= windows.low:
        raise file.error(
            file.line_of("expiry_days", 0),
            f"the windows must grow: high ({windows.high}) <= medium ({windows.medium}) "
            f"<= low ({windows.low}).",
        )
    top.pop("schema", None)
    return Profile(
        name=path.name,
        severities=file.table(severities, checks, "severity"),
        windows=windows,
        **rules,
        **top,
    )
