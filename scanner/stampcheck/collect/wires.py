"""Who is asked, by the names in the asks: made when they are first needed, each once.

A wire that cannot be made, such as one whose secret is not set, answers every ask with why, so that
everybody else is still asked.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import msgspec
from azure.core.pipeline.transport import RequestsTransport

from stampcheck import __version__
from stampcheck.collect.asking import Ask, Failure, Fetched, Limits, Wire
from stampcheck.collect.authority import authority_for_stamp, scope_of
from stampcheck.collect.journal import Entry, Journal
from stampcheck.collect.origin import origin_of
from stampcheck.collect.pep import PepWire
from stampcheck.collect.proxy import Proxies, proxies_for
from stampcheck.collect.refused import NotSignedIn
from stampcheck.collect.secret import resolve
from stampcheck.collect.sign_in import AZURE_CLI, Surroundings, make
from stampcheck.collect.signed_in import SignedIn
from stampcheck.collect.transport import Line, transport
from stampcheck.collect.trust import ca_file
from stampcheck.collect.wire import ArmWire
from stampcheck.document import Document, iso
from stampcheck.errors import StampcheckError, UsageError
from stampcheck.model import Reason
from stampcheck.parse.evidence import Held
from stampcheck.parse.shape import Item, as_mapping
from stampcheck.reach import cloud_of
from stampcheck.targets import AD_FS, INTERACTIVE, Cloud, Reach, SignIn, Target

_DEFAULT: Final = "default"
_PERSON: Final = 900.0
_GRACE: Final = 15.0
_AGENT: Final = f"stampcheck/{__version__}"
_PEP_DEADLINE: Final = 180.0


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What wires share: where requests are noted, the bounds, the clocks and the process around.

    ``pace`` is waited for before each request, up to ``slack`` seconds for all requests of an ask;
    ``allow_graph`` permits the one POST of Resource Graph towards Azure.
    """

    journal: Journal
    clock: Callable[[], datetime]
    surroundings: Surroundings
    monotonic: Callable[[], float] = time.monotonic
    limits: Limits = Limits()
    pace: Callable[[], None] = lambda: None
    slack: float = 0
    allow_graph: bool = False


class Unusable:
    """In place of a wire that cannot be made."""

    def __init__(self, reason: Reason, detail: str, clock: Callable[[], datetime]) -> None:
        self._reason = reason
        self._detail = detail
        self._clock = clock

    def fetch(self, ask: Ask) -> Fetched:
        """Say why, at once."""
        failure = Failure(url=ask.path, reason=self._reason, detail=self._detail, at=self._clock())
        return Fetched(failure=failure)

    def close(self) -> None:
        """There is nothing to close."""


