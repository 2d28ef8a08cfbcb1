"""Judging on several processes: the same map step, chunk by chunk, in the order of the bundle."""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Final

from stampcheck.bundle import Bundle, StampEntry
from stampcheck.causes.catalogue import load
from stampcheck.engine import RuleSet
from stampcheck.judging import Judge, Judged, Settings
from stampcheck.model import Severity
from stampcheck.registry import load_rules
from stampcheck.scan import chosen_entries

_CHUNK: Final = 250
_AHEAD: Final = 2

_judges: list[Judge] = []
"""The judge of this worker process; a process pool offers no other place to keep it."""


def judge_in_parallel(
    bundle: Bundle, rules: RuleSet, settings: Settings, workers: int
) -> Iterator[Judged]:
    """Judge on a pool of processes; the rules must be installed, not made on the spot."""
    entries = chosen_entries(bundle, settings)
    ids = tuple(rule.info.id for rule in rules.rules)
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(bundle.folder, ids, rules.severities, settings),
    )
    waiting: deque[Future[list[Judged]]] = deque()
    try:
        while chunk := list(islice(entries, _CHUNK)):
            waiting.append(pool.submit(_judge_chunk, chunk))
            if len(waiting) > workers * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start(
    folder: Path, ids: tuple[str, ...], severities: dict[str, Severity], settings: Settings
) -> None:
    # What a rule prints is no data of the scan.
    sys.stdout = sys.stderr
    rules = [loaded.rule for loaded in load_rules() if loaded.rule.info.id in ids]
    _judges.append(Judge(Bundle(folder), RuleSet(rules, load().causes, severities), settings))


def _judge_chunk(chunk: list[StampEntry]) -> list[Judged]:
    return [_judges[0].judge(entry) for entry in chunk]
