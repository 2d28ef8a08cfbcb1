"""Strict reading of the user's TOML files: an error names line, key, value, what is allowed and
the nearest known key.
"""

from __future__ import annotations

import difflib
import re
import stat
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from stampcheck.errors import UsageError
from stampcheck.model import listed

Check = Callable[[Any], Any]
"""Gives the value to keep, or raises ``ValueError`` saying what is allowed."""

_MAX_FILE: Final = 16_000_000
_HEADER: Final = re.compile(r"\[\[?([^\[\]]+)\]\]?(?:\s{0,80}#.*)?")
_KEY: Final = re.compile(r"(?:\"([^\"]+)\"|'([^']+)'|([A-Za-z0-9_-]+))\s*=")
_SECRET: Final = re.compile(
    r"secret|pass(?:word|wd|phrase)|pwd|token|credential|(?:private|account|api|access).?key",
    re.IGNORECASE,
)
_BEFORE_HOST: Final = re.compile(r"(?<=//).*@")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ODD_DAY: Final = re.compile(r"=\s{0,80}\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", re.ASCII)
_AT_LINE: Final = re.compile(r"at line (\d{1,9})")
_LISTED: Final = 20
_LONGEST_TEXT: Final = 1000
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f]|.{1001}")
_NUMBERED: Final = re.compile(r"agreement.?number", re.IGNORECASE)


class TomlFile:
    """A parsed TOML file that knows on which line a key stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data, self._lines = _parse(path, bytes_of(path))

    def line_of(self, table: str, number: int, key: str = "") -> int:
        """Line (from 1) of a key in the ``number``-th table of that name; 0 where it is not found.

        ``table`` is empty for the top of the file.
        """
        return self._lines.get((table, number, key), self._lines.get((table, number, ""), 0))

    def error(self, line: int, message: str) -> UsageError:
        """The error to raise about a line."""
        place = f"{self.path}:{line}" if line else str(self.path)
        return UsageError(f"{place}: {message}")

    def table(
        self, values: Mapping[str, Any], checks: Mapping[str, Check], table: str, number: int = 0
    ) -> dict[str, Any]:
        """Check every key and value of one table; the values to keep."""
        kept: dict[str, Any] = {}
        for key, value in values.items():
            line = self.line_of(table, number, key)
            check = checks.get(key)
            if check is None:
                raise self.error(line, f"unknown key {key!r}{nearest(key, checks)}.")
            try:
                kept[key] = check(value)
            except ValueError as allowed:
                refused = f"{key}{_shown(key, value)}: {allowed}."
            else:
                continue
            # Outside the handler: what is refused may be a secret, so that nothing refers to it.
            raise self.error(line, refused)
        return kept


def nearest(word: str, known: Mapping[str, Any] | list[str]) -> str:
    """A suggestion, as the end of a sentence: the nearest known word, or what is known."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known are {listed(sorted(known), _LISTED)}" if known else ""


def no_stamp(at: str, stamp: str, known: Collection[str], what: str) -> UsageError:
    """The error about a stamp that nobody knows; ``at`` is file and line, ``what`` is about it."""
    near = nearest(stamp, list(known))
    end = "" if near.endswith("?") else "."
    return UsageError(
        f"{at}: there is no stamp {stamp!r}{near}{end} If it is gone from the fleet, remove this "
        f"{what}."
    )


def is_secret(key: str) -> bool:
    """Whether a key is named like one whose value is never shown."""
    return _SECRET.search(key) is not None


def _shown(key: str, value: object) -> str:
    """The value as the middle of a sentence; nothing where it may be a secret."""
    if is_secret(key) or isinstance(value, dict):
        return ""
    text = _BEFORE_HOST.sub("...@", repr(value))
    if "-----BEGIN" in text or (isinstance(value, list) and any(map(_is_table, value))):
        return ""
    if _NUMBERED.search(key):
        ends = 2 if sum(map(str.isdigit, text)) > 3 else 0
        seen = len(re.findall(r"\d", text)) - ends
        text = re.sub(r"\d", "*", text, count=seen) if seen else text
    return " = " + (text if len(text) <= 80 else text[:77] + "...")


