"""What ``scan``, ``collect`` and ``doctor`` share: ask everybody whom an inventory names."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec

from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk
from stampcheck.cli.declared_files import check_files
from stampcheck.cli.main import printable
from stampcheck.cli.pipeline import now
from stampcheck.cli.unfinished import go_on, holds_anything, tidy
from stampcheck.cli.watching import Watching
from stampcheck.collect.asking import Limits
from stampcheck.collect.files import Collected
from stampcheck.collect.gather import WORKERS, Around, Wish, gather
from stampcheck.collect.ledger import read_earlier
from stampcheck.collect.sign_in import Surroundings
from stampcheck.errors import RunError, StampcheckError, UsageError
from stampcheck.inventory import Inventory
from stampcheck.targets import SignIn
from stampcheck.tomlfile import nearest

FLAGGED: Final = ("cli", "device-code", "browser", "managed-identity", "workload-identity")
"""Ways to sign in that need no more than a word on the command line."""


_ENDING: Final = (signal.SIGINT, signal.SIGTERM)
_PRESS: Final = 0.5
"""Seconds within which one interrupt after the other counts as the same."""


class LiveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of every command that asks live, as given."""

    resume: Path | None = None
    sign_in: str | None = None
    tenant: str | None = None
    max_rate: float | None = None
    timeout: float = 60
    deadline: float | None = None


def live_options(given: dict[str, Any], source: Path | None) -> LiveOptions:
    """Take the options of ``options.live`` out of a command's arguments. ``UsageError`` where one
    was given beside files, which it would do nothing for.
    """
    taken = LiveOptions(**{name: given.pop(name) for name in LiveOptions.__struct_fields__})
    usual = LiveOptions()
    for name in LiveOptions.__struct_fields__:
        if source is not None and getattr(taken, name) != getattr(usual, name):
            option = "--" + name.replace("_", "-")
            raise UsageError(f"{option} is for asking live; it does nothing with --from-files.")
    return taken


def gather_into(
    run: Path,
    inventory: Inventory,
    given: LiveOptions,
    *,
    kinds: frozenset[str],
    stamps: tuple[str, ...] = (),
    workers: int | None = None,
    talk: Talk,
) -> Collected:
    """Collect live into ``run/bundle``; a folder in which nothing was collected is taken away."""
    watching = Watching(talk)
    with one_interrupt_a_time():
        try:
            inventory = signed_in_by(inventory, given)
            wish = _wish(inventory, given, kinds, stamps, workers)
            around = Around(clock=now, surroundings=surroundings(talk), watcher=watching)
            earlier = read_earlier(given.resume) if given.resume else None
            with watching.drawing():
                collected = gather(run, inventory, wish, around, earlier)
        except RunError:
            # What was collected so far lies there.
            raise
        except (StampcheckError, KeyboardInterrupt):
            _leave(run, talk)
            raise
        watching.say_troubles()
        _say_incomplete(run, collected, talk)
    return collected


def _leave(run: Path, talk: Talk) -> None:
    """Keep what another run can go on from, and nothing else."""
    if holds_anything(run):
        tidy(run)
        talk.say(f"Interrupted; what was collected so far is kept: {go_on(run)}.", "yellow")
    else:
        shutil.rmtree(run, ignore_errors=True)


def _say_incomplete(run: Path, collected: Collected, talk: Talk) -> None:
    with Bundle(run / "bundle") as bundle:
        is_complete = bundle.manifest.complete
    if not is_complete:
        why = "was interrupted" if collected.interrupted else "ended at its deadline"
        talk.say(f"The collection {why}; {go_on(run)}.", "yellow")


def _wish(
    inventory: Inventory,
    given: LiveOptions,
    kinds: frozenset[str],
    stamps: tuple[str, ...],
    workers: int | None,
) -> Wish:
    return Wish(
        kinds=kinds,
        only=_only(inventory, stamps),
        workers=workers or WORKERS,
        max_rate=given.max_rate or 0,
        deadline=given.deadline or 0,
        limits=_limits(given.timeout),
    )


@contextmanager
def one_interrupt_a_time() -> Iterator[None]:
    """Count presses of Ctrl-C in quick succession as one: the first ends the collection, so that
    what came is written; only one that comes later breaks the writing off too.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield
        return
    last = float("-inf")

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before > _PRESS:
            usual(number, frame)

    taken = [one for one in _ENDING if signal.getsignal(one) is usual]
    for one in taken:
        signal.signal(one, interrupt)
    try:
        yield
    finally:
        for one in taken:
            signal.signal(one, usual)


def check_collected(collected: Collected, code: int) -> int:
    """The exit code of a command: that nothing at all could be collected, or that it was
    interrupted, goes before what the judges say (design.md 4).
    """
    if collected.interrupted:
        return 130
    return 5 if collected.evidence == 0 else code


def surroundings(talk: Talk) -> Surroundings:
    """The process around a sign-in: secrets are typed only where there is a terminal."""
    prompt: Callable[[str], str] | None = None
    if sys.stdin.isatty() and sys.stderr.isatty():

        def prompt(what: str) -> str:
            return getpass(f"Type {printable(what)}: ", stream=sys.stderr)

    return Surroundings(environment=dict(os.environ), say=talk.warn, prompt=prompt)


def _limits(timeout: float) -> Limits:
    """Bounds that follow from how long one answer may take."""
    return Limits(
        connect=min(10, timeout), read=timeout, request=2 * timeout, sign_in=min(60, timeout)
    )


def _only(inventory: Inventory, stamps: tuple[str, ...]) -> frozenset[str]:
    for name in stamps:
        if not inventory.named(name):
            known = list(inventory.stamps)
            raise UsageError(f"There is no stamp {name!r}{nearest(name, known)}")
    return frozenset(inventory.named(name) for name in stamps)


def signed_in_by(inventory: Inventory, given: LiveOptions) -> Inventory:
    """The inventory as it is asked by: its files can be used, and every stamp has the sign-in to
    Azure that the command line names. ``UsageError`` where that cannot be.
    """
    check_files(inventory)
    if not given.sign_in and not given.tenant:
        return inventory
    method = (given.sign_in or "cli").lower()
    if method not in FLAGGED:
        raise UsageError(
            f"--sign-in {method!r}{nearest(method, list(FLAGGED))}; other ways stand in the "
            "inventory as [sign_in.NAME]"
        )
    reach, name = inventory.reach, "command line"
    targets = {
        stamp: msgspec.structs.replace(target, azure_sign_in=name)
        for stamp, target in reach.targets.items()
    }
    sign_in = SignIn(name=name, method=method, tenant=given.tenant or "")
    azure = msgspec.structs.replace(reach.azure, sign_in=name)
    sign_ins = {**reach.sign_ins, name: sign_in}
    reach = msgspec.structs.replace(reach, azure=azure, sign_ins=sign_ins, targets=targets)
    return msgspec.structs.replace(inventory, reach=reach)
