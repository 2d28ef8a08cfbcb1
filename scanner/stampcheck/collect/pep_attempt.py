"""A session in a thread of its own, since a server that drips defeats every time-out of a socket
(facts/pep.md 4).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from stampcheck.collect.pep_fault import EXPECTED, Refusal, refusal
from stampcheck.collect.pep_session import Result, Session
from stampcheck.model import Reason

_CLOSING: Final = 2.0


class Attempt:
    """Starts at once. ``released`` is called when the session is closed, however late; ``closing``
    bounds the waiting for that, in seconds.
    """

    def __init__(
        self,
        session: Session,
        cmdlet: str,
        user: str,
        released: Callable[[], None],
        *,
        closing: float,
    ) -> None:
        self._session = session
        self._cmdlet = cmdlet
        self._user = user
        self._released = released
        self._closing = closing
        self._got: Result | Refusal | None = None
        self._ready = threading.Event()
        self._over = threading.Event()
        threading.Thread(target=self._run, name="privileged endpoint", daemon=True).start()

    def result(self, seconds: float, deadline: float) -> Result | Refusal:
        """What came within so many seconds; ``deadline`` is what is said where nothing did."""
        try:
            self._ready.wait(seconds)
        finally:
            in_time = self.abort()
        if not in_time:
            phrase = f"did not finish within {deadline:g} seconds"
            return Refusal(Reason.UNREACHABLE, phrase)
        if self._got is None:
            raise RuntimeError("a session with a privileged endpoint ended by a defect, see above")
        self._over.wait(min(_CLOSING, self._closing, seconds))
        return self._got

    def abort(self) -> bool:
        """Cut a session that has no result yet; whether it has one."""
        if self._ready.is_set():
            return True
        self._session.abort()
        return False

    def give_up(self) -> None:
        """Cut whatever still runs, the closing of the shell as well."""
        self._session.abort(for_good=True)

    def is_over(self, seconds: float = 0) -> bool:
        """Whether the session is closed, or will be within so many seconds."""
        return self._over.wait(seconds)

    def _run(self) -> None:
        try:
            self._got = self._tried()
        finally:
            self._ready.set()
            try:
                is_broken = isinstance(self._got, Refusal)
                self._session.close(is_broken=is_broken, seconds=self._closing)
            finally:
                self._released()
                self._over.set()

    def _tried(self) -> Result | Refusal:
        try:
            return self._session.run(self._cmdlet)
        except EXPECTED as error:
            return refusal(error, self._user)
