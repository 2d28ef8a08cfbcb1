"""The privileged endpoint of a stamp: one cmdlet, over WinRM, at whichever sibling answers.

What an endpoint may do to its client is in facts/pep.md; nothing of it was measured on a real one
(UNVERIFIED: facts/pep.md 1).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, get_args

import msgspec

from stampcheck.collect.asking import Answer, Ask, Failure, Fetched, Limits
from stampcheck.collect.journal import Entry, Journal
from stampcheck.collect.pep_attempt import Attempt
from stampcheck.collect.pep_endpoint import Endpoint, endpoint
from stampcheck.collect.pep_fault import Refusal, told
from stampcheck.collect.pep_result import complaint, one_object
from stampcheck.collect.pep_session import (
    CMDLETS,
    Account,
    Auth,
    Message,
    NotAllowed,
    Result,
    Session,
)
from stampcheck.document import iso
from stampcheck.errors import UsageError
from stampcheck.model import Reason

_CLOSING: Final = 5.0
_LOOK: Final = 0.1
_SOFT: Final = 0.9
"""The part of the deadline within which a session should end by itself, so that it is closed."""

_ENDED: Final = "not asked any more, since the run was ended"
_NOT_BEGUN: Final = Refusal(Reason.NOT_COLLECTED, f"was {_ENDED}")
_SIBLINGS: Final = (
    "The other endpoints were not tried: they would say the same, and a repeated wrong password "
    "locks the account"
)

_locks: dict[Endpoint, threading.Lock] = {}
_locks_lock = threading.Lock()


def _lock_of(place: Endpoint) -> threading.Lock:
    """The lock of an endpoint, the same for all wires: its shells are counted by user."""
    with _locks_lock:
        return _locks.setdefault(place, threading.Lock())


class PepWire:
    """Asks the privileged endpoints of one stamp, one after the other until one answers.

    ``deadline`` bounds each endpoint and ``closing`` the closing of its shell, in seconds.
    ``password`` is asked for at the first fetch and may raise UsageError; after it was refused once
    nothing is sent any more. Raises UsageError for an endpoint that cannot be read.
    """

    def __init__(  # noqa: PLR0913 (each is from the inventory or the run)
        self,
        name: str,
        endpoints: Sequence[str],
        *,
        user: str,
        password: Callable[[], str],
        journal: Journal,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        limits: Limits | None = None,
        ca_bundle: str = "",
        auth: Auth = "negotiate",
        deadline: float = 180,
        closing: float = _CLOSING,
    ) -> None:
        if auth not in get_args(Auth):
            raise UsageError(f"{auth!r} is no sign-in for a privileged endpoint: {get_args(Auth)}")
        self._name = name
        self._endpoints = tuple(dict.fromkeys(endpoint(text) for text in endpoints))
        self._user = user
        self._password = password
        self._journal = journal
        self._clock = clock
        self._monotonic = monotonic
        self._limits = limits or Limits()
        self._ca_bundle = ca_bundle
        self._auth = auth
        self._deadline = deadline
        self._closing = closing
        self._account: Account | None = None
        self._refused: Failure | None = None
        self._unwritten: OSError | None = None
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._attempts: list[Attempt] = []
        self._beginning = threading.Lock()

    def fetch(self, ask: Ask) -> Fetched:
        """Run the cmdlet that ``ask.path`` names. Raises ``NotAllowed`` for any but that of
        ``CMDLETS``, before anything is sent, and OSError where the journal cannot be written.
        """
        if ask.path not in CMDLETS:
            raise NotAllowed(f"{ask.path} is no cmdlet that is run on a privileged endpoint")
        with self._turn:
            fetched = self._fetch(ask.path)
        if self._unwritten is not None:
            raise self._unwritten
        return fetched

    def abort(self) -> None:
        """Cut what still runs and begin nothing any more; returns at once, while shells close."""
        with self._beginning:
            self._closed.set()
            running = self._attempts
        for attempt in running:
            attempt.abort()

    def close(self, patience: float = _CLOSING) -> None:
        """``abort``, then wait up to ``patience`` seconds for all shells to be closed, and give up
        those that are not; safe to call twice.
        """
        self.abort()
        until = self._monotonic() + patience
        for attempt in self._attempts:
            if not attempt.is_over(max(0.0, until - self._monotonic())):
                attempt.give_up()

    def _fetch(self, cmdlet: str) -> Fetched:
        if self._refused is not None:
            return Fetched(failure=self._refused)
        if self._closed.is_set():
            return Fetched(failure=self._failure(cmdlet, Reason.NOT_COLLECTED, _ENDED))
        account = self._signed()
        if isinstance(account, str):
            return Fetched(failure=self._failure(cmdlet, Reason.NOT_COLLECTED, account))
        refusals: list[tuple[Endpoint, Refusal]] = []
        for place in self._endpoints:
            got = self._ask(place, account, cmdlet)
            if isinstance(got, Fetched):
                return got
            refusals.append((place, got))
            if got.final or self._closed.is_set():
                break
        return Fetched(failure=self._all_failed(cmdlet, refusals))

    def _signed(self) -> Account | str:
        """The account, or why there is none."""
        if not self._endpoints:
            return "no privileged endpoint is named in the inventory"
        if "\\" not in self._user and "@" not in self._user:
            return (
                f"the user {self._user!r} of the privileged endpoint has no domain: "
                r"write it as DOMAIN\user"
            )
        if self._account is None:
            try:
                self._account = Account(self._user, self._password(), self._auth)
            except UsageError as error:
                return told(error)
        return self._account

    def _ask(self, place: Endpoint, account: Account, cmdlet: str) -> Fetched | Refusal:
        until = self._monotonic() + self._deadline
        session = self._session(place, account, until, cmdlet)
        attempt = self._attempt(_lock_of(place), session, until, cmdlet)
        if isinstance(attempt, Refusal):
            return attempt
        result = attempt.result(max(0.0, until - self._monotonic()), self._deadline)
        return result if isinstance(result, Refusal) else self._taken(place, cmdlet, result)

    def _attempt(
        self, lock: threading.Lock, session: Session, until: float, cmdlet: str
    ) -> Attempt | Refusal:
        """Wait for the lock of an endpoint and begin, unless the run is ended meanwhile."""
        while not self._closed.is_set():
            left = until - self._monotonic()
            if lock.acquire(timeout=max(0.0, min(_LOOK, left))):
                return self._begun(lock, session, cmdlet)
            if left <= 0:
                return Refusal(Reason.UNREACHABLE, "is still busy with another session of this run")
        return _NOT_BEGUN

    def _begun(self, lock: threading.Lock, session: Session, cmdlet: str) -> Attempt | Refusal:
        """An attempt that ``abort`` knows of, none after it. It releases the lock at its end."""
        with self._beginning:
            if self._closed.is_set():
                lock.release()
                return _NOT_BEGUN
            attempt = Attempt(session, cmdlet, self._user, lock.release, closing=self._closing)
            self._attempts = [*(old for old in self._attempts if not old.is_over()), attempt]
            return attempt

    def _session(self, place: Endpoint, account: Account, until: float, cmdlet: str) -> Session:
        soft = until - (1 - _SOFT) * self._deadline
        return Session(
            place,
            account,
            self._ca_bundle,
            self._limits,
            soft,
            self._monotonic,
            lambda message: self._note(place, message, cmdlet),
        )

    def _note(self, place: Endpoint, message: Message, cmdlet: str = "") -> None:
        # Whole seconds, as in the other lines.
        began = (self._clock() - timedelta(seconds=message.seconds)).replace(microsecond=0)
        what = f" {cmdlet}" if message.action == "Command" else ""
        entry = Entry(
            at=iso(began),
            channel="pep",
            method=message.action,
            url=place.name + what,
            status=message.status,
            bytes=message.received,
            ms=round(message.seconds * 1000),
            stamp=self._name,
            error=message.error,
        )
        try:
            self._journal.add(entry)
        except OSError as error:
            # Not the endpoint's fault, and in a thread of the session: told by ``fetch``.
            self._unwritten = error

    def _taken(self, place: Endpoint, cmdlet: str, result: Result) -> Fetched | Refusal:
        """The answer that a result is. Errors beside a whole object are journalled only."""
        wrong = complaint(cmdlet, result)
        if wrong is not None and not (result.is_complete and len(result.output) == 1):
            return wrong
        body = one_object(cmdlet, result.output)
        if isinstance(body, Refusal):
            return wrong or body
        if wrong is not None:
            self._note(place, Message("Receive", 200, 0, 0, wrong.phrase))
        return Fetched(
            Answer(url=cmdlet, status=0, body=msgspec.json.encode(body), at=self._clock())
        )

    def _all_failed(self, cmdlet: str, refusals: list[tuple[Endpoint, Refusal]]) -> Failure:
        last = refusals[-1][1]
        detail = "; ".join(f"{place.name} {refusal.phrase}" for place, refusal in refusals)
        if last.final and len(refusals) < len(self._endpoints):
            detail = f"{detail}. {_SIBLINGS}"
        failure = self._failure(cmdlet, last.reason, detail)
        if last.final:
            self._refused = failure
        return failure

    def _failure(self, cmdlet: str, reason: Reason, detail: str) -> Failure:
        return Failure(url=cmdlet, reason=reason, detail=detail, at=self._clock())
