"""A live collection from an inventory to a bundle."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.bundle import BundleWriter, Manifest
from stampcheck.collect.asking import Limits
from stampcheck.collect.bundling import write_grouped
from stampcheck.collect.discovery import Discovered, discover
from stampcheck.collect.files import Collected
from stampcheck.collect.journal import Journal
from stampcheck.collect.ledger import Earlier, Ledger
from stampcheck.collect.live import Collection, Outcome, Watcher
from stampcheck.collect.live_groups import live_groups
from stampcheck.collect.pace import Pace
from stampcheck.collect.plan import Plan
from stampcheck.collect.sign_in import Surroundings
from stampcheck.collect.wires import Tools, Wires
from stampcheck.document import Document, iso
from stampcheck.errors import UsageError
from stampcheck.inventory import Inventory
from stampcheck.targets import Reach

WORKERS: Final = 16
"""How many are asked at one time, of Azure, of stamps and of privileged endpoints each."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be collected and how hard. ``kinds`` of document, ``only`` the stamps to ask
    (empty: all), ``max_rate`` in requests a second and ``deadline`` in seconds (0: none each).
    """

    kinds: frozenset[str]
    only: frozenset[str] = frozenset()
    workers: int = WORKERS
    max_rate: float = 0
    deadline: float = 0
    limits: Limits = Limits()


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """The process around a collection: clocks and whom to tell."""

    clock: Callable[[], datetime]
    surroundings: Surroundings
    watcher: Watcher
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep


def is_reachable(reach: Reach) -> bool:
    """Whether an inventory names anybody who could be asked."""
    azure = reach.azure
    return bool(azure.subscriptions or azure.discover != "none") or any(
        target.registration
        or target.subscription
        or target.admin_endpoint
        or target.privileged_endpoints
        for target in reach.targets.values()
    )


def gather(
    run: Path, inventory: Inventory, wish: Wish, around: Around, earlier: Earlier | None = None
) -> Collected:
    """Ask everybody whom the inventory names and write ``run/bundle``. ``earlier`` is what an
    interrupted run brought.

    ``UsageError`` where the inventory names nobody; ``RunError`` where the disk does not take it,
    what came before then stays in ``run/collecting``.
    """
    reach = _only(inventory.reach, wish.only)
    if not is_reachable(reach):
        raise UsageError(
            f"{inventory.path}: names nobody who could be asked; give its stamps a registration, "
            "subscription, admin_endpoint or privileged_endpoints, or read files with --from-files."
        )
    known = earlier or Earlier()
    ledger = Ledger(run)
    wires = Wires(reach, _tools(ledger, wish, around, reach))
    plan = Plan(reach, wish.kinds, around.clock().date())
    try:
        ledger.note(known.journal)
        found = _collect(plan, wires, ledger, wish, around, known)
        collected = _write(run, inventory, plan, found, ledger, around)
    finally:
        wires.close()
        ledger.close()
    ledger.drop()
    return collected


def _only(reach: Reach, only: frozenset[str]) -> Reach:
    if not only:
        return reach
    targets = {name: target for name, target in reach.targets.items() if name in only}
    return msgspec.structs.replace(reach, targets=targets)


def _tools(ledger: Ledger, wish: Wish, around: Around, reach: Reach) -> Tools:
    pace = (
        Pace(wish.max_rate, monotonic=around.monotonic, sleep=around.sleep)
        if wish.max_rate
        else lambda: None
    )
    return Tools(
        journal=Journal(ledger.note),
        clock=around.clock,
        surroundings=around.surroundings,
        monotonic=around.monotonic,
        limits=wish.limits,
        pace=pace,
        # So many may stand before one request, and an ask may need a dozen.
        slack=12 * 2 * wish.workers / wish.max_rate if wish.max_rate else 0,
        allow_graph=reach.azure.discover == "resource-graph",
    )


class _Found(msgspec.Struct, frozen=True):
    """What a collection brought, with what looking for subscriptions did."""

    outcome: Outcome
    documents: list[Document]
    notes: list[str]


def _collect(
    plan: Plan, wires: Wires, ledger: Ledger, wish: Wish, around: Around, known: Earlier
) -> _Found:
    """Sign persons in, look for subscriptions, then ask everybody at once."""
    asks = plan.first()
    wires.prepare(ask.wire for ask in asks)
    found = _discover(plan, wires, around)
    for name, one in found:
        asks += plan.discovered(name, one.subscriptions)
    collection = Collection(
        plan,
        wires,
        ledger,
        around.watcher,
        earlier=known,
        clock=around.clock,
        monotonic=around.monotonic,
        workers=wish.workers,
        deadline=wish.deadline,
    )
    outcome = collection.run(asks)
    documents = [document for _, one in found for document in one.documents]
    return _Found(outcome, documents, [note for _, one in found for note in one.notes])


def _discover(plan: Plan, wires: Wires, around: Around) -> list[tuple[str, Discovered]]:
    mode = wires.reach.azure.discover
    if mode == "none":
        return []
    return [(name, discover(wires.named(name), name, mode, around.clock)) for name in plan.wires()]


def _write(
    run: Path, inventory: Inventory, plan: Plan, found: _Found, ledger: Ledger, around: Around
) -> Collected:
    """Sort the documents to their stamps and write them with the journal."""
    outcome = found.outcome
    own = {name: documents for name, documents in outcome.documents.items() if name}
    if not outcome.is_interrupted:
        for name, documents in plan.unasked().items():
            own.setdefault(name, []).extend(documents)
    notes = [*found.notes, *plan.notes()]
    by_stamp = {name: plan.notes_of(name) for name in inventory.stamps}
    shared = [*found.documents, *outcome.documents.get("", [])]
    writer = BundleWriter(run / "bundle")
    write_grouped(writer, live_groups(own, shared, inventory, by_stamp))
    writer.add_journal(ledger.journal.read_bytes())
    writer.close(
        Manifest(
            collected_at=iso(around.clock()),
            sources=["live"],
            inventory=Path(inventory.path).name,
            complete=not (outcome.is_interrupted or outcome.cut_off),
            notes=notes,
        )
    )
    return Collected(
        stamps=writer.stamps,
        documents=writer.documents,
        notes=tuple(notes),
        interrupted=outcome.is_interrupted,
        evidence=outcome.evidence,
    )
