"""``stampcheck diagnose``: from logs and pasted errors to the cause and the fix."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import IO, Any, Final

import click

from stampcheck.causes.catalogue import load
from stampcheck.cli import options
from stampcheck.cli.console import Talk
from stampcheck.cli.main import printable
from stampcheck.collect.logs import STDIN, log_sources
from stampcheck.diagnose import Diagnosis, Source, Wanted, traced
from stampcheck.errors import UsageError

EXAMPLES: Final = """\
\b
Examples:
  stampcheck diagnose MASLogs/
  stampcheck diagnose AzureStack.Activation.Set-AzsRegistration-2026-11-02.log
  Get-Clipboard | stampcheck diagnose -
  stampcheck diagnose logs.zip --format html -o ticket.html
  stampcheck diagnose MASLogs/ --bundle run/bundle --stamp ams-01

Exit codes: 0 a cause is known, 3 none is, 2 usage, 5 nothing could be read."""

FORMATS: Final = ("text", "json", "html", "md")
_WIDEST: Final = 100
_NARROWEST: Final = 60
_WIDTH: Final = 80


@click.command(epilog=EXAMPLES)
@click.argument("logs", metavar="LOG...", nargs=-1)
@click.option("--bundle", type=options.PATH, metavar="PATH", help="Evidence of the fleet.")
@click.option("--stamp", metavar="NAME", help="The stamp of the bundle that the log is of.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="What to write. [text]"
)
@click.option("-o", "--output", type=options.PATH, metavar="FILE", help="Write to this file.")
@click.option(
    "--modules",
    type=click.Choice(["Az", "AzureRM"]),
    default="Az",
    help="PowerShell of the runbook. [Az]",
)
@click.option("--redact-emails", is_flag=True, help="Take e-mail addresses out as well.")
@options.no_color
def diagnose(
    *,
    logs: tuple[str, ...],
    bundle: Path | None,
    stamp: str | None,
    form: str,
    output: Path | None,
    **given: Any,  # noqa: ANN401 (the options of the runbook and of printing)
) -> int:
    """Find the documented cause in LOG: logs, pasted errors, folders or zips of them.

    Says how far the registration got, the first real failure, the causes with their proof, what to
    ask next and the runbook with the values of the log. '-' reads what is piped in. Tokens, keys
    and passwords never show.
    """
    if stamp is not None and bundle is None:
        raise UsageError("--stamp names a stamp of a bundle; name that one with --bundle PATH.")
    if output is not None and os.path.lexists(output):
        raise _unwritable(output, FileExistsError())
    stdin = sys.stdin.buffer
    talk = Talk(no_color=given["no_color"])
    with talk.progress("Reading logs") as advance:
        sources = _counted(log_sources(_paths(logs, stdin), stdin), advance)
        texts = traced(sources, load(), redact_emails=given["redact_emails"])
    wanted = Wanted(modules=given["modules"])
    found = texts.judge(wanted)
    if bundle is not None:
        from stampcheck.cli.diagnose_within import laid_beside

        found = laid_beside(found, texts.judge, wanted, bundle, stamp)
    _write(found, form, output, no_color=given["no_color"])
    return found.exit_code


def _counted(sources: Iterator[Source], advance: Callable[[int], None]) -> Iterator[Source]:
    for source in sources:
        yield source
        advance(1)


def _paths(logs: tuple[str, ...], stdin: IO[bytes]) -> tuple[str, ...]:
    if logs or not stdin.isatty():
        return logs or (STDIN,)
    raise UsageError("Name a log or a folder of logs, or pipe a pasted error in.")


def _write(found: Diagnosis, form: str, output: Path | None, *, no_color: bool) -> None:
    if form == "text" and output is None:
        _print(found, no_color=no_color)
        return
    text = _rendered(found, form)
    if output is None and form != "html":
        click.echo(text, nl=False)
        return
    place = output or _free()
    try:
        with place.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise _unwritable(place, error) from error
    click.echo(place)


def _free() -> Path:
    """The name of a page that nobody named."""
    names = (f"diagnosis{'' if number == 1 else f'-{number}'}.html" for number in count(1))
    return next(Path(name) for name in names if not os.path.lexists(name))


def _unwritable(place: Path, error: OSError) -> UsageError:
    if isinstance(error, FileExistsError):
        return UsageError(f"{place}: is there already and is not overwritten; name another file.")
    return UsageError(f"{place}: cannot be written ({error.strerror}).")


def _rendered(found: Diagnosis, form: str) -> str:
    if form == "json":
        from stampcheck.diagnose.json_form import as_json

        return as_json(found)
    if form == "html":
        from stampcheck.diagnose.html_form import as_html

        return as_html(found)
    if form == "md":
        from stampcheck.diagnose.markdown_form import as_markdown

        return as_markdown(found)
    from stampcheck.diagnose.text_form import as_lines

    return "".join(f"{printable(one.text)}\n" for one in as_lines(found, _WIDTH))


def _print(found: Diagnosis, *, no_color: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from stampcheck.diagnose.text_form import as_lines

    console = Console(no_color=no_color or bool(os.environ.get("NO_COLOR")), highlight=False)
    is_terminal = sys.stdout.isatty()
    width = min(_WIDEST, max(_NARROWEST, console.width)) if is_terminal else _WIDTH
    for line in as_lines(found, width):
        console.print(Text(printable(line.text), style=line.style), soft_wrap=True)
