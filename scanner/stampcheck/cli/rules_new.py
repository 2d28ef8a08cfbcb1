"""``stampcheck rules new``: a rule, its test and its documents, to be filled in."""

from __future__ import annotations

import keyword
import re
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from stampcheck import __version__
from stampcheck.cli.main import printable
from stampcheck.cli.rule_files import NewRule, area_file, package_files, rule_files
from stampcheck.errors import RunError, UsageError
from stampcheck.registry import RULES, load_rules, plain

_ID: Final = re.compile(r"[A-Z]{2,8}-[A-Z]{2}-\d{3}")
_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_PACKAGE: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST: Final = 60
# Folders of the package itself, or of whoever builds it.
_RESERVED: Final = frozenset(("tests", "docs", "src", "rules", "build", "dist", "causes"))
_MODULE: Final = re.compile(r"[A-Za-z_]\w*")


@click.command()
@click.argument("id_", metavar="ID")
@click.argument("place", metavar="AREA/NAME")
@click.option("--fleet", is_flag=True, help="Judge the fleet at once instead of each stamp.")
@click.option("--package", help="Make a new package of this name around the rule.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder of the package's pyproject.toml (with --package: to make it in). [.]",
)
def new(*, id_: str, place: str, fleet: bool, package: str | None, into: Path) -> None:
    """Write a new rule with its test and documents.

    ID is like CONTOSO-RG-001, AREA/NAME becomes its module. The test fails until everything that
    says FILL IN is filled in. Nothing that exists is written over.
    """
    area, name = _words(id_, place)
    top = into / _free(package, into) if package else into
    files = _package(top, package) if package else {}
    root, code = (plain(package).replace("-", "_"), None) if package else _root(top)
    rule = _rule(top, root, code or top / root, id_, (area, name), is_fleet=fleet)
    _check_taken(rule)
    files |= rule_files(rule)
    extra, text = area_file(rule)
    _write(files if extra.exists() else {extra: text, **files})
    for path in files:
        click.echo(path)
    hint = f"in {top} " if package else ""
    click.echo(
        printable(f"Fill in what says FILL IN, then run pytest {hint}until it passes."), err=True
    )


def _words(id_: str, place: str) -> tuple[str, str]:
    if not _ID.fullmatch(id_):
        raise UsageError(
            f"{id_!r} is no id of a rule; it is like CONTOSO-RG-001: "
            "2 to 8 capitals of yours, 2 of the area, 3 digits."
        )
    area, slash, name = place.partition("/")
    for word in (area, name):
        if not slash or not _is_word(word):
            raise UsageError(
                f"{place!r} is no AREA/NAME; each is a lower-case Python name such as "
                "registration/foreign_group."
            )
    return area, name


def _is_word(word: str) -> bool:
    is_plain = _WORD.fullmatch(word) is not None and len(word) <= _LONGEST
    return is_plain and not keyword.iskeyword(word) and not keyword.issoftkeyword(word)


def _free(package: str, into: Path) -> str:
    """The name of a package that is not there yet."""
    if not _PACKAGE.fullmatch(package) or len(package) > _LONGEST or not _is_word(_module(package)):
        raise UsageError(
            f"{package!r} is no name for a package; it is like contoso-stamp-rules: "
            "lower-case letters, digits and single dashes."
        )
    if _is_taken(package):
        raise UsageError(
            f"Package {package!r} would hide one that is installed already or has a meaning of its "
            "own; choose another name."
        )
    folder = into / package
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder}: exists already; choose another name or folder.")
    return package


def _is_taken(package: str) -> bool:
    module = _module(package)
    if module in sys.stdlib_module_names or module in _RESERVED:
        return True
    # Metadata that is broken has no name.
    names = {plain(found.metadata["Name"] or "") for found in distributions()}
    return package in names or find_spec(module) is not None


def _module(package: str) -> str:
    return package.replace("-", "_")


def _package(top: Path, package: str) -> dict[Path, str]:
    return package_files(top, package, _module(package), __version__)


def _root(top: Path) -> tuple[str, Path]:
    """Name and folder of the rule package whose ``pyproject.toml`` stands in a folder."""
    path = top / "pyproject.toml"
    help_ = "name a new one with --package contoso-stamp-rules, or its folder with --into."
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        (root,) = project["entry-points"][RULES].values()
    except OSError:
        raise UsageError(f"{top.resolve()}: holds no pyproject.toml; {help_}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: is not TOML: {error}.") from None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise UsageError(f"{path}: names no one package under {RULES}; {help_}") from None
    if not isinstance(root, str) or not _MODULE.fullmatch(root):
        raise UsageError(f"{path}: {RULES} names {root!r}, which is no plain package.")
    for folder in (top / root, top / "src" / root, top / "rules" / root):
        if (folder / "__init__.py").is_file():
            return root, folder
    raise UsageError(f"{path}: there is no package {root!r} in it, in src/ or in rules/.")


def _rule(
    top: Path, root: str, code: Path, id_: str, words: tuple[str, str], *, is_fleet: bool
) -> NewRule:
    """Our own tree mirrors ``rules/``; any other package has its tests in ``tests``."""
    is_ours = code.parent.name == "rules"
    return NewRule(
        id=id_,
        area=words[0],
        name=words[1],
        root=root,
        code=code,
        tests=top / "tests" / "rules" if is_ours else top / "tests",
        documents=top / "fixtures" / "rules" if is_ours else top / "tests" / "documents",
        top=top,
        today=datetime.now(UTC).date().isoformat(),
        is_fleet=is_fleet,
    )


def _check_taken(rule: NewRule) -> None:
    for one in load_rules():
        if one.rule.info.id == rule.id:
            raise UsageError(
                f"Rule {rule.id} exists already: {one.rule.module} ({one.package.name})."
            )
    for path in sorted(rule.code.rglob("*.py")):
        if path.stem == rule.name and path != rule.module:
            raise UsageError(f"{path}: a rule is named {rule.name} already.")
        if f'"{rule.id}"' in path.read_text(encoding="utf-8", errors="replace"):
            raise UsageError(f"Rule {rule.id} exists already: {path}.")


def _write(files: Mapping[Path, str]) -> None:
    """Write all files or none; one that exists is left as it is."""
    for path in files:
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path}: exists already; nothing was written.")
    written: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                written.append(path)
                stream.write(text)
    except OSError as error:
        for half in written:
            half.unlink(missing_ok=True)
        raise RunError(f"{path}: cannot be written ({error.strerror}).") from error
