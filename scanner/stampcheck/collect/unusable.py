"""Who answers in place of a wire that cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from stampcheck.collect.asking import Ask, Failure, Fetched
from stampcheck.model import Reason


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
