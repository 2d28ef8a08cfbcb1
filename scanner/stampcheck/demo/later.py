"""The fleet ``later``: the fleet ``complete`` three months on. What was done to it in between
stands in ``TURNS``; the rest is as it was, and older.

What a comparison of the two is to show stands in ``tests/scanner/demo/later.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from stampcheck.demo import answer
from stampcheck.demo.answer import Answer
from stampcheck.demo.complete import COMPLETE
from stampcheck.demo.dialect import envelope
from stampcheck.demo.fleet import AS_OF, Fleet, Folder, in_days
from stampcheck.demo.shapes import lock
from stampcheck.demo.site import Site, guid
from stampcheck.demo.standard import stamp

LATER_AS_OF: Final = datetime(2027, 2, 1, tzinfo=AS_OF.tzinfo)
"""The moment that the later fleet is to be judged for."""

_BETWEEN: Final = LATER_AS_OF - AS_OF
_COLLECTED: Final = re.compile(rb'(?<="collected_at": ")\d{4}-\d\d-\d\d')
_DAY: Final = re.compile(rb"\d{4}-\d\d-\d\d(?=T)")
_USAGE: Final = "usage-records.json"

Files = Mapping[str, Answer | None]


class Turn(NamedTuple):
    """What happened to one stamp, and the files that are others now (None: gone)."""

    what: str
    folder: str
    files: Files


def _turns() -> Iterator[Turn]:
    amsterdam, athens = Site(name="emea-amsterdam"), Site(name="emea-athens")
    london, bilbao = (Site(name=f"emea-{city}", model="Capacity") for city in ("london", "bilbao"))
    yield Turn(
        "renewed for a year",
        london.name,
        {"activation": answer.activation(london, expiration=in_days(372))},
    )
    yield Turn("its lock was lost", amsterdam.name, {"locks": answer.locks(amsterdam)})
    yield Turn(
        "its lock was set",
        athens.name,
        {"locks": answer.locks(athens, lock(athens.registration_id))},
    )
    yield Turn(
        "two more nodes were added",
        bilbao.name,
        {"stamp_information": answer.stamp_information(bilbao, NumberOfNodes=8)},
    )
    yield from _of_azure()


def _of_azure() -> Iterator[Turn]:
    """What changed in Azure, or in what Azure shows."""
    denver, boise = Site(name="amer-denver"), Site(name="amer-boise")
    fresno, memphis = Site(name="amer-fresno"), Site(name="amer-memphis")
    toronto, tulsa = Site(name="amer-toronto"), Site(name="amer-tulsa")
    yield Turn(
        "its subscription was moved to another directory",
        denver.name,
        {"subscription": answer.subscription(denver, tenant=guid("acquired tenant"))},
    )
    yield Turn(
        "the right to read its locks was taken away",
        boise.name,
        {"locks": answer.denied(answer.locks(boise))},
    )
    yield Turn("its provider was registered", fresno.name, {"provider": answer.provider(fresno)})
    yield Turn(
        "its subscription was paid", memphis.name, {"subscription": answer.subscription(memphis)}
    )
    yield Turn("Azure answers", toronto.name, {"registration": answer.registration(toronto)})
    yield Turn("its usage arrives", tulsa.name, {"alerts": answer.alerts(tulsa)})


TURNS: Final = tuple(_turns())
"""What was done to stamps that are in both fleets under one name."""

REMOVED: Final = ("amer-reno",)
"""Stamps that are no longer there."""

ADDED: Final = "amer-salem"
"""A stamp that is new, and in order."""

RENAMED: Final = ("emea-turku", "emea-naantali")
"""A stamp under another name: what it was called, and what it is called."""

_COPIES: Final = ("amer-denver-copy",)


def _folders() -> Iterator[Folder]:
    merged: dict[str, dict[str, bytes]] = {}
    for folder, files in COMPLETE.folders():
        merged.setdefault(folder, {}).update(files)
    for gone in (*REMOVED, *_COPIES):
        del merged[gone]
    for turn in TURNS:
        _turn(merged[turn.folder], turn.files)
    merged[RENAMED[1]] = merged.pop(RENAMED[0])
    merged[ADDED] = stamp(Site(name=ADDED))[1]
    root = merged[""]
    root["inventory.toml"] = _inventory(root["inventory.toml"])
    for folder, files in merged.items():
        yield folder, {name: _dated(name, data) for name, data in files.items()}


def _turn(files: dict[str, bytes], changed: Files) -> None:
    for kind, told in changed.items():
        name = f"{kind.replace('_', '-')}.json"
        if told is None:
            del files[name]
        else:
            files[name] = envelope(told)


def _dated(name: str, data: bytes) -> bytes:
    """A file as it is collected later; what the stamp collects every day is of then, too."""
    return (_DAY if name == _USAGE else _COLLECTED).sub(_later, data)


def _later(day: re.Match[bytes]) -> bytes:
    return (date.fromisoformat(day[0].decode()) + _BETWEEN).isoformat().encode()


def _inventory(data: bytes) -> bytes:
    """The inventory, kept up to date."""
    head, *tables = data.decode().split("\n[[stamp]]\n")
    kept = [table for table in tables if not any(f'"{gone}"' in table for gone in REMOVED)]
    kept = [table.replace(f'"{RENAMED[0]}"', f'"{RENAMED[1]}"') for table in kept]
    kept.append(f'name = "{ADDED}"\nenvironment = "production"\n')
    return "\n[[stamp]]\n".join([head, *kept]).encode()


LATER: Final = Fleet("later", _folders, inventory="inventory.toml", as_of=LATER_AS_OF)
"""The fleet ``complete``, three months later."""
