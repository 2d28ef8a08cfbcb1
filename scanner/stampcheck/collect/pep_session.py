"""One short session with one privileged endpoint: open a shell, run one cmdlet, close the shell.

Not verified against a real endpoint: UNVERIFIED: facts/pep.md 1 (nothing here was run against one),
4 (its quotas and its idle time-out).
"""

from __future__ import annotations

import contextlib
import logging
import math
import warnings
from collections.abc import Callable
from typing import Any, Final, Literal
from xml.etree import ElementTree as ET

import msgspec
import requests
from pypsrp.complex_objects import PSInvocationState
from pypsrp.exceptions import WSManFaultError
from pypsrp.negotiate import HTTPNegotiateAuth
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import NAMESPACES, WSMan, WSManAction

from stampcheck.collect import pep_fault, pep_http
from stampcheck.collect.asking import Limits
from stampcheck.collect.pep_endpoint import Endpoint

CMDLETS: Final = frozenset(("Get-AzureStackStampInformation",))
"""All that is ever run on a privileged endpoint."""

Auth = Literal["negotiate", "kerberos"]
"""Negotiate takes Kerberos where its libraries are there and NTLM else; both encrypt."""

ACTIONS: Final = frozenset(("Create", "Command", "Receive", "Send", "Signal", "Delete"))
"""The WSMan messages that may be sent: those of a shell and its one pipeline."""

CONFIGURATION: Final = "PrivilegedEndpoint"
_POLL: Final = 20
_PATIENCE: Final = 10
_TRIES: Final = 2
_IDLE: Final = 60
_MESSAGES: Final = 2000
_LONGEST_ANSWER: Final = 8_000_000

