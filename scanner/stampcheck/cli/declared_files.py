"""The files that an inventory names: certificates to trust and to sign in with. That they can be
used is seen before anybody is asked.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from stampcheck.errors import UsageError
from stampcheck.inventory import Inventory
from stampcheck.tomlfile import TomlFile

_MAX_FILE: Final = 1_000_000
_CERTIFICATE: Final = re.compile(rb"-----BEGIN (?:TRUSTED )?CERTIFICATE-----")
_KEY: Final = re.compile(rb"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY-----")
_SEQUENCE: Final = b"\x30"
"""The first byte of every PKCS #12 file."""


class _Place(NamedTuple):
    """A key of the inventory: its table, the stamp whose table it is, and the file it names."""

    table: str
    stamp: str
    key: str
    path: str


def check_files(inventory: Inventory) -> None:
    """See that every file that an inventory names can be used; ``UsageError`` names the line of the
    first that cannot.
    """
    for place in _places(inventory):
        try:
            _check(place)
        except UsageError as error:
            file = TomlFile(Path(inventory.path))
            raise file.error(_line(file, place), str(error)) from None


def _places(inventory: Inventory) -> Iterator[_Place]:
    reach = inventory.reach
    for name, sign_in in reach.sign_ins.items():
        yield _Place(f"sign_in.{name}", "", "certificate", sign_in.certificate)
    for name, cloud in reach.clouds.items():
        yield _Place(f"cloud.{name}", "", "ca_bundle", cloud.ca_bundle)
    for name, target in reach.targets.items():
        yield _Place("stamp", name, "ca_bundle", target.ca_bundle)


def _check(place: _Place) -> None:
    if place.path and place.key == "certificate":
        _check_certificate(Path(place.path))
    elif place.path:
        # Imported late: the files of most inventories are never looked at.
        from stampcheck.collect.trust import tls_context

        tls_context(place.path)


def _check_certificate(path: Path) -> None:
    """What can be seen without the passphrase."""
    try:
        status = path.stat()
        is_file = stat.S_ISREG(status.st_mode) and status.st_size <= _MAX_FILE
        data = path.read_bytes() if is_file else b""
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise UsageError(f"{path} (certificate) cannot be used: {why}.") from None
    if not is_file:
        raise UsageError(f"{path} (certificate) is no file of up to 1 MB.")
    is_pem = _CERTIFICATE.search(data) and _KEY.search(data)
    if not is_pem and not data.startswith(_SEQUENCE):
        raise UsageError(f"{path} (certificate) is neither PEM with certificate and key nor PFX.")


def _line(file: TomlFile, place: _Place) -> int:
    stamps = [table.get("name") for table in file.data.get("stamp", [])]
    number = stamps.index(place.stamp) if place.stamp in stamps else 0
    return file.line_of(place.table, number, place.key)
