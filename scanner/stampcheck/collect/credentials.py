"""The credentials of one collection: one for each sign-in and authority, so that a person signs in
once.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable

import msgspec
from azure.core.pipeline.transport import RequestsTransport

from stampcheck.collect.asking import Limits
from stampcheck.collect.journal import Entry, Journal
from stampcheck.collect.origin import origin_of
from stampcheck.collect.proxy import Proxies
from stampcheck.collect.refused import NotSignedIn
from stampcheck.collect.secret import resolve
from stampcheck.collect.sign_in import Surroundings, make, typed
from stampcheck.collect.signed_in import SignedIn
from stampcheck.collect.tools import Tools
from stampcheck.collect.transport import Line, transport
from stampcheck.document import iso
from stampcheck.targets import INTERACTIVE, SignIn


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where to sign in: the authority, the tenant, the file of CAs and the proxies on the way."""

    authority: str
    tenant: str = ""
    ca: str = ""
    proxies: Proxies = Proxies()  # never written to


class Credentials:
    """Makes credentials when they are first needed; called by many threads."""

    def __init__(self, tools: Tools, pace: Callable[[], None]) -> None:
        self._tools = tools
        self._pace = pace
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, ...], threading.Lock] = {}
        self._made: dict[tuple[str, ...], SignedIn] = {}
        self._typed: dict[str, str] = {}
        self._accounts: set[str] = set()

    @property
    def accounts(self) -> list[str]:
        """Who signed in where, by name, method, tenant and account; no secrets."""
        with self._lock:
            return sorted(self._accounts)

    def of(self, sign_in: SignIn, place: Place, scope: str) -> SignedIn:
        """The credential of a sign-in; a person signs in at once, for the scope. ``UsageError``
        where its secret cannot be had.
        """
        key = (sign_in.name or sign_in.method, place.authority, place.tenant, place.ca)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._made:
                self._made[key] = self._new(sign_in, place, scope)
            return self._made[key]

    def password(self, sign_in: SignIn, stamp: str) -> str:
        """The password of a privileged endpoint's account; ``UsageError`` where there is none."""
        self._told(f"{sign_in.name} ({sign_in.method}, {sign_in.user}) at {stamp}")
        around = self._surroundings()
        return resolve(sign_in.secret, around.environment, around.prompt, typed(sign_in))

    def ask_persons(self, sign_ins: Iterable[SignIn]) -> None:
        """Have every secret typed in that is to be typed in, before anything runs."""
        ask = self._tools.surroundings.prompt
        for sign_in in sign_ins:
            what = typed(sign_in)
            if sign_in.secret == "prompt" and ask is not None and what not in self._typed:  # noqa: S105 (a reference)
                self._typed[what] = ask(what)

    def close(self) -> None:
        """Close every credential."""
        with self._lock:
            made = list(self._made.values())
        for credential in made:
            credential.close()

    def _new(self, sign_in: SignIn, place: Place, scope: str) -> SignedIn:
        words = ", ".join(filter(None, (sign_in.method, place.tenant, sign_in.client_id)))
        self._told(f"{sign_in.name or 'default'} ({words}) at {place.authority}")
        credential = make(
            sign_in,
            authority=place.authority,
            tenant=place.tenant,
            transport=lambda: self._to_authority(place),
            surroundings=self._surroundings(),
        )
        if sign_in.method in INTERACTIVE:
            # The first ask would do it too, but a person is to see it before everything runs.
            with contextlib.suppress(NotSignedIn):
                credential.get_token(scope)
        return credential

    def _told(self, account: str) -> None:
        with self._lock:
            self._accounts.add(account)

    def _to_authority(self, place: Place) -> RequestsTransport:
        line = Line(
            channel="sign-in",
            origins=frozenset((origin_of(place.authority),)),
            allows=lambda method, _: method in ("GET", "POST"),
            limits=_of_a_sign_in(self._tools.limits),
            proxies=place.proxies,
            ca=place.ca,
            pace=self._pace,
        )
        tools = self._tools
        return transport(line, tools.journal, clock=tools.clock, monotonic=tools.monotonic)

    def _surroundings(self) -> Surroundings:
        """What runs beside the transport, such as ``az``, is noted as well; what was typed once is
        not asked for again.
        """
        around = self._tools.surroundings
        prompt = self._prompt if around.prompt is not None else None
        return msgspec.structs.replace(around, note=self._note, prompt=prompt)

    def _note(self, method: str, url: str, error: str) -> None:
        journal: Journal = self._tools.journal
        at = iso(self._tools.clock())
        journal.add(Entry(at=at, channel="sign-in", method=method, url=url, error=error))

    def _prompt(self, what: str) -> str:
        ask = self._tools.surroundings.prompt
        if what not in self._typed and ask is not None:
            self._typed[what] = ask(what)
        return self._typed[what]


def _of_a_sign_in(limits: Limits) -> Limits:
    """The bounds of one request to an authority, which may take no longer than a sign-in."""
    return msgspec.structs.replace(
        limits, read=min(limits.read, limits.sign_in), request=limits.sign_in
    )