def _is_table(value: object) -> bool:
    return isinstance(value, dict | list)


def bytes_of(path: Path, most: int = _MAX_FILE) -> bytes:
    """The bytes of a regular file; what is none, such as a pipe, would never end."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{path}: cannot be read (is no file).")
        if status.st_size > most:
            raise UsageError(f"{path}: is larger than {most // 1_000_000} MB.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name cannot be used"
        raise UsageError(f"{path}: cannot be read ({why}).") from error


def _parse(path: Path, data: bytes) -> tuple[dict[str, Any], dict[tuple[str, int, str], int]]:
    try:
        text = data.decode("utf-8-sig")
        return tomllib.loads(text), _line_index(text)
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_no_toml(path, data, str(error))) from None
    except RecursionError:
        raise UsageError(f"{path}: is nested too deep.") from None
    except ValueError:
        raise UsageError(f"{path}: holds a number that is too long to be read.") from None


def _no_toml(path: Path, data: bytes, why: str) -> str:
    """The sentence about a file that is not TOML; a date in another spelling is the usual fault."""
    at = _AT_LINE.search(why)
    lines = data.decode("utf-8-sig", "replace").splitlines()
    number = int(at.group(1)) if at else 0
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    if _ODD_DAY.search(line[:400]):
        return f"{path}:{number}: is not TOML: expected a date such as 2026-12-31."
    at_line = f":{number}" if line else ""
    return f"{path}{at_line}: is not TOML: {why}."


def _line_index(text: str) -> dict[tuple[str, int, str], int]:
    """Line of each (table, number, key); text inside multi-line strings is passed over."""
    index: dict[tuple[str, int, str], int] = {}
    counts: dict[str, int] = {}
    table, number, is_inside = "", 0, False
    for line_number, line in enumerate(text.splitlines(), start=1):
        was_inside = is_inside
        if (line.count('"""') + line.count("'''")) % 2:
            is_inside = not is_inside
        if was_inside:
            continue
        bare = line.strip()
        header, key = _HEADER.fullmatch(bare), _KEY.match(bare)
        if header:
            table = ".".join(part.strip(" \t\"'") for part in header.group(1).split("."))
            number = counts.get(table, -1) + 1
            counts[table] = number
            index[table, number, ""] = line_number
        elif key:
            index.setdefault((table, number, next(filter(None, key.groups()))), line_number)
    return index


def one_of(*words: str) -> Check:
    """A check for one of the given words, whatever their case."""
    by_lower = {word.lower(): word for word in words}

    def check(value: Any) -> str:  # noqa: ANN401 (TOML)
        if isinstance(value, str) and value.lower() in by_lower:
            return by_lower[value.lower()]
        raise ValueError(f"allowed are {', '.join(words)}")

    return check


def whole(low: int, high: int) -> Check:
    """A check for a whole number within bounds."""

    def check(value: Any) -> int:  # noqa: ANN401 (TOML)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise ValueError(f"expected a whole number from {low} to {high}")

    return check


def words(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (TOML)
    """A check for a list of non-empty words."""
    if isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value):
        return tuple(value)
    raise ValueError('expected a list of texts, such as ["a", "b"]')


def sentence(value: Any) -> str:  # noqa: ANN401 (TOML)
    """A check for a text on one line that says something."""
    if isinstance(value, str) and value.strip() and not _UNFIT.search(value[: _LONGEST_TEXT + 1]):
        if value.strip().startswith("<FILL"):
            raise ValueError("is still to be filled in")
        return value.strip()
    raise ValueError(f"expected a text of 1 to {_LONGEST_TEXT} characters on one line")


def day(value: Any) -> date:  # noqa: ANN401 (TOML)
    """A check for a day, as TOML's own date or as a text in ISO 8601."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("expected a date such as 2026-12-31")


def tables(name: str) -> Check:
    """A check for tables of one name."""

    def check(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (TOML)
        if isinstance(value, list) and all(isinstance(table, dict) for table in value):
            return value
        raise ValueError(f"expected [[{name}]] tables, with two brackets")

    return check
