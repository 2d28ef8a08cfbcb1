"""Originals in texts, ids, addresses and file names, replaced by their pseudonyms.

What is known by its place is replaced by its kind (a subscription in a resource id); what is known
by its form anywhere (GUIDs, e-mail and IP addresses, hosts of URLs); names that were met once in
whatever stands between other words. Places of an original are never looked into again.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from stampcheck.redaction import public
from stampcheck.redaction.pseudonym import Kind, Pseudonyms, Span, folded, is_guid

_NAME: Final = r"[^/\s\"'<>,;)\]}?&|\\]{1,260}"
_FORMS: Final = re.compile(
    r"https?://(?P<host>[^/\s\"'<>?#:@\\,;()\]]{1,253})"
    r"|(?P<user>(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<guid>(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])"
    r"|(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z]))"
    r"|(?P<ip>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)"
    r"|(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:.]))"
    rf"|/(?P<kind>subscriptions|resourcegroups|registrations|locks)/(?P<name>{_NAME})",
    re.IGNORECASE,
)
_PLACES: Final = {
    "subscriptions": Kind.SUBSCRIPTION,
    "resourcegroups": Kind.GROUP,
    "registrations": Kind.REGISTRATION,
    "locks": Kind.LOCK,
    "managementgroups": Kind.NAME,
    "regionhealths": Kind.REGION,
    "fabriclocations": Kind.REGION,
    "locations": Kind.REGION,
    "roleassignments": Kind.ID,
    "roledefinitions": Kind.ID,
}
_NAMELESS: Final = frozenset(
    ("providers", "tenants", "eventtypes", "management", "values", "metadata")
)
_ARM: Final = ("/subscriptions", "/providers", "/tenants", "/delegatedproviders", "/metadata")
_SYSTEM: Final = re.compile(r"system\.(.+)", re.IGNORECASE)
_OURS: Final = re.compile(rf"(?:{'|'.join(Kind)})-(?:\d+|[A-Z]+)|azurestack", re.IGNORECASE)
_LEFT: Final = re.compile(r"\w")
_CUT: Final = re.compile(r"[^\s\"'<>(),;]{6,}?(?=\.\.\.|\u2026)")
_PAGE: Final = re.compile(r"#\d+$")


class Rewriter:
    """Rewrites what evidence and reports are made of."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self.names = pseudonyms
        self.text = functools.lru_cache(maxsize=65_536)(self._text)

    def forget(self) -> None:
        """Forget what was rewritten, since more names are known now."""
        self.text.cache_clear()

    def stamp(self, name: str) -> str:
        """The name of a stamp."""
        return self.names.give(Kind.STAMP, name)

    def finding_stamp(self, name: str) -> str:
        """The stamp of a finding, or the pseudo-stamp."""
        return self.stamp(name)

    def guid(self, kind: Kind, text: str) -> str:
        """An id in a field of that kind; a text that is no GUID is named all the same."""
        return self.names.give(kind, text)

    def key(self, name: str) -> str:
        """The name of a field; a word of ours stays, though something may be called so too."""
        return name if name.lower() in self.names.common else self.text(name)

    def digest(self, text: str) -> str:
        """A digest that tells nothing of what it was made of."""
        return self.names.digest(text) if text else ""

    def _text(self, text: str) -> str:
        if not text:
            return text
        return self._cut(self._rewritten(text, self.names.spans(text)))

    def _rewritten(self, text: str, names: Iterable[Span]) -> str:
        return _replaced(text, sorted((*self._forms(text), *names), key=_leftmost_longest))

    def _forms(self, text: str) -> Iterator[Span]:
        for found in _FORMS.finditer(text):
            group = next(name for name in _BY_FORM if found[name] is not None)
            yield Span(found.start(group), found.end(group), partial(_BY_FORM[group], self, found))

    def _host_in(self, found: re.Match[str]) -> str:
        return self.host(found["host"])

    def _user(self, found: re.Match[str]) -> str:
        return self.names.give(Kind.USER, found.group())

    def _guid(self, found: re.Match[str]) -> str:
        return self.names.give(Kind.ID, found.group())

    def _ip(self, found: re.Match[str]) -> str:
        return self.names.give(Kind.ADDRESS, found.group()) if is_ip(found.group()) else found["ip"]

    def _place(self, found: re.Match[str]) -> str:
        return self._named(found["kind"].lower(), found["name"])

    def path(self, text: str) -> str:
        """A resource id or the path of a request: each name by the type before it."""
        if not text.lower().startswith(_ARM):
            return self.text(text)
        whole, mark, query = text.partition("?")
        parts = whole.split("/")
        after = ["", *parts[:-1]]
        is_name = _name_places(parts)
        changed = [
            self._named(before.lower(), part) if named else self.text(part)
            for before, part, named in zip(after, parts, is_name, strict=True)
        ]
        return "/".join(changed) + mark + self.text(query)

    def _named(self, place: str, name: str) -> str:
        """A name in a resource id, which stands after ``place``."""
        if not name or name in "*{}":
            return name
        system = _SYSTEM.fullmatch(name)
        if place == "resourcegroups" and system:
            return name[:7] + self.names.give(Kind.REGION, system[1])
        known = self.names.known(name)
        if known is not None:
            return known
        kind = _PLACES.get(place, Kind.NAME)
        if is_guid(name):
            return self.names.give(Kind.ID if kind is Kind.NAME else kind, name)
        return name if name.isdigit() else self.name(kind, name)

    def name(self, kind: Kind, name: str) -> str:
        """A name by itself: made of pseudonyms alone where it is made of originals alone, such as
        the default name of a registration; else it gets one of its own.
        """
        known = self.names.known(name)
        if known is not None:
            return known
        changed = self._rewritten(name, self.names.spans(name, alone=False))
        is_whole = changed != name and not _LEFT.search(_OURS.sub("", changed))
        return changed if is_whole else self.names.give(kind, name)

    def host(self, host: str) -> str:
        """A host by its parts: services keep their labels, region and domain get pseudonyms."""
        low = folded(host.strip(".[]"))
        if public.is_public_host(low) or not low:
            return host
        if is_ip(low):
            return self.names.give(Kind.ADDRESS, low)
        labels = low.split(".")
        services = 0
        while services < len(labels) - 1 and labels[services] in public.SERVICES:
            services += 1
        own = labels[services:]
        if services and len(own) > 2:
            own = [self.names.give(Kind.REGION, own[0]), self.domain(".".join(own[1:]))]
        else:
            own = [self._host_of(own)]
        return ".".join((*labels[:services], *own))

    def _host_of(self, labels: list[str]) -> str:
        """The longest end that is known as a domain, and names of hosts before it."""
        for place in range(len(labels)):
            known = self.names.known(".".join(labels[place:]))
            if known is not None:
                before = (
                    self.names.known(label) or self.names.give(Kind.HOST, label)
                    for label in labels[:place]
                )
                return ".".join((*before, known))
        return self.names.give(Kind.HOST, ".".join(labels))

    def domain(self, domain: str, region: str = "") -> str:
        """A domain, with the region in front of it where it begins so."""
        low = folded(domain.strip("."))
        if public.is_public_host(low):
            return domain
        if region and low.startswith(folded(region) + "."):
            rest = self.names.give(Kind.DOMAIN, low[len(region) + 1 :])
            return f"{self.names.give(Kind.REGION, region)}.{rest}"
        return self.names.give(Kind.DOMAIN, low)

    def label(self, label: str) -> str:
        """The name of a document: folders and file names that say more than their kind."""
        folders = label.split("/")
        name = folders.pop()
        page = _PAGE.search(name)
        own = name[: page.start()] if page else name
        changed = [self._folder(folder) for folder in folders]
        return "/".join((*changed, self._file(own) + (page.group() if page else "")))

    def _folder(self, folder: str) -> str:
        known = self.names.known(folder)
        if known is not None or not folder or public.is_plain_file_name(folder):
            return known or folder
        return self.name(Kind.FOLDER, folder)

    def _file(self, name: str) -> str:
        if not name or public.is_plain_file_name(name):
            return name
        stem, dot, suffix = name.rpartition(".")
        if not dot or not public.is_plain_file_name(suffix):
            stem, dot, suffix = name, "", ""
        known = self.names.known(stem)
        return (known or self.names.give(Kind.DOCUMENT, stem)) + dot + suffix

    def _cut(self, text: str) -> str:
        """A text without the beginnings of originals that were cut off to fit a sentence."""
        if "..." not in text and "\u2026" not in text:
            return text
        return _CUT.sub(lambda found: self._known_beginning(found.group()), text)

    def _known_beginning(self, token: str) -> str:
        low = folded(token)
        for place in range(len(low) - 5):
            if place and low[place - 1].isalnum():
                continue
            whole = self.names.beginning_with(low[place:])
            if whole:
                return token[:place] + whole
        return token


