"""What evidence is missing, the exact command for it and whom to ask.

Commands only read. Known values are filled in quoted for their shell; what is unknown shows as
``<FILL: words>`` inside quotes, so that a command pasted too early redirects nothing.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Final, Literal
from urllib.parse import quote

from stampcheck.scripts.placeholder import DAYS_AGO, PLACEHOLDERS
from stampcheck.scripts.recipe import RECIPES, REGISTRATIONS, ROLE_DEFINITION, Recipe

__all__ = [
    "DAYS_AGO",
    "PLACEHOLDERS",
    "RECIPES",
    "REGISTRATIONS",
    "ROLE_DEFINITION",
    "Recipe",
    "Shell",
    "command",
    "filled_path",
    "settles",
]

Shell = Literal["cli", "az", "azurerm"]
"""Azure CLI in bash, PowerShell with Az, PowerShell with AzureRM."""

_REGISTRATION_ID: Final = (
    "/subscriptions/{subscription_id}/resourceGroups/{resource_group}"
    "/providers/Microsoft.AzureStack/registrations/{registration_name}"
)
_ID_PATTERN: Final = re.compile(
    r"/subscriptions/(?P<subscription_id>[^/]+)/resourceGroups/(?P<resource_group>[^/]+)"
    r"/providers/Microsoft\.AzureStack/registrations/(?P<registration_name>[^/]+)/?",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_QUOTES: Final = re.compile("['\u2018-\u201b]")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]+")
_KEEP_IN_PATH: Final = "-._~()"
_DAY: Final = re.compile("{(" + "|".join(DAYS_AGO) + ")}")
_BASH_DAY: Final = (
    "\"$(date -u -d '-%d days' +%%Y-%%m-%%d 2>/dev/null || date -u -v-%dd +%%Y-%%m-%%d)\""
)
_POWERSHELL_DAY: Final = "(Get-Date).ToUniversalTime().AddDays(-%d).ToString('yyyy-MM-dd')"
_NAMED_BY: Final = {"azure": ("subscription_id",), "stamp": ("region",), "pep": ("region",)}
_OF_A_REGISTRATION: Final = frozenset(("registration", "role-assignments"))

Quote = Callable[[str], str]


def settles(documents: tuple[str, ...]) -> tuple[Recipe, ...]:
    """The recipes of the kinds of document that can answer a fact, in the fact's own order."""
    return tuple(RECIPES[kind] for kind in dict.fromkeys(documents))


def command(kind: str, values: Mapping[str, str], *, shell: Shell) -> str:
    """The command that obtains a kind of document, with the known values filled in.

    A kind that Azure CLI cannot obtain (``Recipe.cli`` is empty) gives PowerShell instead.
    """
    recipe = RECIPES[kind]
    known = _completed(values)
    if shell == "cli" and recipe.cli:
        return _filled(recipe, recipe.cli, known, shlex.quote)
    template = recipe.azurerm if shell == "azurerm" else recipe.az
    return _filled(recipe, template, known, _powershell_quote)


def _filled(recipe: Recipe, template: str, known: Mapping[str, str], quoted: Quote) -> str:
    def word(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "kind":
            return recipe.kind
        if name == "url":
            return _url_word(recipe.path, known, quoted)
        if name == "file":
            return quoted(_file_name(recipe, known))
        if name == "subscription_path":
            return quoted("/subscriptions/" + _value("subscription_id", known))
        return quoted(_value(name, known))

    return _PLACEHOLDER.sub(word, template)


def _completed(values: Mapping[str, str]) -> Mapping[str, str]:
    """Known values without control characters; a registration id and its parts give each other."""
    known = {name: _CONTROL.sub(" ", value).strip() for name, value in values.items()}
    known = {name: value for name, value in known.items() if value}
    match = _ID_PATTERN.fullmatch(known.get("registration_id", ""))
    if match:
        return match.groupdict() | known
    return {"registration_id": _expanded(_REGISTRATION_ID, known, str)} | known


def _value(name: str, known: Mapping[str, str]) -> str:
    return known[name] if name in known else f"<FILL: {PLACEHOLDERS[name]}>"


def _expanded(path: str, known: Mapping[str, str], encode: Callable[[str], str]) -> str:
    def part(match: re.Match[str]) -> str:
        name = match.group(1)
        return encode(known[name]) if name in known else _value(name, known)

    return _PLACEHOLDER.sub(part, path)


def _url_word(path: str, known: Mapping[str, str], quoted: Quote) -> str:
    """The path as one word of the shell; days that nobody gave are reckoned by the shell."""
    if known.keys() >= set(_DAY.findall(path)):
        return quoted(_url(path, known))
    # Every second piece is the name of a day.
    pieces = _DAY.split(path)
    words = [quoted(_url(text, known)) for text in pieces[::2]]
    days = [DAYS_AGO[name] for name in pieces[1::2]]
    if quoted is shlex.quote:
        reckoned = [_BASH_DAY % (ago, ago) for ago in days]
        return "".join(_alternating(words, reckoned))
    return "(" + " + ".join(_alternating(words, [_POWERSHELL_DAY % ago for ago in days])) + ")"


def _alternating(words: list[str], between: list[str]) -> Iterator[str]:
    for word, following in zip_longest(words, between):
        yield word
        if following is not None:
            yield following


def filled_path(path: str, values: Mapping[str, str]) -> str:
    """A path of a recipe with its placeholders filled in, percent-encoded part by part.

    Raises ``ValueError`` where one is not known, or where a value would lead elsewhere.
    """
    parts = [part for value in values.values() for part in value.split("/")]
    if any(part in (".", "..") for part in parts):
        raise ValueError("a value has a part that leads to another path")
    url = _url(path, values)
    if "<FILL:" in url or _PLACEHOLDER.search(url):
        raise ValueError("a value for the path is missing")
    return url


def _url(path: str, known: Mapping[str, str]) -> str:
    if "registration_id" in known:
        path = path.replace("{registration_id}", _encoded_id(known["registration_id"]))
    return _expanded(path, known, _encoded)


def _encoded(value: str) -> str:
    return quote(value, safe=_KEEP_IN_PATH, errors="replace")


def _encoded_id(resource_id: str) -> str:
    """An id as a path; what is still to be filled in stays readable."""
    fill = re.compile(r"(<FILL: [a-zA-Z ]+>)")
    return "/".join(
        "".join(piece if fill.fullmatch(piece) else _encoded(piece) for piece in fill.split(part))
        for part in resource_id.split("/")
    )


def _file_name(recipe: Recipe, known: Mapping[str, str]) -> str:
    names = _NAMED_BY.get(recipe.side, ())
    if recipe.kind in _OF_A_REGISTRATION:
        names = (*names, "registration_name")
    side = "azure" if recipe.side == "azure" else "stamp"
    named = () if recipe.kind.startswith(side) else (side,)
    parts = [_UNSAFE.sub("-", known[name])[:80] for name in names if name in known]
    suffix = ".txt" if recipe.kind == "registration-token" else ".json"
    return "-".join([*named, *parts, recipe.kind]) + suffix


def _powershell_quote(value: str) -> str:
    """A literal word of PowerShell, which takes the typographic quotation marks for quotes too."""
    return "'" + _QUOTES.sub(lambda match: match.group() * 2, value) + "'"
