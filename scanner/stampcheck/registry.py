"""Rules and report formats, found by entry points only; what cannot be loaded whole is refused.

Our own come the same way as a third party's: a package is named under ``stampcheck.rules`` or
``stampcheck.reports`` and its modules are walked in sorted order.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Final, TypeVar

import msgspec

from stampcheck.errors import NothingEvaluated, UsageError
from stampcheck.model import Rule
from stampcheck.record import ReportFormat

T = TypeVar("T")

RULES: Final = "stampcheck.rules"
REPORTS: Final = "stampcheck.reports"


class Package(msgspec.Struct, frozen=True):
    """A distribution that brought something, with its version."""

    name: str
    version: str


class Loaded(msgspec.Struct, frozen=True):
    """A rule and the distribution that brought it."""

    rule: Rule
    package: Package


def load_rules(require: Iterable[str] = ()) -> list[Loaded]:
    """Every rule, sorted by id. Broken packages, doubled ids and an empty set refuse to start."""
    loaded: dict[str, Loaded] = {}
    points = _points(RULES)
    _check_required(require, points)
    for point in points:
        found = [Loaded(rule, _package(point)) for rule in _walk(point, Rule)]
        if not found:
            raise UsageError(f"Rule package {point.value} holds no rule; repair or remove it.")
        for entry in found:
            _add(loaded, entry)
    if not loaded:
        raise NothingEvaluated("No rule package is installed, so nothing can be judged.")
    return [loaded[key] for key in sorted(loaded)]


def _check_needs(entry: Loaded) -> None:
    info = entry.rule.info
    if not info.needs:
        raise UsageError(
            f"Rule {info.id} of {entry.rule.module} needs no fact, so it proves nothing."
        )


def _add(loaded: dict[str, Loaded], entry: Loaded) -> None:
    _check_needs(entry)
    other = loaded.get(entry.rule.info.id)
    if other is not None:
        raise UsageError(
            f"Rule {entry.rule.info.id} is defined twice: in {other.rule.module} "
            f"({other.package.name}) and in {entry.rule.module} ({entry.package.name})."
        )
    loaded[entry.rule.info.id] = entry


def load_formats() -> list[tuple[ReportFormat, Package]]:
    """Every report format, sorted by its word, with the distribution that brought it."""
    found: dict[str, tuple[ReportFormat, Package]] = {}
    for point in _points(REPORTS):
        for form in _walk(point, ReportFormat):
            _check_files(form, found.values(), point)
            if form.id in found:
                raise UsageError(
                    f"Report format {form.id!r} is defined twice, also by {point.value}."
                )
            found[form.id] = (form, _package(point))
    return [found[word] for word in sorted(found)]


_RESERVED: Final = frozenset(("bundle", "findings.jsonl", "scan.json"))


def _check_files(
    form: ReportFormat, others: Iterable[tuple[ReportFormat, Package]], point: EntryPoint
) -> None:
    """Refuse a format that would write over the record or over another format's file."""
    taken = _RESERVED | {name for other, _ in others if other.id != form.id for name in other.files}
    for name in form.files:
        if name in taken or name != name.strip("./\\") or "/" in name or "\\" in name:
            raise UsageError(f"Report format {form.id!r} of {point.value} may not write {name!r}.")


def _points(group: str) -> list[EntryPoint]:
    return sorted(set(entry_points(group=group)), key=lambda point: (point.name, point.value))


def _package(point: EntryPoint) -> Package:
    dist = point.dist
    return Package(dist.name, dist.version) if dist else Package(point.name, "unknown")


def _check_required(require: Iterable[str], points: list[EntryPoint]) -> None:
    present = {_plain(_package(point).name) for point in points} | {
        _plain(point.value) for point in points
    }
    for name in require:
        if _plain(name) not in present:
            raise UsageError(
                f"Rule package {name!r} is required, but not installed; "
                f"installed are {', '.join(sorted(present)) or 'none'}."
            )


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _walk(point: EntryPoint, kind: type[T]) -> Iterator[T]:
    """The values of a kind that the modules of a package define themselves, in module order."""
    for module in _modules(point):
        for value in vars(module).values():
            if isinstance(value, kind) and _home(value) == module.__name__:
                yield value


def _home(value: object) -> str:
    """The module that defines a rule or format: that of its function."""
    return value.module if isinstance(value, Rule) else getattr(value, "write", value).__module__


def _modules(point: EntryPoint) -> list[ModuleType]:
    try:
        package = importlib.import_module(point.module)
        inner = pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + ".")
        names = [package.__name__, *(found.name for found in inner)]
        return [importlib.import_module(name) for name in sorted(names)]
    except Exception as error:
        raise UsageError(
            f"Package {point.value} ({_package(point).name}) cannot be loaded: "
            f"{type(error).__name__}: {error}."
        ) from error
