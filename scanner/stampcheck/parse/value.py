"""Single values out of hostile JSON: each reader gives a value, or raises ``Unreadable``.

Nothing is guessed: null, the wrong type, an unfamiliar word or a date in a local format is a
reason, never a value.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from stampcheck.model import Reason
from stampcheck.parse.shape import ABSENT, CONFLICT, as_mapping, fold
from stampcheck.values import Expiry, ResourceId

E = TypeVar("E", bound=StrEnum)

_GUID: Final = re.compile(
    r"[{(]?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[})]?",
    re.IGNORECASE | re.ASCII,
)
_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s?"
    r"(Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE | re.ASCII,
)
_TICKS: Final = re.compile(r"\\?/Date\((-?\d{1,18})(?:[+-]\d{4})?\)\\?/", re.ASCII)
_LOCAL_NEVER: Final = re.compile(
    r"(?:[0-3]?\d[/.-][0-3]?\d[/.-]9999|9999([/.-])[01]?\d\1[0-3]?\d)"
    r"(?:\s[\d:.]{1,16}(?:\s[AP]\.?M\.?)?)?",
    re.IGNORECASE | re.ASCII,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER_YEAR: Final = 9999
_NEVER_MS: Final = 253_370_764_800_000
_NOT_SET_MS: Final = -62_104_060_800_000
_SHOWN: Final = 60
_PSEUDONYM: Final = re.compile(
    r"(?:SUB|TENANT|CLOUD|DEPLOYMENT|OBJECT|ID)-(?:[0-9]{1,9}|[A-Z]{1,7})", re.IGNORECASE | re.ASCII
)
_NO_GUID: Final = "00000000-0000-0000-0000-000000000000"


class Unreadable(Exception):  # noqa: N818 (a state of knowledge, not an error)
    """A value that cannot be taken as evidence, and why."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def shown(value: object) -> str:
    """A short form of a hostile value, fit for a sentence."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def malformed(what: str, value: object) -> Unreadable:
    """The value is not what the field should hold."""
    return Unreadable(Reason.MALFORMED, f"{shown(value)} is not {what}")


def present(value: object) -> object:
    """The value itself; absence, null and an empty string are reasons."""
    if value is ABSENT:
        raise Unreadable(Reason.ABSENT_IN_ANSWER, "the answer does not have the field")
    if value is CONFLICT:
        raise Unreadable(Reason.AMBIGUOUS, "the field stands twice with two values")
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Unreadable(Reason.ABSENT_IN_ANSWER, "the field is empty")
    return value


def text(value: object) -> str:
    """A short string on one line, without blanks around it."""
    value = present(value)
    if not isinstance(value, str) or len(value) > 1024 or _CONTROL.search(value.strip()):
        raise malformed("a short text on one line", value)
    return value.strip()


def guid(value: object) -> str:
    """A GUID in any spelling, as 36 lower-case characters, or what stands for one in a bundle with
    pseudonyms. All zeros mean not set.
    """
    value = present(value)
    if isinstance(value, str) and is_pseudonym(value):
        return value.strip().lower()
    normal = _normal_guid(value) if isinstance(value, str) and len(value) < 64 else ""
    if not normal:
        raise malformed("a GUID", value)
    if normal == _NO_GUID:
        raise Unreadable(Reason.ABSENT_IN_ANSWER, "the GUID is all zeros, which means not set")
    return normal


def is_pseudonym(text: str) -> bool:
    """Whether a text stands for a GUID in a bundle with pseudonyms, such as SUB-A or CLOUD-1."""
    return len(text) < 64 and _PSEUDONYM.fullmatch(text.strip()) is not None


@functools.lru_cache(maxsize=1024)
def _normal_guid(text: str) -> str:
    """The one spelling of a GUID, or nothing; one stamp's evidence holds few, each many times."""
    match = _GUID.fullmatch(text.strip())
    return "-".join(match.groups()).lower() if match else ""


def is_empty(value: object) -> bool:
    """Whether a field that holds a GUID says that there is none: absent, null, blank, zeros."""
    return value is ABSENT or value is None or (isinstance(value, str) and not value.strip("0-{} "))


