"""The operator's machine, by the document that ``doctor --operator-script`` writes there."""

from __future__ import annotations

from typing import Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Found, read_field
from stampcheck.parse.shape import ABSENT, Item, as_mapping
from stampcheck.parse.value import Unreadable, boolean, malformed, present, shown, text
from stampcheck.values import OperatorTools

_WHAT: Final = "the operator's machine"
HINT: Final = "run the script of 'stampcheck doctor --operator-script' there"
"""How the document comes about."""

_MODES: Final = ("FullLanguage", "ConstrainedLanguage", "RestrictedLanguage", "NoLanguage")
_MOST_MODULES: Final = 5000
_AZ: Final = "Az"
_AZURE_RM: Final = "AzureRM"
_NUMBERS: Final = 4


def machine(evidence: Evidence) -> Found | Missing:
    """The newest document about the operator's machine."""
    found = evidence.newest("operator", _WHAT)
    if isinstance(found, Missing) and found.reason is Reason.NOT_COLLECTED:
        return Missing(found.reason, f"{found.detail}; {HINT}")
    return found


def language_mode(evidence: Evidence) -> Known[str] | Missing:
    """Language mode of the operator's PowerShell, in PowerShell's own spelling."""
    return read_field(machine(evidence), "language_mode", _mode)


def _mode(value: object) -> str:
    word = text(value)
    known = {mode.lower(): mode for mode in _MODES}
    if word.lower() in known:
        return known[word.lower()]
    raise Unreadable(
        Reason.AMBIGUOUS, f"{shown(word)} is no language mode of PowerShell ({', '.join(_MODES)})"
    )


def operator_tools(evidence: Evidence) -> Known[OperatorTools] | Missing:
    """Registration tools and modules."""
    found = machine(evidence)
    if isinstance(found, Missing):
        return found
    tools = read_field(found, "tools", _tools)
    installed = read_field(found, "modules", _modules)
    loaded = read_field(found, "loaded_modules", _modules)
    if isinstance(tools, Missing):
        return tools
    if isinstance(installed, Missing):
        return installed
    if isinstance(loaded, Missing):
        return loaded
    has_tools, branch = tools.value
    value = OperatorTools(
        has_tools=has_tools,
        branch=branch,
        loaded=_families(loaded.value),
        installed=_families(installed.value),
        modules=_newest([*loaded.value, *installed.value]),
    )
    return Known(value, tools.source)


def _tools(value: object) -> tuple[bool, str]:
    mapping = as_mapping(present(value))
    if mapping is None:
        raise malformed("a description of the tools", value)
    item = Item(mapping)
    has_tools, branch = boolean(item.own("found")), item.own("branch")
    if branch in (ABSENT, None, ""):
        return has_tools, ""
    return has_tools, text(branch)[:80]


def _modules(value: object) -> list[tuple[str, str]]:
    """Names and versions; PowerShell unrolls a list of one."""
    listed = value if isinstance(value, list) else [present(value)]
    if len(listed) > _MOST_MODULES:
        raise malformed("a list of modules", f"{len(listed)} of them")
    return [_module(one) for one in listed]


def _module(value: object) -> tuple[str, str]:
    mapping = as_mapping(value)
    if mapping is None:
        raise malformed("a module with its version", value)
    item = Item(mapping)
    return text(item.own("name"))[:80], text(item.own("version"))[:40]


def _families(modules: list[tuple[str, str]]) -> frozenset[str]:
    names = {name.lower() for name, _ in modules}
    found = {_AZ for name in names if name == "az" or name.startswith("az.")}
    return frozenset(found | {_AZURE_RM for name in names if name.startswith("azurerm")})


def _newest(modules: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    newest: dict[str, tuple[str, str]] = {}
    for name, version in modules:
        known = newest.get(name.lower())
        if known is None or _order(version) > _order(known[1]):
            newest[name.lower()] = (name, version)
    return tuple(newest[name] for name in sorted(newest))


def _order(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:_NUMBERS]
    return tuple(int(part) if part.isascii() and part.isdecimal() else -1 for part in parts)
