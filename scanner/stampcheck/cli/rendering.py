"""How the reports of a run are wanted: the options of every command that writes any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from stampcheck.cli.pipeline import chosen_formats
from stampcheck.errors import UsageError
from stampcheck.record import ReportFormat
from stampcheck.registry import Package, load_formats


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """The options as given: formats, the user's templates, and whether pseudonyms stand for what
    identifies anybody, with the file that keeps them.
    """

    formats: tuple[str, ...] = ()
    templates: Path | None = None
    redact: bool = False
    redact_key: Path | None = None

    def chosen(self) -> list[tuple[ReportFormat, Package]]:
        """The formats; ``UsageError`` where these or the templates cannot be used."""
        if self.redact_key is not None and not self.redact:
            raise UsageError("--redact-key is for --redact; name both.")
        chosen = chosen_formats(self.formats)
        check_templates(self.templates, chosen)
        return chosen


def check_templates(
    templates: Path | None, formats: Sequence[tuple[ReportFormat, Package]]
) -> None:
    """``UsageError`` where a folder of templates cannot be used by the formats, or by none."""
    if templates is None:
        return
    users = [form.templates for form, _ in formats if form.templates is not None]
    for user in users:
        user.check(templates)
    if not users:
        known = [form.id for form, _ in load_formats() if form.templates is not None]
        raise UsageError(f"--template is for formats with templates; add --format {known[0]}.")


def rendering_options(given: dict[str, Any]) -> Rendering:
    """Take the options of ``options.rendering`` from a command's arguments."""
    return Rendering(**{name: given.pop(name) for name in Rendering.__struct_fields__})
