"""``stampcheck redact``: a run, a bundle or logs with pseudonyms, to be handed on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from stampcheck.cli import options
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import Formats, new_run, now, open_record, opened
from stampcheck.cli.redacting import KEY, Original, export, export_run
from stampcheck.cli.reporting import Reporting
from stampcheck.errors import UsageError
from stampcheck.redaction.log import learn_log, rewrite_log
from stampcheck.redaction.rewriting import Rewriter

_MOST: Final = 200_000_000


@click.command(cls=Reporting)
@click.argument("paths", type=options.PATH, nargs=-1, required=True, metavar="PATH...")
@options.output
@options.redact_key
@options.talk
def redact(  # noqa: PLR0913 (one parameter for each option)
    *,
    paths: tuple[Path, ...],
    output_dir: Path,
    formats: Formats,
    redact_key: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
) -> int:
    """Write a run, a bundle or logs anew with pseudonyms, to be handed on.

    PATH is the folder of a run, a bundle (folder or zip), or one or more text files such as logs.
    The same original has the same pseudonym wherever the same key is used.
    """
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    key = redact_key or output_dir / KEY
    folder = _free(output_dir)
    if all(path.is_file() and path.suffix.lower() != ".zip" for path in paths):
        succeeded = export(folder, key, talk, None, lambda to, how: _logs(paths, to, how))
    else:
        with _original(paths) as original:
            succeeded = export_run(original, folder, key, talk, formats)
    click.echo(folder)
    return 0 if succeeded else 5


def _free(output: Path) -> Path:
    """A new name for the folder; the folder itself comes with what is in it."""
    folder = new_run(output, now())
    folder.rmdir()
    return folder


@contextlib.contextmanager
def _original(paths: tuple[Path, ...]) -> Iterator[Original]:
    if len(paths) > 1:
        raise UsageError("Name one run or bundle at a time, or text files only.")
    path = paths[0]
    if not path.exists():
        raise UsageError(f"{path}: there is no such run, bundle or log.")
    record = open_record(path) if (path / "scan.json").is_file() else None
    if record is not None and not (path / "bundle" / "manifest.json").is_file():
        yield Original(record=record)
        return
    with opened(path) as bundle:
        yield Original(record=record, bundle=bundle)


def _logs(paths: tuple[Path, ...], folder: Path, rewriter: Rewriter) -> bool:
    texts = [(path, _text(path)) for path in paths]
    for _, text in texts:
        learn_log(text.splitlines(), rewriter)
    rewriter.forget()
    for path, text in texts:
        target = folder / rewriter.label(path.name)
        if target.exists():
            target = folder / rewriter.label(f"{path.parent.name}-{path.name}")
        with target.open("x", encoding="utf-8", newline="") as stream:
            stream.writelines(rewrite_log(text.splitlines(keepends=True), rewriter))
    return True


def _text(path: Path) -> str:
    """A text in UTF-8 or, as PowerShell writes it, in UTF-16."""
    if path.stat().st_size > _MOST:
        raise UsageError(f"{path}: is larger than a log can be ({_MOST:,} bytes).")
    data = path.read_bytes()
    try:
        is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(
            f"{path}: is no text in UTF-8 or UTF-16, so nobody knows what it tells; save it anew."
        ) from None