# What pypsrp logs holds whole messages, and it logs time-outs with a traceback.
for _name in ("pypsrp", "spnego"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class NotAllowed(Exception):  # noqa: N818 (a defect of whoever asks)
    """A cmdlet or message that stampcheck never sends."""


class Account(msgspec.Struct, frozen=True):
    """Who signs in; never shown."""

    user: str
    password: str
    auth: Auth = "negotiate"

    def __repr__(self) -> str:
        return f"Account({self.user!r})"


class Message(msgspec.Struct, frozen=True):
    """One WSMan message that was sent: its action, what came back, seconds, what went wrong."""

    action: str
    status: int
    received: int
    seconds: float
    error: str


class Result(msgspec.Struct, frozen=True):
    """What a cmdlet gave: its objects, its errors as (id, category, text), whether it completed."""

    output: list[object]
    errors: list[tuple[str, int, str]]
    is_complete: bool


class Session:
    """A session; ``close`` must follow on every path. ``until`` is on the clock ``monotonic``."""

    def __init__(
        self,
        endpoint: Endpoint,
        account: Account,
        ca_bundle: str,
        limits: Limits,
        until: float,
        monotonic: Callable[[], float],
        note: Callable[[Message], None],
    ) -> None:
        self._traffic = pep_http.Traffic(min(limits.body, _LONGEST_ANSWER))
        self._wire = _Wire(
            endpoint, account, limits, _Timing(until, monotonic, note), self._traffic
        )
        transport = self._wire.transport
        transport.session = pep_http.session(
            endpoint, transport.endpoint, self._traffic, _auth(account, self._wire), ca_bundle
        )
        self._pool: RunspacePool | None = None

    def run(self, cmdlet: str) -> Result:
        """Run a cmdlet of ``CMDLETS``, without parameters. Raises ``pep_fault.EXPECTED``, and
        ``NotAllowed`` before anything is sent.
        """
        if cmdlet not in CMDLETS:
            raise NotAllowed(f"{cmdlet} is no cmdlet that is run on a privileged endpoint")
        _ignore_warnings()
        self._pool = RunspacePool(self._wire, configuration_name=CONFIGURATION, idle_timeout=_IDLE)
        self._pool.open()
        shell = PowerShell(self._pool).add_cmdlet(cmdlet)
        shell.invoke()
        errors = [_error(record) for record in shell.streams.error]
        return Result(shell.output, errors, shell.state == PSInvocationState.COMPLETED)

    def close(self, *, is_broken: bool, seconds: float) -> None:
        """Close the shell, where one was opened, and the connection; never raises ``EXPECTED``.
        ``seconds`` bound the waiting for answers.
        """
        shell = self._pool.shell if self._pool is not None else None
        if is_broken:
            self._forget_key()
        for _ in range(_TRIES):
            if shell is None or not shell.opened:
                break
            self._wire.timing.extend(seconds / _TRIES)
            self._traffic.resume()
            with contextlib.suppress(*pep_fault.EXPECTED):
                shell.close()
            self._forget_key()
        self._wire.close()

    def _forget_key(self) -> None:
        """Begin anew: a new connection needs a new key, or every message on it is refused."""
        self._wire.transport.encryption = None
        self._wire.close()

    def abort(self, *, for_good: bool = False) -> None:
        """Cut the connection, so that whoever waits on it goes on; for another thread. ``close``
        makes another one, unless it is ``for_good``.
        """
        self._wire.timing.stop()
        self._traffic.cut(for_good=for_good)


def _ignore_warnings() -> None:
    """Keep what pypsrp warns of from reaching the screen; it concerns its own categories only."""
    for module in (r"pypsrp\.powershell", r"pypsrp\.messages", r"pypsrp\.negotiate"):
        warnings.filterwarnings("ignore", module=module)


def _auth(account: Account, wire: WSMan) -> HTTPNegotiateAuth:
    return HTTPNegotiateAuth(
        username=account.user,
        password=account.password,
        auth_provider=account.auth,
        wrap_required=wire.transport.wrap_required,
    )


def _error(record: Any) -> tuple[str, int, str]:  # noqa: ANN401 (pypsrp's)
    category = record.category if isinstance(record.category, int) else 0
    return str(record.fq_error or ""), category, pep_fault.told(record)


class _Timing:
    """How much time a session has left, and whom to tell of its messages."""

    def __init__(
        self, until: float, monotonic: Callable[[], float], note: Callable[[Message], None]
    ) -> None:
        self.monotonic = monotonic
        self.note = note
        self._until = until
        self._messages = _MESSAGES

    def next(self) -> float:
        """Seconds left for the next message. Raises ``Overdue``."""
        left = self._until - self.monotonic()
        self._messages -= 1
        if left <= 0:
            raise pep_fault.Overdue("did not finish in time")
        if self._messages < 0:
            raise pep_fault.Overdue(f"did not finish within {_MESSAGES} messages")
        return left

    def extend(self, seconds: float) -> None:
        """Leave that much time from now, for closing."""
        self._until = self.monotonic() + seconds
        self._messages = _TRIES

    def stop(self) -> None:
        """Leave no time."""
        self._until = -math.inf


class _Wire(WSMan):
    """WSMan with a deadline for each message, repeating nothing but an answer that it waits for."""

    def __init__(
        self,
        endpoint: Endpoint,
        account: Account,
        limits: Limits,
        timing: _Timing,
        traffic: pep_http.Traffic,
    ) -> None:
        super().__init__(
            endpoint.host,
            port=endpoint.port,
            username=account.user,
            password=account.password,
            ssl=endpoint.tls,
            auth=account.auth,
            encryption="auto",
            no_proxy=True,
        )
        self.timing = timing
        self._limits = limits
        self._traffic = traffic

    def receive(self, resource_uri: str, resource: ET.Element, *options: Any, **more: Any) -> Any:  # noqa: ANN401 (pypsrp's)
        """Wait until there is something to receive; pypsrp's own would repeat a time-out of the
        network five times.
        """
        more.pop("timeout", None)
        while True:
            try:
                answer = self.invoke(WSManAction.RECEIVE, resource_uri, resource, *options, **more)
            except WSManFaultError as error:
                if error.code != pep_fault.OPERATION_TIMEOUT:
                    raise
            else:
                return answer.find("s:Body", namespaces=NAMESPACES)

    def invoke(self, action: str, *options: Any, **more: Any) -> Any:  # noqa: ANN401 (pypsrp's)
        """Send one message. Raises ``NotAllowed`` for one that is not of ``ACTIONS``, ``Silent``
        where no answer comes.
        """
        name = action.rpartition("/")[2]
        if name not in ACTIONS:
            raise NotAllowed(f"{name} is no message that is sent to a privileged endpoint")
        self._bound(self.timing.next())
        began, before = self.timing.monotonic(), self._traffic.received
        self._traffic.status = 0
        error = ""
        try:
            return super().invoke(action, *options, **more)
        except requests.exceptions.ReadTimeout:
            error = "ReadTimeout"
            raise pep_fault.Silent(name, self.timing.monotonic() - began) from None
        except pep_fault.EXPECTED as raised:
            error = type(raised).__name__
            raise
        finally:
            seconds = self.timing.monotonic() - began
            received = self._traffic.received - before
            self.timing.note(Message(name, self._traffic.status, received, seconds, error))

    def _bound(self, left: float) -> None:
        self.operation_timeout = max(1, min(_POLL, int(left)))
        wait = min(self._limits.read, self.operation_timeout + _PATIENCE, left)
        transport: Any = self.transport  # whose time-outs are floats, though typed as integers
        transport.read_timeout = wait
        transport.connection_timeout = min(self._limits.connect, left)
