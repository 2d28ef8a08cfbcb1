"""When a request is repeated, and how long before: never longer than the ask may take."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse

from stampcheck.collect.asking import Limits
from stampcheck.collect.deadline import Allowance
from stampcheck.collect.fault import Fault

_STATUSES: Final = frozenset((408, 429, 500, 502, 503, 504))
_BACKOFF: Final = 0.5
_MAX_BACKOFF: Final = 20.0
_SECONDS: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks to wait, as a number or as an HTTP date; ``None`` without
    one that can be read. A date counts from the server's own ``Date``, whose clock it is by.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    until = _http_date(text)
    if until is None:
        return None
    return max(0.0, (until - (_http_date(headers.get("date", "")) or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text[:60])
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


class CappedRetry(RetryPolicy[HttpRequest, HttpResponse]):
    """Repeats what may get better: a lost connection once, a busy server up to ``limits.retries``
    times, and neither where waiting would take longer than the ask may, or a server asks to wait
    longer than ``limits.retry_after``: its answer is then the result (facts/azure.md 10.2).
    """

    def __init__(
        self,
        limits: Limits,
        allowance: Allowance,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        super().__init__()
        self._limits = limits
        self._allowance = allowance
        self._clock = clock
        self._pause = sleep

    def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Send until there is an answer worth giving, or none can be had."""
        repeated = lost = 0
        while True:
            try:
                response = self.next.send(request)
            except Fault as fault:
                wait = self._after_fault(fault, lost)
                if wait is None:
                    raise
                lost += 1
            else:
                wait = self._after_answer(response.http_response, repeated)
                if wait is None:
                    return response
                repeated += 1
            self._pause(wait)

    def _after_fault(self, fault: Fault, lost: int) -> float | None:
        can_wait = self._allowance.seconds() > _BACKOFF
        return _BACKOFF if fault.is_repeatable and not lost and can_wait else None

    def _after_answer(self, response: HttpResponse, repeated: int) -> float | None:
        if response.status_code not in _STATUSES or repeated >= self._limits.retries:
            return None
        asked = retry_after(response.headers, self._clock())
        if asked is not None and asked > self._limits.retry_after:
            return None
        wait = min(_MAX_BACKOFF, _BACKOFF * 2**repeated) if asked is None else asked
        return wait if wait < self._allowance.seconds() else None
