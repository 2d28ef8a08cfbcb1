"""Causes and runbooks of installed packages, merged with ours; nothing is defined twice.

A package names, under ``stampcheck.causes``, a package of its own that holds the folders ``causes``
and (where it brings any) ``runbooks``, as ours does.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint
from typing import Final

import msgspec

from stampcheck.causes import signature
from stampcheck.causes.catalogue import Catalogue, Entry, ours, read
from stampcheck.errors import RunError, UsageError
from stampcheck.modules import Broken, folder_of
from stampcheck.registry import Package, package_of, points

CAUSES: Final = "stampcheck.causes"
_OURS: Final = "stampcheck"


class Brought(msgspec.Struct, frozen=True):
    """The causes and runbooks that one installed package brought."""

    package: Package
    catalogue: Catalogue


@functools.cache
def brought() -> tuple[Brought, ...]:
    """What each installed package brings besides our catalogue, in the order of their names."""
    known = ours().runbooks
    return tuple(Brought(package_of(point), _read(point, known)) for point in points(CAUSES))


def merged(catalogue: Catalogue) -> Catalogue:
    """Our catalogue with the causes of installed packages; an id of two packages is refused."""
    packages = [Brought(Package(_OURS, ""), catalogue), *brought()]
    causes = _merged((one.package.name, one.catalogue.causes) for one in packages)
    runbooks = _merged((one.package.name, one.catalogue.runbooks) for one in packages)
    return Catalogue(causes, runbooks)


def _merged(parts: Iterable[tuple[str, Mapping[str, Entry]]]) -> dict[str, Entry]:
    found: dict[str, tuple[str, Entry]] = {}
    for package, entries in parts:
        for key, entry in entries.items():
            if key in found:
                kind = type(entry).__name__
                raise UsageError(
                    f"{kind} {key!r} is defined twice: in {found[key][0]} and in {package}."
                )
            found[key] = (package, entry)
    return {key: found[key][1] for key in sorted(found)}


def _read(point: EntryPoint, known: Mapping[str, object]) -> Catalogue:
    name = f"Package {point.value} ({package_of(point).name})"
    try:
        catalogue = read(folder_of(point.module), known)
        for cause in catalogue.causes.values():
            signature.check(cause, {*catalogue.causes, *ours().causes})
    except Broken as broken:
        raise UsageError(f"{name} cannot be loaded: {broken}.") from broken
    except RunError as error:
        raise UsageError(f"{name} has causes that cannot be used: {error}") from error
    if not catalogue.causes:
        raise UsageError(f"{name} offers causes and holds none; repair or remove it.")
    return catalogue
