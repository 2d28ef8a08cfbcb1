"""``stampcheck export-script``: read-only scripts that write evidence."""

from __future__ import annotations

import click

from stampcheck.scripts.render import ScriptShell, ScriptSide, render


@click.command("export-script")
@click.option(
    "--side", type=click.Choice(["azure", "stamp"]), required=True, help="Which side to ask."
)
@click.option(
    "--shell",
    type=click.Choice(["az", "azurerm", "cli"]),
    default="az",
    show_default=True,
    help="PowerShell with Az, PowerShell with AzureRM, or Azure CLI in bash.",
)
def export_script(*, side: ScriptSide, shell: ScriptShell) -> None:
    """Print a read-only script that exports the evidence of one side.

    Save it, let whoever has the rights run it, and put what it writes into one folder for
    'stampcheck scan --from-files'.
    """
    click.echo(render(side, shell), nl=False)
