"""``stampcheck rules``: list and show the rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from stampcheck.causes.catalogue import load
from stampcheck.cli.main import printable
from stampcheck.cli.rules_new import new
from stampcheck.cli.rules_test import test
from stampcheck.errors import UsageError
from stampcheck.registry import Loaded, load_rules
from stampcheck.tomlfile import nearest

_WIDTH = 88


@click.group()
def rules() -> None:
    """List, show, make and test rules, ours and those of installed packages."""


rules.add_command(new)
rules.add_command(test)


@rules.command("list")
def list_rules() -> None:
    """Print a line for each rule: id, severity, title, package."""
    for loaded in load_rules():
        info = loaded.rule.info
        click.echo(f"{info.id}  {info.severity:<13}  {info.title}  [{loaded.package.name}]")


@rules.command()
@click.argument("rule")
def show(*, rule: str) -> None:
    """Show RULE: why it matters, what it reads, when it fails, its causes and source."""
    known = {loaded.rule.info.id: loaded for loaded in load_rules()}
    if rule.upper() not in known:
        raise UsageError(f"There is no rule {rule!r}{nearest(rule, known)}")
    click.echo(printable("\n".join(_page(known[rule.upper()]))))


def _page(loaded: Loaded) -> Iterator[str]:
    info = loaded.rule.info
    yield f"{info.id} {info.title}"
    judged = "the fleet" if loaded.rule.is_fleet else "each stamp"
    yield f"Severity: {info.severity} at worst. Judges {judged}."
    yield ""
    yield from _paragraph("Why it matters", info.rationale)
    yield from _paragraph("Fails when", info.fails_when)
    yield from _paragraph("Passes when", info.passes_when)
    yield from _paragraph("Not applicable when", info.not_applicable_when or "Never.")
    yield "What it reads"
    for fact in info.facts:
        need = "needs" if fact in info.needs else "uses "
        documents = f" [{', '.join(fact.documents)}]" if fact.documents else ""
        yield f"  {need} {fact.name}: {fact.meaning}{documents}"
    yield ""
    yield from _paragraph("What to do", info.remediation)
    yield "Causes"
    causes = load().causes
    yield from (f"  {cause}: {causes[cause].title}" for cause in info.causes if cause in causes)
    yield ""
    yield f"Source: {info.source} (reviewed {info.reviewed})"
    yield f"Package: {loaded.package.name} {loaded.package.version}"


def _paragraph(title: str, text: str) -> Iterator[str]:
    yield title
    yield from textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield ""