_BY_FORM: Final[dict[str, Callable[[Rewriter, re.Match[str]], str]]] = {
    "host": Rewriter._host_in,  # noqa: SLF001 (a table of its own methods)
    "user": Rewriter._user,  # noqa: SLF001
    "guid": Rewriter._guid,  # noqa: SLF001
    "ip": Rewriter._ip,  # noqa: SLF001
    "name": Rewriter._place,  # noqa: SLF001
}


def _leftmost_longest(span: Span) -> tuple[int, int]:
    return span.start, -span.end


def _replaced(text: str, spans: list[Span]) -> str:
    parts, at = [], 0
    for start, end, made in spans:
        if start >= at:
            parts += [text[at:start], made if isinstance(made, str) else made()]
            at = end
    return "".join((*parts, text[at:]))


def _name_places(parts: list[str]) -> list[bool]:
    """Which parts of a path are names: after a type, and after the namespace types alternate."""
    named = [False] * len(parts)
    place = 1 if parts and not parts[0] else 0
    while place < len(parts):
        word = parts[place].lower()
        if word == "providers":
            place += 2  # the namespace
        elif word in _NAMELESS:
            place += 1
        else:
            if place + 1 < len(parts):
                named[place + 1] = True
            place += 2
    return named


def is_ip(text: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
