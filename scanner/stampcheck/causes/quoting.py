"""Where a placeholder of a runbook may stand in PowerShell: by itself, outside of all quotes.

A value is put in with quotes of its own. Between other quotes those would end the string, and what
the evidence holds would be a command; so would they beside a sign that belongs to another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stampcheck.causes.runbook import PLACEHOLDER

_SINGLE: Final = "'\u2018\u2019\u201a\u201b"
_DOUBLE: Final = '"\u201c\u201d\u201e'
_BEFORE: Final = " \t\n(=,"
_AFTER: Final = " \t\n),;|}]"
# What reads otherwise than the tokens below: arguments taken as they stand, and code in a string.
_STRANGE: Final = re.compile(r"--%|\$\(")
_TOKEN: Final = re.compile(
    rf"(?P<here>@[{_SINGLE}][^\S\n]*\n.*?(?:\n[{_SINGLE}]@|\Z)"
    rf"|@[{_DOUBLE}][^\S\n]*\n.*?(?:\n[{_DOUBLE}]@|\Z))"
    rf"|(?P<quotes>[{_SINGLE}][^{_SINGLE}]*(?:[{_SINGLE}]|\Z)"
    rf"|[{_DOUBLE}](?:`.|[^`{_DOUBLE}])*(?:[{_DOUBLE}]|`?\Z))"
    r"|(?P<comment><#.*?(?:#>|\Z)|(?<![^\s;|&(){},])#[^\n]*)"
    rf"|`(?!\{{\{{).|{PLACEHOLDER.pattern}|.",
    re.DOTALL,
)


def faults(powershell: str) -> Iterator[str]:
    """What is wrong with the places of the placeholders, each as the end of a sentence."""
    found = PLACEHOLDER.search(powershell)
    if found is None:
        return
    strange = _STRANGE.search(powershell)
    if strange:
        yield f"{strange.group()} may not stand beside {found.group()}; use a variable of its own"
        return
    for token in _TOKEN.finditer(powershell):
        yield from _token_faults(powershell, token)


def _token_faults(powershell: str, token: re.Match[str]) -> Iterator[str]:
    kind, name = token.lastgroup, PLACEHOLDER.search(token.group())
    if name is None:
        return
    if kind == "comment":
        yield f"{name.group()} stands in a comment; write it in what or expect"
    elif kind in ("here", "quotes"):
        yield f"{name.group()} stands between quotes; it brings its own, so write it without"
    elif not _is_alone(powershell, token):
        yield f"{name.group()} touches another word; write it by itself, between spaces"


def _is_alone(powershell: str, token: re.Match[str]) -> bool:
    before, after = powershell[: token.start()][-1:], powershell[token.end() :][:1]
    return before in _BEFORE and after in _AFTER
