"""``stampcheck rules``: list and show the rules, keep their pages, compare their sources."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from stampcheck.causes.catalogue import load
from stampcheck.cli.main import printable
from stampcheck.cli.pipeline import off_stdout
from stampcheck.cli.rules_drift import drift_command, passages_command
from stampcheck.cli.rules_new import new
from stampcheck.cli.rules_test import test
from stampcheck.errors import RunError, UsageError
from stampcheck.registry import Loaded, load_rules
from stampcheck.rule_page import RulePage, page_of
from stampcheck.rule_render import MARK, as_markdown, as_text, catalogue
from stampcheck.tomlfile import nearest

_INDENT: Final = " " * 12
_NARROWEST: Final = 60


@click.group()
def rules() -> None:
    """List, show, make and test rules, ours and those of installed packages."""


rules.add_command(new)
rules.add_command(test)


rules.add_command(drift_command)
rules.add_command(passages_command)


@rules.command("list")
def list_rules() -> None:
    """Print each rule: id, severity, title, package, needs and source.

    One line a rule, so that it can be searched; at a terminal the rest is indented below the title.
    """
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in listing(load_rules(), width):
        click.echo(printable(line))


def listing(loaded: Sequence[Loaded], width: int | None) -> Iterator[str]:
    """Rules within ``width`` columns, the id at the start of a line, or one line a rule."""
    titles = max(len(one.rule.info.title) for one in loaded)
    packages = max(len(one.package.name) for one in loaded)
    for one in loaded:
        info = one.rule.info
        groups = ("|".join(fact.name for fact in group) for group in info.any_of)
        needs = ", ".join((*(fact.name for fact in info.needs), *groups))
        head, source = f"{info.id:<10}  {info.severity:<13}  ", info.source.partition(";")[0]
        if width is None:
            name = one.package.name
            yield f"{head}{info.title:<{titles}}  {name:<{packages}}  {needs}  {source}"
        else:
            yield from _wrapped(info.title, width, head)
            for text in (one.package.name, f"needs {needs}", source):
                yield from _wrapped(text, width, _INDENT)


def _wrapped(text: str, width: int, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        max(width - 1, _NARROWEST),
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
    )


@rules.command()
@click.argument("rule")
def show(*, rule: str) -> None:
    """Show the page of RULE: what it reads, when it fails, examples, causes and source."""
    known = {loaded.rule.info.id: loaded for loaded in load_rules()}
    if rule.upper() not in known:
        raise UsageError(f"There is no rule {rule!r}{nearest(rule, known)}")
    one = known[rule.upper()]
    with off_stdout():
        page = page_of(one.rule, f"{one.package.name} {one.package.version}", load().causes)
    click.echo(printable(as_text(page)))


@rules.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--package", metavar="NAME", help="Only the rules of this package.")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where a page is stale.")
def pages(*, folder: Path, package: str | None, check: bool) -> int:
    """Write CATALOGUE.md and one page for each rule into FOLDER, from the rules themselves."""
    made = _made(_chosen(package))
    if check:
        renewal = f"{folder} --package {package}" if package else str(folder)
        stale = list(_stale(folder, made))
        for line in stale:
            click.echo(printable(f"{line}: run 'stampcheck rules pages {renewal}'"), err=True)
        return 1 if stale else 0
    try:
        _write(folder, made)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written ({error.strerror}).") from error
    click.echo(f"{folder / 'CATALOGUE.md'}: {len(made) - 1} rules")
    return 0


def _chosen(package: str | None) -> list[Loaded]:
    loaded = load_rules()
    known = {one.package.name for one in loaded}
    if package is not None and package not in known:
        raise UsageError(f"No package {package!r} brings rules{nearest(package, sorted(known))}")
    return [one for one in loaded if package in (None, one.package.name)]


def _made(loaded: Iterable[Loaded]) -> dict[str, str]:
    """The text of each file by its path in the folder."""
    causes = load().causes
    # No version: a page is about the rule and must not turn stale by a release.
    with off_stdout():
        made: list[RulePage] = [page_of(one.rule, one.package.name, causes) for one in loaded]
    files = {f"pages/{page.id}.md": as_markdown(page) for page in made}
    return {"CATALOGUE.md": catalogue(made), **files}


def _write(folder: Path, made: dict[str, str]) -> None:
    for path in (folder / "pages", *(folder / name for name in made)):
        _check_ours(path)
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _check_ours(path: Path) -> None:
    """Refuse to write through a link, or over a file that was not made here."""
    if path.is_symlink():
        raise UsageError(f"{path}: is a link, so it is not written through; remove it.")
    if path.is_file():
        with path.open("rb") as stream:
            is_ours = stream.read(len(MARK)) == MARK.encode()
        if not is_ours:
            raise UsageError(
                f"{path}: was not made by 'stampcheck rules pages', so it is not written over; "
                "name another folder."
            )


def _stale(folder: Path, made: dict[str, str]) -> Iterator[str]:
    """What differs from the files, as the beginning of a sentence."""
    for name, text in made.items():
        path = folder / name
        try:
            if path.read_text(encoding="utf-8") != text:
                yield f"{path} is stale"
        except (OSError, UnicodeDecodeError):
            yield f"{path} is missing or cannot be read"
    for path in sorted((folder / "pages").glob("*.md")):
        if f"pages/{path.name}" not in made:
            yield f"{path} is of no rule, so remove it"
