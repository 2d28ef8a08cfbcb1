"""The templates, styles and scripts of report.html, and a user's own in their place.

A folder of the user's overrides ours file by file: ``NAME.html``, ``styles/NAME.css`` and
``scripts/NAME.js``. Styles and scripts that we do not have are added after ours; templates that we
do not have are there for others to include. Ours stay at hand as ``stampcheck/NAME.html``. They are
the user's own code and are not sandboxed; escaping stays on.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stampcheck.errors import RunError, UsageError
from stampcheck_reports.display import beside, clipped, path, prose, shown

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE: Final = "stampcheck_reports"
_PLACES: Final = (("templates", "", ".html"), ("styles", "styles", ".css"))
_ALL_PLACES: Final = (*_PLACES, ("scripts", "scripts", ".js"))


def originals() -> dict[str, str]:
    """Our own files by their names in a user's folder."""
    found: dict[str, str] = {}
    for ours, theirs, suffix in _ALL_PLACES:
        for file in _files(resources.files(_PACKAGE) / ours, suffix):
            name = f"{theirs}/{file.name}" if theirs else file.name
            found[name] = file.read_text("utf-8")
    return found


def check(folder: Path) -> None:
    """Read every file of a user's folder; ``UsageError`` names the first that cannot be used."""
    from jinja2 import TemplateSyntaxError, meta

    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder of templates.")
    loaded, used = environment(folder), set(originals())
    loaded.filters["filled"] = str
    for file in _files(folder, ".html"):
        try:
            tree = loaded.parse(_text(folder / file.name), filename=str(folder / file.name))
            loaded.get_template(file.name)
        except TemplateSyntaxError as error:
            place = f"{error.filename or folder / file.name} line {error.lineno}"
            raise UsageError(f"{place}: {error.message}; mend the template.") from error
        used.update(name for name in meta.find_referenced_templates(tree) if name)
    for name in _named(folder):
        _check_used(folder, name, used)


def _check_used(folder: Path, name: str, used: set[str]) -> None:
    """A template that nobody includes is a slip of the pen, and would be left out silently."""
    if name in used or (name.count("/") == 1 and name.endswith((".css", ".js"))):
        return
    near = difflib.get_close_matches(name, sorted(used), 1)
    hint = f"did you mean {near[0]}?" if near else "see 'stampcheck report --export-templates DIR'."
    raise UsageError(f"{folder / name}: overrides nothing and is included nowhere; {hint}")


def _named(folder: Path) -> Iterator[str]:
    for _, theirs, suffix in _ALL_PLACES:
        for file in _files(folder / theirs, suffix):
            yield f"{theirs}/{file.name}" if theirs else file.name
            _text(folder / theirs / file.name)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is not in UTF-8; save it anew.") from None


def _files(folder: Traversable | Path, suffix: str) -> list[Traversable | Path]:
    if not folder.is_dir():
        return []
    found = (file for file in folder.iterdir() if file.name.endswith(suffix) and file.is_file())
    return sorted(found, key=lambda file: file.name)


def environment(folder: Path | None = None) -> Environment:
    """The environment of our templates, behind those of a user's folder."""
    from jinja2 import (
        ChoiceLoader,
        Environment,
        FileSystemLoader,
        PackageLoader,
        PrefixLoader,
        StrictUndefined,
    )

    ours = PackageLoader(_PACKAGE)
    theirs = [FileSystemLoader(folder)] if folder else []
    made = Environment(
        # Who overrides a template can include or extend ours by its name behind the slash.
        loader=ChoiceLoader([*theirs, ours, PrefixLoader({"stampcheck": ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"shown": shown, "clipped": clipped, "path": path, "prose": prose}
    made.filters |= {"beside": beside, "number": "{:,}".format}
    return made


def joined(place: str, names: tuple[str, ...], suffix: str, folder: Path | None = None) -> str:
    """Source files in one text; scripts share one scope that the page cannot see."""
    theirs = {file.name: file for file in _files(folder / place, f".{suffix}")} if folder else {}
    ours = resources.files(_PACKAGE) / place
    order = [f"{name}.{suffix}" for name in names]
    order += [name for name in theirs if name not in order]
    texts = [(theirs.get(name) or ours / name).read_text("utf-8") for name in order]
    text = "\n".join(texts).replace("\r\n", "\n")
    return f'(() => {{\n"use strict";\n{text}}})();\n' if suffix == "js" else text


def render(
    name: str,
    folder: Path | None,
    context: dict[str, object],
    filters: Mapping[str, Callable[..., object]],
) -> str:
    """A rendered template; ``RunError`` names the template and line that cannot be rendered."""
    from jinja2 import TemplateError

    try:
        made = environment(folder)
        made.filters |= filters
        return made.get_template(name).render(context)
    except (TemplateError, TypeError, ValueError, AttributeError, LookupError) as error:
        if folder is None:
            raise
        raise RunError(f"{_place(error, folder)}: {error}; mend the template.") from error


def _place(error: Exception, folder: Path) -> str:
    """The line of a template that was rendered last, the user's own where it is among them."""
    places, trace = [], error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    own = [place for place in places if Path(place[0]).is_relative_to(folder)]
    name, line = (own or places or [(str(folder), 0)])[-1]
    return f"{name} line {line}" if line else name
