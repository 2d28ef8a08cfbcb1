"""``stampcheck causes``: list and show the documented causes."""

from __future__ import annotations

import click

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import as_text, fill
from stampcheck.cli.cause_page import cause_page
from stampcheck.cli.main import printable
from stampcheck.errors import UsageError
from stampcheck.tomlfile import nearest


@click.group()
def causes() -> None:
    """List and show the documented causes of failures."""


@causes.command("list")
def list_causes() -> None:
    """Print a line for each cause: id, the rules that it explains, title."""
    for cause in load().causes.values():
        line = f"{cause.id:<46}  {', '.join(cause.explains):<24}  {cause.title}"
        click.echo(printable(line))


@causes.command()
@click.argument("name", metavar="CAUSE|RUNBOOK")
@click.option(
    "--modules",
    type=click.Choice(["Az", "AzureRM"]),
    default="Az",
    help="PowerShell of the runbook. [Az]",
)
@click.option(
    "--connection",
    type=click.Choice(["connected", "disconnected"]),
    help="Only the steps for this.",
)
def show(*, name: str, modules: str, connection: str | None) -> None:
    """Show CAUSE: at a glance, how it looks in logs, how to tell it apart, fix, verify, source.

    The id of a runbook shows that alone; 'stampcheck explain STAMP --runbook ID' fills it in.
    """
    catalogue = load()
    cause, runbook = catalogue.causes.get(name.lower()), catalogue.runbooks.get(name.lower())
    if cause is not None:
        runbook = catalogue.runbooks[cause.runbook]
    if runbook is None:
        near = nearest(name, [*catalogue.causes, *catalogue.runbooks])
        raise UsageError(f"There is no cause or runbook {name!r}{near}")
    filled = fill(runbook, {}, connection=connection or "", modules=modules)
    if cause is None:
        click.echo(printable(as_text(filled)), nl=False)
    else:
        click.echo(printable("\n".join(cause_page(cause, catalogue.causes, filled))))
