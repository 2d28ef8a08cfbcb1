"""Who is asked, by the names in the asks: made when they are first needed, each once.

A wire that cannot be made, such as one whose secret is not set, answers every ask with why, so that
everybody else is still asked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final, Literal

from stampcheck import __version__
from stampcheck.collect.asking import Ask, Wire
from stampcheck.collect.authority import (
    AuthorityRefused,
    authority_for_stamp,
    check_account,
    scope_of,
)
from stampcheck.collect.credentials import Credentials, Place
from stampcheck.collect.fault import Fault
from stampcheck.collect.pep import PepWire
from stampcheck.collect.proxy import Proxies, proxies_for
from stampcheck.collect.sign_in import AZURE_CLI
from stampcheck.collect.tools import Tools
from stampcheck.collect.trust import ca_file
from stampcheck.collect.unusable import Unusable
from stampcheck.collect.wire import ArmWire
from stampcheck.document import Document
from stampcheck.errors import StampcheckError, UsageError
from stampcheck.model import Reason
from stampcheck.parse.evidence import Held
from stampcheck.parse.shape import Item, as_mapping
from stampcheck.reach import cloud_of
from stampcheck.targets import AD_FS, INTERACTIVE, Cloud, Reach, SignIn, Target

_PERSON: Final = 900.0
_GRACE: Final = 15.0
_AGENT: Final = f"stampcheck/{__version__}"
_PEP_DEADLINE: Final = 180.0
_CLOSING: Final = 5.0


class Wires:
    """The wires of one collection. ``named`` is called by many threads."""

    def __init__(self, reach: Reach, tools: Tools) -> None:
        self.reach = reach
        self._tools = tools
        self._wires: dict[str, Wire] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._entries: dict[str, Document] = {}
        self._scopes: dict[str, str] = {}
        self._is_over = threading.Event()
        self.credentials = Credentials(tools, self._before)

    def wire(self, ask: Ask) -> Wire:
        """The wire that an ask names."""
        return self.named(ask.wire)

    def named(self, name: str) -> Wire:
        """A wire by its name. Two threads that need one at the same time get the same."""
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._wires:
                made = self._make(name)
                with self._lock:
                    self._wires[name] = made
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
            return siblings * self._pep_deadline() + grace
        if kind == "entry":
            return limits.request + grace
        is_person = self._named_by(ask.wire).method in INTERACTIVE
        return limits.request + grace + (_PERSON if is_person else 3 * limits.sign_in)

    def prepare(self, names: Iterable[str]) -> None:
        """Have secrets typed in and persons signed in to Azure now, in the thread that may ask
        them, and not in the middle.
        """
        wanted = list(dict.fromkeys(names))
        self.credentials.ask_persons(map(self._named_by, wanted))
        for name in wanted:
            if name.startswith("azure:"):
                self.named(name)

    def close(self) -> None:
        """Send nothing more, and close everything; safe to call twice."""
        self._is_over.set()
        with self._lock:
            wires = list(self._wires.values())
        endpoints = [wire for wire in wires if isinstance(wire, PepWire)]
        for endpoint in endpoints:
            endpoint.abort()
        until = self._tools.monotonic() + _CLOSING
        for endpoint in endpoints:
            endpoint.close(max(0.0, until - self._tools.monotonic()))
        for wire in wires:
            if not isinstance(wire, PepWire):
                wire.close()
        self.credentials.close()

    def _before(self) -> None:
        """What each request waits for; none is sent once everything is over."""
        if self._is_over.is_set():
            raise Fault("was not asked any more, since the collection had ended")
        self._tools.pace()

    def _named_by(self, name: str) -> SignIn:
        """The sign-in that a wire will need."""
        kind, _, rest = name.partition(":")
        if kind == "azure":
            return self._sign_in(rest.partition(":")[2])
        target = self._target(rest)
        key = target.privileged_endpoint_sign_in if kind == "pep" else target.stamp_sign_in
        return self._sign_in(key)

    def _make(self, name: str) -> Wire:
        kind, _, rest = name.partition(":")
        makers = {"azure": self._azure, "entry": self._entry, "stamp": self._stamp}
        try:
            return makers.get(kind, self._pep)(rest)
        except AuthorityRefused as error:
            return Unusable(Reason.ACCESS_DENIED, str(error), self._tools.clock)
        except StampcheckError as error:
            return Unusable(Reason.NOT_COLLECTED, str(error), self._tools.clock)

    def _azure(self, rest: str) -> Wire:
        cloud = self._cloud(rest)
        sign_in = self._sign_in(rest.partition(":")[2])
        authority = sign_in.authority or cloud.authority
        environment = self._tools.surroundings.environment
        ca = ca_file(cloud.ca_bundle, environment)
        place = Place(
            authority=authority,
            tenant=sign_in.tenant,
            ca=ca,
            proxies=proxies_for(authority, environment),
        )
        scope = cloud.audience.rstrip("/") + "/.default"
        wire = self._to(
            f"azure:{rest}",
            cloud.arm,
            ca,
            channel="arm",
            proxies=proxies_for(cloud.arm, environment),
            allow_graph=self._tools.allow_graph,
        )
        return wire.signed_in(self.credentials.of(sign_in, place, scope), scope)

    def _entry(self, stamp: str) -> Wire:
        target = self._target(stamp)
        ca = ca_file(target.ca_bundle, self._tools.surroundings.environment)
        return self._to(f"entry:{stamp}", target.admin_endpoint, ca, channel="stamp")

    def _to(
        self,
        name: str,
        base_url: str,
        ca: str,
        *,
        channel: Literal["arm", "stamp"],
        proxies: Proxies = Proxies(),  # noqa: B008 (never written to)
        allow_graph: bool = False,
    ) -> ArmWire:
        """A wire to a Resource Manager that has not signed in."""
        return ArmWire(
            name,
            base_url,
            None,
            "",
            journal=self._tools.journal,
            limits=self._tools.limits,
            clock=self._tools.clock,
            monotonic=self._tools.monotonic,
            channel=channel,
            ca_bundle=ca,
            proxies=proxies,
            allow_graph=allow_graph,
            pace=self._before,
            version=_AGENT,
        )

    def _stamp(self, stamp: str) -> Wire:
        target = self._target(stamp)
        sign_in = self._sign_in(target.stamp_sign_in)
        login_endpoint, audiences = _sign_in_of(self._entries.get(stamp))
        place = self._place(target, sign_in, login_endpoint)
        scope = scope_of(audiences, target.admin_endpoint, target.audience)
        self._claim(scope, stamp)
        credential = self.credentials.of(sign_in, place, scope)
        entry = self.named(f"entry:{stamp}")
        return entry.signed_in(credential, scope) if isinstance(entry, ArmWire) else entry

    def _claim(self, scope: str, stamp: str) -> None:
        """A token that is good for two stamps would be good in the hands of the wrong one."""
        with self._lock:
            holder = self._scopes.setdefault(scope.lower(), stamp)
        if holder != stamp:
            raise AuthorityRefused(
                f"the stamp names the audience of its tokens that {holder} has named; no token is "
                "asked for, since it would be good for that stamp too."
            )

    def _authority(self, target: Target) -> str:
        cloud = self.reach.clouds.get(target.cloud)
        return cloud.authority if cloud else ""

    def _place(self, target: Target, sign_in: SignIn, login_endpoint: object) -> Place:
        """Where a stamp's operators sign in; ``AuthorityRefused`` where only the stamp says so."""
        authority, is_adfs = authority_for_stamp(
            login_endpoint, target.admin_endpoint, sign_in.authority
        )
        check_account(
            authority,
            is_adfs=is_adfs,
            tenant=sign_in.tenant,
            declared=sign_in.authority,
            cloud_authority=self._authority(target),
        )
        environment = self._tools.surroundings.environment
        # A stamp's own AD FS has a certificate of the stamp's CA, Microsoft's has a public one; it
        # stands beside the stamp, so that no proxy leads there.
        is_own = is_adfs or bool(sign_in.authority)
        return Place(
            authority=authority,
            tenant=AD_FS if is_adfs else sign_in.tenant,
            ca=ca_file(target.ca_bundle if is_own else "", environment),
            proxies=Proxies() if is_adfs else proxies_for(authority, environment),
        )

    def _pep(self, stamp: str) -> Wire:
        target = self._target(stamp)
        sign_in = self.reach.sign_ins.get(target.privileged_endpoint_sign_in)
        if sign_in is None:
            raise UsageError(
                "the inventory names no privileged_endpoint_sign_in for this stamp, so its "
                "privileged endpoint was not asked."
            )
        password = self.credentials.password(sign_in, stamp)
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

    def _cloud(self, rest: str) -> Cloud:
        return cloud_of(self.reach, Target(name="", cloud=rest.partition(":")[0]))

    def _target(self, stamp: str) -> Target:
        return self.reach.targets[stamp]

    def _sign_in(self, name: str) -> SignIn:
        return self.reach.sign_ins.get(name, AZURE_CLI)


def _sign_in_of(document: Document | None) -> tuple[object, object]:
    """The ``loginEndpoint`` and the ``audiences`` that a stamp's endpoints name."""
    held = Held(document, stale=False) if document is not None else None
    if held is None or not held.items:
        raise UsageError("the stamp's endpoints were not read, so that nobody could sign in.")
    found = Item(as_mapping(held.items[0].own("authentication")) or {})
    return found.own("loginEndpoint"), found.own("audiences")
