"""What everything that asks shares: the journal, the bounds, the clocks and the process around."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import msgspec

from stampcheck.collect.asking import Limits
from stampcheck.collect.journal import Journal
from stampcheck.collect.sign_in import Surroundings


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """``pace`` is waited for before each request; ``slack`` are the seconds that an ask may wait
    for it. ``allow_graph`` permits the one POST of Resource Graph towards Azure.
    """

    journal: Journal
    clock: Callable[[], datetime]
    surroundings: Surroundings
    monotonic: Callable[[], float] = time.monotonic
    limits: Limits = Limits()
    pace: Callable[[], None] = lambda: None
    slack: float = 0
    allow_graph: bool = False