def boolean(value: object) -> bool:
    """True or false; PowerShell's depth strings spell them as words."""
    value = present(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise malformed("true or false", value)


def resource_id(value: object) -> ResourceId:
    """An ARM resource id."""
    value = present(value)
    parsed = ResourceId.parse(value.strip()) if isinstance(value, str) else None
    if parsed is None:
        raise malformed("a resource id (/subscriptions/...)", value)
    return parsed


def registration_id(value: object) -> ResourceId:
    """The resource id of a registration, and of nothing above or below it."""
    parsed = resource_id(value)
    if not parsed.is_registration:
        raise malformed("the resource id of a registration", value)
    return parsed


def member(kind: type[E]) -> Callable[[object], E]:
    """A reader of one of the known words, whatever their case; another word is ambiguous."""
    words = {word.value.lower(): word for word in kind}

    def read(value: object) -> E:
        value = present(value)
        if isinstance(value, str) and value.strip().lower() in words:
            return words[value.strip().lower()]
        known = ", ".join(word.value for word in kind)
        raise Unreadable(Reason.AMBIGUOUS, f"{shown(value)} is none of {known}")

    return read


def moment(value: object) -> datetime:
    """A date in UTC; 'never' and 'not set' are reasons here. See ``expiry``."""
    found = expiry(value).at
    if found is None:
        raise malformed("a date", value)
    return found


def expiry(value: object) -> Expiry:
    """A date or never, from ISO 8601 or ``/Date(ms)/`` (facts/azure.md 6.4 and 16).

    Years from 9999 mean never and up to 1 not set, before any arithmetic.
    """
    value = present(value)
    inner = as_mapping(value)
    if inner is not None:
        folded = fold(inner)
        value = present(folded.get("value", folded.get("datetime", ABSENT)))
    if not isinstance(value, str):
        raise malformed("a date", value)
    return _expiry_of(value.strip())


def _expiry_of(value: str) -> Expiry:
    ticks = _TICKS.fullmatch(value)
    if ticks:
        return _from_ticks(int(ticks.group(1)))
    parts = _ISO.fullmatch(value)
    if parts:
        return _from_iso(value, parts)
    if _LOCAL_NEVER.fullmatch(value):
        return Expiry(None)
    raise malformed("a date in ISO 8601", value)


def _from_ticks(milliseconds: int) -> Expiry:
    if milliseconds >= _NEVER_MS:
        return Expiry(None)
    if milliseconds < _NOT_SET_MS:
        raise _not_set()
    return Expiry(_EPOCH + timedelta(milliseconds=milliseconds))


def _from_iso(value: str, parts: re.Match[str]) -> Expiry:
    day, clock, zone = _iso_parts(parts)
    if int(parts.group(1)) == 0:
        raise _not_set()
    try:
        local = datetime.fromisoformat(f"{day}T{clock}{zone}")
    except ValueError:
        raise malformed("a date in ISO 8601", value) from None
    if local.year >= _NEVER_YEAR:
        return Expiry(None)
    if local.year <= 1:
        raise _not_set()
    return _from_year(local.astimezone(UTC))


def _from_year(read: datetime) -> Expiry:
    """The bounds again, since a zone may carry a date over the end of its year."""
    if read.year <= 1:
        raise _not_set()
    return Expiry(None if read.year >= _NEVER_YEAR else read)


def _not_set() -> Unreadable:
    return Unreadable(Reason.ABSENT_IN_ANSWER, "the date is year 1, which means not set")


def _iso_parts(parts: re.Match[str]) -> tuple[str, str, str]:
    year, month, day, hour, minute, second, fraction, zone = parts.groups()
    micro = (fraction or "")[:6].ljust(6, "0")
    offset = "+00:00" if zone is None or zone in "Zz" else zone
    clock = f"{hour or '00'}:{minute or '00'}:{second or '00'}.{micro}"
    return f"{year}-{month}-{day}", clock, offset
