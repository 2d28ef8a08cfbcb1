"""What a report format is: a word, files, a function that writes them, and options of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import msgspec


class ReportOption(msgspec.Struct, frozen=True):
    """A choice that a report format offers as ``--<format>-<name>``; its function takes it as the
    keyword-only argument ``<name>``, whose default holds where nothing is chosen. Without
    ``choices`` any text will do.
    """

    name: str
    title: str
    choices: tuple[str, ...] = ()

    @property
    def argument(self) -> str:
        """The name of the function's argument."""
        return self.name.replace("-", "_")


class Templates(msgspec.Struct, frozen=True):
    """What a format that has templates does with a user's own: ``originals`` gives its own files by
    name, ``check`` raises ``UsageError`` where a folder cannot be used.
    """

    originals: Callable[[], dict[str, str]]
    check: Callable[[Path], None]


class ReportFormat(msgspec.Struct, frozen=True):
    """A way to render a saved scan: its ``--format`` word, the files it writes, the function and
    the options that it offers.

    The function takes the record and a folder, and writes exactly ``files`` into that. A format
    that has ``templates`` takes those in ``ScanRecord.templates`` first.
    """

    id: str
    title: str
    files: tuple[str, ...]
    write: Callable[..., None]
    options: tuple[ReportOption, ...] = ()
    templates: Templates | None = None

    def flag(self, option: ReportOption) -> str:
        """The option as it is typed."""
        return f"--{self.id}-{option.name}"

    def choosing(self, choices: Mapping[str, str]) -> ReportFormat:
        """The same format with arguments of its function chosen."""
        return msgspec.structs.replace(self, write=partial(self.write, **choices))


def report_format(
    id: str,  # noqa: A002 (the word for --format)
    title: str,
    files: tuple[str, ...],
    *options: ReportOption,
    templates: Templates | None = None,
) -> Callable[[Callable[..., None]], ReportFormat]:
    """Make a function that renders a scan a report format; registers nothing."""
    return lambda write: ReportFormat(id, title, files, write, options, templates)
