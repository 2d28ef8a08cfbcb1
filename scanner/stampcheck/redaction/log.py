"""Logs and other texts with pseudonyms, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stampcheck.redaction.pseudonym import Kind, is_guid
from stampcheck.redaction.rewriting import Rewriter

_VALUE: Final = r"[\"']?(?P<value>[^\s\"',;)\]]{2,200})"
_IS: Final = r"[\"']?\s{0,8}[:=]\s{0,8}"
_TOLD: Final = (
    (Kind.HOST, r"(?:machine|computer\s?name|host\s?name|privileged\s?endpoint)"),
    (Kind.USER, r"(?:user\s?name|run\s?as\s?user|account\s?id|account|user)"),
    (Kind.REGISTRATION, r"(?:registration|resource)\s?name"),
    (Kind.GROUP, r"resource\s?group(?:\s?name)?"),
    (Kind.TENANT, r"(?:directory\s?tenant\s?(?:id|name)?|tenant\s?id|aad\s?tenant\s?(?:id|name))"),
    (Kind.SUBSCRIPTION, r"subscription\s?id"),
    (Kind.CLOUD, r"cloud\s?id"),
    (Kind.DEPLOYMENT, r"deployment\s?id"),
    (Kind.OBJECT, r"(?:object|client|application|principal)\s?id"),
    (Kind.STAMP, r"stamp(?:\s?name)?"),
    (Kind.TEXT, r"agreement\s?number"),
)
_PATTERNS: Final = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, words in _TOLD
    for pattern in (
        rf"(?<![A-Za-z]){words}{_IS}{_VALUE}",
        # A parameter of a command.
        rf"(?<!\w)-{words}\s{{1,8}}(?!-){_VALUE}",
    )
]
_ACCOUNT: Final = re.compile(
    r"(?<![\w\\:/.-])([A-Za-z][\w-]{1,14})\\([A-Za-z][\w.$-]{1,63})(?![\w\\])"
)
_HOME: Final = re.compile(
    r"(?:[A-Za-z]:\\Users\\|/home/|/Users/)([^\\/\s\"'<>|]{1,64})", re.IGNORECASE
)
_SHARE: Final = re.compile(r"(?<![\\\w])\\\\([\w.-]{2,63})\\")
_NOBODY: Final = frozenset(("true", "false", "null", "$null", "none", "nt authority", "builtin"))


def learn_log(lines: Sequence[str], rewriter: Rewriter) -> None:
    """Let every name be met that a line tells the kind of, before any line is rewritten."""
    for line in lines:
        _learn_line(line, rewriter)
    for line in lines:
        # Names that are known by their form, such as those in resource ids.
        rewriter.text(line)


def _learn_line(line: str, rewriter: Rewriter) -> None:
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(line):
            _learn(kind, found["value"], rewriter)
    for found in _ACCOUNT.finditer(line):
        if found[1].lower() not in ("users", "windows", "microsoft", "program"):
            _learn(Kind.DOMAIN, found[1], rewriter)
            _learn(Kind.USER, found[2], rewriter)
    for found in _HOME.finditer(line):
        _learn(Kind.USER, found[1], rewriter)
    for found in _SHARE.finditer(line):
        rewriter.host(found[1])


def _learn(kind: Kind, value: str, rewriter: Rewriter) -> None:
    value = value.rstrip(".:")
    domain, mark, user = value.partition("\\")
    if mark and kind is Kind.USER:
        _learn(Kind.DOMAIN, domain, rewriter)
        value = user
    if not value or value.lower() in _NOBODY or value[0] in "$<@[{(" or "*" in value:
        return
    if kind is Kind.HOST:
        rewriter.host(value)
    elif is_guid(value) or rewriter.text(value) == value:
        rewriter.names.give(kind, value)


def rewrite_log(lines: Iterable[str], rewriter: Rewriter) -> Iterator[str]:
    """The lines with pseudonyms."""
    return (rewriter.text(line) for line in lines)
