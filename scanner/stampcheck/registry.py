"""Rules and report formats, found by entry points only; what cannot be loaded whole is refused.

Our own come the same way as a third party's: a package is named under ``stampcheck.rules`` or
``stampcheck.reports`` and its modules are walked in sorted order (``modules``). Causes of a package
are named under ``stampcheck.causes`` (``causes.packages``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from typing import Final, TypeVar

import msgspec

from stampcheck.change import DiffFormat
from stampcheck.errors import NothingEvaluated, UsageError
from stampcheck.model import Rule
from stampcheck.modules import Broken, modules_of
from stampcheck.record import Frames
from stampcheck.report_format import ReportFormat
from stampcheck.rule_shape import faults

T = TypeVar("T")

RULES: Final = "stampcheck.rules"
REPORTS: Final = "stampcheck.reports"
EVERY_FORMAT: Final = "all"
"""The word for every report format."""

_FLAG: Final = re.compile("--[a-z][a-z0-9]*(?:-[a-z0-9]+)+")


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
    found_points = points(RULES)
    _check_required(require, found_points)
    for point in found_points:
        found = [Loaded(rule, package_of(point)) for rule in _walk(point, Rule)]
        if not found:
            raise UsageError(
                f"Rule package {point.value} ({package_of(point).name}) holds no rule; "
                "repair or remove it."
            )
        for entry in found:
            _add(loaded, entry)
    if not loaded:
        raise NothingEvaluated("No rule package is installed, so nothing can be judged.")
    return [loaded[key] for key in sorted(loaded)]


def _check_shape(entry: Loaded) -> None:
    for fault in faults(entry.rule):
        raise UsageError(
            f"Rule {entry.rule.info.id} of {entry.rule.module} ({entry.package.name}) {fault}."
        )


def _add(loaded: dict[str, Loaded], entry: Loaded) -> None:
    _check_shape(entry)
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
    for point in points(REPORTS):
        for form in _walk(point, ReportFormat):
            _check_files(form, found.values(), point)
            _check_options(form, found.values(), point)
            if form.id in found or form.id == EVERY_FORMAT:
                owner = found[form.id][1].name if form.id in found else "stampcheck"
                owners = f"{owner} and {package_of(point).name}"
                raise UsageError(f"Report format {form.id!r} is defined twice: by {owners}.")
            found[form.id] = (form, package_of(point))
    return [found[word] for word in sorted(found)]


def load_diff_formats() -> list[DiffFormat]:
    """Every format of a comparison, sorted by its word."""
    found: dict[str, DiffFormat] = {}
    for point in points(REPORTS):
        for form in _walk(point, DiffFormat):
            if form.id in found:
                raise UsageError(
                    f"Diff format {form.id!r} is defined twice, also by {point.value}."
                )
            found[form.id] = form
    return [found[word] for word in sorted(found)]


def load_frames() -> Frames:
    """What makes pandas frames of a saved scan: the first that a report package brings."""
    for point in points(REPORTS):
        for frames in _walk(point, Frames):
            return frames
    raise NothingEvaluated("No installed report package makes frames of a scan.")


_RESERVED: Final = frozenset(
    ("bundle", "diff.csv", "diff.json", "facts.jsonl", "findings.jsonl", "scan.json")
)


def _check_files(
    form: ReportFormat, others: Iterable[tuple[ReportFormat, Package]], point: EntryPoint
) -> None:
    """Refuse a format that would write over the record or over another format's file."""
    taken = _RESERVED | {name for other, _ in others if other.id != form.id for name in other.files}
    for name in form.files:
        if name in taken or name != name.strip("./\\") or "/" in name or "\\" in name:
            raise UsageError(f"Report format {form.id!r} of {point.value} may not write {name!r}.")


def _check_options(
    form: ReportFormat, others: Iterable[tuple[ReportFormat, Package]], point: EntryPoint
) -> None:
    """Refuse an option that the function does not take, or that another format offers."""
    taken = [other.flag(one) for other, _ in others for one in other.options]
    arguments = signature(form.write).parameters
    for option in form.options:
        flag, argument = form.flag(option), arguments.get(option.argument)
        if not _FLAG.fullmatch(flag) or [*taken, *map(form.flag, form.options)].count(flag) > 1:
            raise UsageError(
                f"Report format {form.id!r} of {point.value} may not offer {flag!r}: options are "
                "lower-case words with dashes, each once."
            )
        if argument is None or argument.default is argument.empty:
            raise UsageError(
                f"Report format {form.id!r} of {point.value} offers {flag}, but its function has "
                f"no keyword argument {option.argument!r} with a default."
            )


def points(group: str) -> list[EntryPoint]:
    """What installed packages offer under a group, sorted, so that nothing depends on the disk."""
    return sorted(set(entry_points(group=group)), key=lambda point: (point.name, point.value))


def package_of(point: EntryPoint) -> Package:
    """The distribution that offers it."""
    dist = point.dist
    return Package(dist.name, dist.version) if dist else Package(point.name, "unknown")


def _check_required(require: Iterable[str], found: list[EntryPoint]) -> None:
    # A module could be anybody's, so only what was installed counts.
    present = {plain(package_of(point).name) for point in found}
    for name in require:
        if plain(name) not in present:
            raise UsageError(
                f"Rule package {name!r} is required, but not installed; "
                f"installed are {', '.join(sorted(present)) or 'none'}."
            )


def plain(name: str) -> str:
    """The name of a distribution or a module as it compares: without case, dashes for the rest."""
    return name.lower().replace("_", "-").replace(".", "-")


def _walk(point: EntryPoint, kind: type[T]) -> Iterator[T]:
    """The values of a kind that the modules of a package define themselves, in module order."""
    try:
        modules = modules_of(point.module)
    except Broken as broken:
        raise UsageError(
            f"Package {point.value} ({package_of(point).name}) cannot be loaded: {broken}."
        ) from broken
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, kind) and _home(value) == module.__name__:
                yield value


def _home(value: object) -> str:
    """The module that defines a rule or a format: that of its function."""
    return value.module if isinstance(value, Rule) else getattr(value, "write", value).__module__
