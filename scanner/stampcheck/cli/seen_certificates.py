"""The certificates that ``stampcheck doctor --format json`` saw, as dated things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.dated import Dated, instant
from stampcheck.errors import UsageError

_MOST: Final = 100_000_000


class _Source(msgspec.Struct):
    stamp: str
    address: str
    certificate_expires: str = ""


class _Health(msgspec.Struct):
    sources: list[_Source]


def seen_certificates(path: Path) -> Iterator[Dated]:
    """The certificate of each host, once, with the first of its stamps; ``UsageError`` where the
    file is not what ``doctor`` prints.
    """
    seen: set[tuple[str, str]] = set()
    for source in _read(path).sources:
        ends = instant(source.certificate_expires)
        key = (source.address, source.certificate_expires)
        if ends is not None and key not in seen:
            seen.add(key)
            yield Dated(
                kind="certificate",
                stamp=source.stamp,
                name=source.address,
                ends=ends,
                key=source.address,
                then="From then on nobody can trust the host; renew its certificate before.",
            )


def _read(path: Path) -> _Health:
    try:
        if path.stat().st_size > _MOST:
            raise UsageError(f"{path}: is too large for what 'stampcheck doctor' prints.")
        return msgspec.json.decode(path.read_bytes(), type=_Health)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from error
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise UsageError(
            f"{path}: is not what 'stampcheck doctor --format json' prints ({str(error)[:200]})."
        ) from error
