"""How the reports of a run are wanted, besides their formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from stampcheck.cli.pipeline import Formats
from stampcheck.errors import UsageError
from stampcheck.registry import load_formats


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """The options as given: the user's templates, and whether pseudonyms stand for what identifies
    anybody, with the file that keeps them.
    """

    templates: Path | None = None
    redact: bool = False
    redact_key: Path | None = None


def rendering_options(given: dict[str, Any], formats: Formats) -> Rendering:
    """Take the options of ``options.rendering`` from a command's arguments; ``UsageError`` where
    they cannot be used.
    """
    made = Rendering(**{name: given.pop(name) for name in Rendering.__struct_fields__})
    if made.redact_key is not None and not made.redact:
        raise UsageError("--redact-key is for --redact; name both.")
    _check_templates(made.templates, formats)
    return made


def _check_templates(templates: Path | None, formats: Formats) -> None:
    """``UsageError`` where a folder of templates cannot be used by the formats, or by none."""
    if templates is None:
        return
    users = [form.templates for form, _ in formats if form.templates is not None]
    for user in users:
        user.check(templates)
    if not users:
        known = [form.id for form, _ in load_formats() if form.templates is not None]
        raise UsageError(f"--template is for formats with templates; add --format {known[0]}.")
