"""A live collection from an inventory to a bundle."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.bundle import BundleWriter, Manifest
from stampcheck.collect.asking import Ask, Limits
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
from stampcheck.collect.tools import Tools
from stampcheck.collect.wires import Wires
from stampcheck.document import iso
from stampcheck.errors import UsageError
from stampcheck.inventory import Inventory
from stampcheck.targets import Reach

WORKERS: Final = 16
"""How many are asked at one time, of Azure, of stamps and of privileged endpoints each."""

_LANES: Final = 3


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
    gathering = _Gathering(run, inventory, reach, wish, around, earlier or Earlier())
    try:
        gathering.ask()
        collected = gathering.write()
    finally:
        gathering.close()
    gathering.ledger.drop()
    return collected


class _Gathering:
    """One collection: who is asked, what comes of it, and the bundle that is made of it."""

    def __init__(
        self,
        run: Path,
        inventory: Inventory,
        reach: Reach,
        wish: Wish,
        around: Around,
        earlier: Earlier,
    ) -> None:
        self._run = run
        self._inventory = _with_addresses(inventory)
        self._wish = wish
        self._around = around
        self._earlier = earlier
        self.ledger = Ledger(run)
        self._pace = _pace(wish, around)
        self._wires = Wires(reach, self._tools(reach))
        self._plan = Plan(reach, wish.kinds, around.clock().date())
        self._found: list[Discovered] = []
        self._outcome = Outcome()

    def _tools(self, reach: Reach) -> Tools:
        wish, around = self._wish, self._around
        return Tools(
            journal=Journal(self.ledger.note),
            clock=around.clock,
            surroundings=around.surroundings,
            monotonic=around.monotonic,
            limits=wish.limits,
            pace=self._pace or (lambda: None),
            # An ask waits for its first turn before it begins; the rest, such as pages, wait in it.
            slack=_LANES * wish.workers / wish.max_rate if wish.max_rate else 0,
            allow_graph=reach.azure.discover == "resource-graph",
        )

    def ask(self) -> None:
        """Sign persons in, look for subscriptions, then ask everybody at once."""
        self.ledger.note(self._earlier.journal)
        asks = self._plan.first()
        self._wires.prepare(ask.wire for ask in asks)
        asks += self._discovered()
        collection = Collection(
            self._plan,
            self._wires,
            self.ledger,
            self._around.watcher,
            earlier=self._earlier,
            clock=self._around.clock,
            monotonic=self._around.monotonic,
            workers=self._wish.workers,
            deadline=self._wish.deadline,
            ahead=self._pace.ahead if self._pace else lambda: None,
        )
        self._outcome = collection.run(asks)
        # What closing sends stands in the journal too.
        self._wires.close()

    def _discovered(self) -> list[Ask]:
        wanted = self._wires.reach.azure.discover
        if wanted == "none":
            return []
        asks: list[Ask] = []
        for name in self._plan.wires():
            clock, seconds = self._around.clock, self._wish.limits.request
            one = discover(self._wires.named(name), name, wanted, clock, seconds=seconds)
            self._found.append(one)
            asks += self._plan.discovered(name, one.subscriptions)
        return asks

    def write(self) -> Collected:
        """Sort the documents to their stamps and write them with the journal."""
        outcome, only = self._outcome, self._wish.only
        own = {name: documents for name, documents in outcome.documents.items() if name}
        if not outcome.is_interrupted:
            for name, documents in self._plan.unasked().items():
                own.setdefault(name, []).extend(documents)
        discovered = [document for one in self._found for document in one.documents]
        shared = [*discovered, *outcome.documents.get("", [])]
        notes = [*self._taken_over(), *(note for one in self._found for note in one.notes)]
        notes += self._plan.notes()
        by_stamp = {name: self._plan.notes_of(name) for name in self._inventory.stamps}
        writer = BundleWriter(self._run / "bundle")
        write_grouped(writer, live_groups(own, shared, self._inventory, by_stamp))
        writer.add_journal(self.ledger.journal.read_bytes())
        writer.close(self._manifest(notes))
        return Collected(
            stamps=len(only) or writer.stamps,
            documents=writer.documents,
            notes=tuple(notes),
            interrupted=outcome.is_interrupted,
            evidence=outcome.evidence,
        )

    def _manifest(self, notes: list[str]) -> Manifest:
        outcome = self._outcome
        return Manifest(
            collected_at=iso(self._around.clock()),
            sources=["live"],
            inventory=Path(self._inventory.path).name,
            complete=not (outcome.is_interrupted or outcome.cut_off),
            notes=notes,
            asked=sorted(self._wish.only),
            kinds=sorted(self._plan.kinds),
            accounts=self._wires.credentials.accounts,
        )

    def _taken_over(self) -> list[str]:
        number = len(self._earlier.documents)
        return [f"{number} answers were taken over from an earlier run."] if number else []

    def close(self) -> None:
        """Close whatever is open; safe to call twice."""
        try:
            self._wires.close()
        finally:
            self.ledger.close()


def _pace(wish: Wish, around: Around) -> Pace | None:
    if not wish.max_rate:
        return None
    return Pace(wish.max_rate, monotonic=around.monotonic, sleep=around.sleep)


def _with_addresses(inventory: Inventory) -> Inventory:
    """What is declared of each stamp with its addresses, which runbooks and commands are filled
    with.
    """
    stamps = {
        name: msgspec.structs.replace(
            declared,
            admin_endpoint=target.admin_endpoint,
            region=target.region,
            provider_subscription=target.provider_subscription,
            privileged_endpoint=next(iter(target.privileged_endpoints), ""),
        )
        for name, declared in inventory.stamps.items()
        for target in [inventory.reach.targets[name]]
    }
    return msgspec.structs.replace(inventory, stamps=stamps)


def _only(reach: Reach, only: frozenset[str]) -> Reach:
    if not only:
        return reach
    targets = {name: target for name, target in reach.targets.items() if name in only}
    return msgspec.structs.replace(reach, targets=targets)
