"""``stampcheck schema``: the JSON Schemas of what a scan writes."""

from __future__ import annotations

import click

from stampcheck.schemas.published import Word, shipped


@click.command()
@click.argument("word", type=click.Choice(["scan", "finding"]), default="scan")
def schema(*, word: Word) -> None:
    """Print the JSON Schema of scan.json or of a line of findings.jsonl.

    Draft 2020-12. Within one schema version fields are only added.
    """
    click.echo(shipped(word), nl=False)