class Wires:
    """The wires of one collection. ``wire`` is called by many threads."""

    def __init__(self, reach: Reach, tools: Tools) -> None:
        self.reach = reach
        self._tools = tools
        self._wires: dict[str, Wire] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._entries: dict[str, Document] = {}
        self._typed: dict[str, str] = {}
        self._credentials: dict[tuple[str, ...], SignedIn] = {}

    def wire(self, ask: Ask) -> Wire:
        """The wire that an ask names."""
        return self.named(ask.wire)

    def named(self, name: str) -> Wire:
        """A wire by its name. Two threads that need one at the same time get the same."""
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._wires:
                self._wires[name] = self._make(name)
            return self._wires[name]

    def url(self, ask: Ask) -> str:
        """What the Document of an ask names as its request."""
        kind, _, rest = ask.wire.partition(":")
        if kind == "azure":
            return self._cloud(rest).arm + ask.path
        if kind == "pep":
            return ask.path
        return self._target(rest).admin_endpoint + ask.path

    def learn(self, ask: Ask, documents: list[Document]) -> None:
        """Remember what a stamp says of its sign-in."""
        if ask.wire.startswith("entry:"):
            self._entries[ask.owner] = documents[0]

    def patience(self, ask: Ask) -> float:
        """Seconds that an ask may take before nobody waits for it any more: what the wire itself
        allows, and some grace; longer where a person signs in, or siblings are tried in turn.
        """
        kind, _, rest = ask.wire.partition(":")
        limits, grace = self._tools.limits, _GRACE + self._tools.slack
        if kind == "pep":
            siblings = len(self._target(rest).privileged_endpoints)
            return siblings * self._pep_deadline() + _GRACE
        if kind == "entry":
            return limits.request + grace
        name = rest.partition(":")[2] if kind == "azure" else self._target(rest).stamp_sign_in
        is_person = self._sign_in(name).method in INTERACTIVE
        return limits.request + grace + (_PERSON if is_person else 3 * limits.sign_in)

    def close(self) -> None:
        """Close every wire and credential."""
        for wire in self._wires.values():
            wire.close()
        for credential in self._credentials.values():
            credential.close()

    def prepare(self, names: Iterable[str]) -> None:
        """Make the wires to Azure and to privileged endpoints now, in the thread that may ask a
        person for a secret or to sign in, and not in the middle.
        """
        for name in dict.fromkeys(names):
            if not name.startswith("entry:"):
                self.named(name)

    def _make(self, name: str) -> Wire:
        kind, _, rest = name.partition(":")
        makers = {"azure": self._azure, "entry": self._entry, "stamp": self._stamp}
        try:
            return makers.get(kind, self._pep)(rest)
        except StampcheckError as error:
            return Unusable(Reason.ACCESS_DENIED, str(error), self._tools.clock)

    def _azure(self, rest: str) -> Wire:
        cloud = self._cloud(rest)
        sign_in = self._sign_in(rest.partition(":")[2])
        authority = sign_in.authority or cloud.authority
        environment = self._tools.surroundings.environment
        ca = ca_file(cloud.ca_bundle, environment)
        credential = self._credential(
            sign_in, authority, sign_in.tenant, ca, proxies_for(authority, environment)
        )
        scope = cloud.audience.rstrip("/") + "/.default"
        if sign_in.method in INTERACTIVE:
            # The first ask would do it too, but a person is to see it before everything runs.
            with contextlib.suppress(NotSignedIn):
                credential.get_token(scope)
        return ArmWire(
            name=f"azure:{rest}",
            base_url=cloud.arm,
            credential=credential,
            scope=scope,
            journal=self._tools.journal,
            limits=self._tools.limits,
            clock=self._tools.clock,
            monotonic=self._tools.monotonic,
            channel="arm",
            ca_bundle=ca,
            proxies=proxies_for(cloud.arm, environment),
            allow_graph=self._tools.allow_graph,
            pace=self._tools.pace,
            version=_AGENT,
        )

    def _stamp(self, stamp: str) -> Wire:
        target = self._target(stamp)
        named = _sign_in_of(self._entries.get(stamp))
        sign_in = self._sign_in(target.stamp_sign_in)
        authority, is_adfs = authority_for_stamp(
            named.login_endpoint, target.admin_endpoint, sign_in.authority
        )
        scope = scope_of(named.audiences)
        environment = self._tools.surroundings.environment
        # A stamp's own AD FS has a certificate of the stamp's CA, Microsoft's has a public one.
        is_own = is_adfs or bool(sign_in.authority)
        ca = ca_file(target.ca_bundle if is_own else "", environment)
        tenant = AD_FS if is_adfs else sign_in.tenant
        proxies = Proxies() if is_adfs else proxies_for(authority, environment)
        credential = self._credential(sign_in, authority, tenant, ca, proxies)
        entry = self.named(f"entry:{stamp}")
        return entry.signed_in(credential, scope) if isinstance(entry, ArmWire) else entry

    def _entry(self, stamp: str) -> Wire:
        target = self._target(stamp)
        return ArmWire(
            name=f"entry:{stamp}",
            base_url=target.admin_endpoint,
            credential=None,
            scope="",
            journal=self._tools.journal,
            limits=self._tools.limits,
            clock=self._tools.clock,
            monotonic=self._tools.monotonic,
            channel="stamp",
            ca_bundle=ca_file(target.ca_bundle, self._tools.surroundings.environment),
            pace=self._tools.pace,
            version=_AGENT,
        )

    def _pep(self, stamp: str) -> Wire:
        target = self._target(stamp)
        sign_in = self.reach.sign_ins.get(target.privileged_endpoint_sign_in)
        if sign_in is None:
            raise UsageError(
                "the inventory names no privileged_endpoint_sign_in for this stamp, so its "
                "privileged endpoint was not asked."
            )
        around = self._surroundings()
        what = f"the password of {sign_in.user} of the sign-in {sign_in.name}"
        password = resolve(sign_in.secret, around.environment, around.prompt, what)
        return PepWire(
            stamp,
            target.privileged_endpoints,
            user=sign_in.user,
            password=lambda: password,
            journal=self._tools.journal,
            clock=self._tools.clock,
            monotonic=self._tools.monotonic,
            limits=self._tools.limits,
            ca_bundle=target.ca_bundle,
            auth="kerberos" if sign_in.method == "kerberos" else "negotiate",
            deadline=self._pep_deadline(),
        )

    def _pep_deadline(self) -> float:
        return min(_PEP_DEADLINE, 3 * self._tools.limits.read)

    def _credential(
        self, sign_in: SignIn, authority: str, tenant: str, ca: str, proxies: Proxies
    ) -> SignedIn:
        """One credential for each sign-in and authority, so that a person signs in once."""
        key = (sign_in.name or sign_in.method, authority, tenant, ca)
        with self._lock:
            if key not in self._credentials:
                self._credentials[key] = make(
                    sign_in,
                    authority=authority,
                    tenant=tenant,
                    transport=lambda: self._to_authority(authority, ca, proxies),
                    surroundings=self._surroundings(),
                )
            return self._credentials[key]

    def _to_authority(self, authority: str, ca: str, proxies: Proxies) -> RequestsTransport:
        line = Line(
            channel="sign-in",
            origins=frozenset((origin_of(authority),)),
            allows=lambda method, _: method in ("GET", "POST"),
            limits=self._tools.limits,
            proxies=proxies,
            ca=ca,
            pace=self._tools.pace,
        )
        return transport(
            line, self._tools.journal, clock=self._tools.clock, monotonic=self._tools.monotonic
        )

    def _surroundings(self) -> Surroundings:
        """What runs beside the transport, such as ``az``, is noted as well; what was typed once is
        not asked for again.
        """
        around = self._tools.surroundings

        def note(method: str, url: str, error: str) -> None:
            at = iso(self._tools.clock())
            self._tools.journal.add(
                Entry(at=at, channel="sign-in", method=method, url=url, error=error)
            )

        prompt = self._prompt if around.prompt is not None else None
        return msgspec.structs.replace(around, note=note, prompt=prompt)

    def _prompt(self, what: str) -> str:
        ask = self._tools.surroundings.prompt
        if what not in self._typed and ask is not None:
            self._typed[what] = ask(what)
        return self._typed[what]

    def _cloud(self, rest: str) -> Cloud:
        name = rest.partition(":")[0]
        return cloud_of(self.reach, Target(name="", cloud=name))

    def _target(self, stamp: str) -> Target:
        return self.reach.targets[stamp]

    def _sign_in(self, name: str) -> SignIn:
        return self.reach.sign_ins.get(name, AZURE_CLI)


class _Named(msgspec.Struct, frozen=True):
    """What a stamp's endpoints say of the sign-in."""

    login_endpoint: object
    audiences: object


def _sign_in_of(document: Document | None) -> _Named:
    held = Held(document, stale=False) if document is not None else None
    if held is None or not held.items:
        raise UsageError("the stamp's endpoints were not read, so that nobody could sign in.")
    found = Item(as_mapping(held.items[0].own("authentication")) or {})
    return _Named(found.own("loginEndpoint"), found.own("audiences"))
