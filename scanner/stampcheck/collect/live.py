"""A live collection: asks everybody at once, keeps what comes, and makes a bundle of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Protocol

import msgspec

from stampcheck.collect.answered import answered
from stampcheck.collect.asking import Ask, Failure, Fetched, Wire
from stampcheck.collect.crew import Crew, Done
from stampcheck.collect.ledger import Earlier, Ledger
from stampcheck.document import Document
from stampcheck.model import Reason

_TICK: Final = 0.2
_LANES: Final = {"azure": "azure", "entry": "stamp", "stamp": "stamp", "pep": "pep"}


class Plan(Protocol):
    """What is to be asked after each answer."""

    def after(self, ask: Ask, documents: list[Document]) -> Sequence[Ask]:
        """What an answer makes it possible to ask."""


class Board(Protocol):
    """Who is asked by the name of a wire."""

    def wire(self, ask: Ask) -> Wire:
        """The wire of an ask; one that cannot be made answers with why."""

    def url(self, ask: Ask) -> str:
        """What the Document of an ask will name as its request."""

    def learn(self, ask: Ask, documents: list[Document]) -> None:
        """Take in what an answer says of how to go on, such as where a stamp signs in."""

    def patience(self, ask: Ask) -> float:
        """Seconds after which an ask that has begun is given up."""


class Watcher(Protocol):
    """Told what happens, by one thread."""

    def asked(self, ask: Ask) -> None:
        """An ask was queued."""

    def answered(self, ask: Ask, documents: list[Document]) -> None:
        """An ask was answered, refused or given up."""


class Outcome(msgspec.Struct):
    """What a collection brought: documents by the stamp that they are of (empty: for all), whether
    it was interrupted, and how many asks the deadline cut off.
    """

    documents: dict[str, list[Document]] = {}
    is_interrupted: bool = False
    cut_off: int = 0

    @property
    def evidence(self) -> int:
        """How many documents are answers rather than refusals. What a stamp tells anybody of its
        endpoints proves nothing of its registration.
        """
        return sum(
            document.reason is None and document.kind != "endpoints"
            for same in self.documents.values()
            for document in same
        )


class Collection:
    """Runs a plan to its end, the deadline or Ctrl-C. ``deadline`` is in seconds, 0: none;
    ``ahead`` is waited for before each ask.
    """

    def __init__(  # noqa: PLR0913 (what it is put together from)
        self,
        plan: Plan,
        board: Board,
        ledger: Ledger,
        watcher: Watcher,
        *,
        earlier: Earlier,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        workers: int,
        deadline: float = 0,
        ahead: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan = plan
        self._board = board
        self._ledger = ledger
        self._watcher = watcher
        self._earlier = earlier
        self._clock = clock
        self._monotonic = monotonic
        self._crew: Crew[Ask, list[Document]] = Crew(workers, monotonic, ahead=ahead)
        self._deadline = deadline
        self._seen: set[tuple[str, str, str]] = set()
        self._open = 0
        self.outcome = Outcome()

    def run(self, first: Iterable[Ask]) -> Outcome:
        """Ask until there is nothing left to ask; what came is kept whatever ends it."""
        end = self._monotonic() + self._deadline if self._deadline else float("inf")
        try:
            self._ask(first)
            while self._open:
                self._step()
                if self._monotonic() > end:
                    self._cut_off()
        except KeyboardInterrupt:
            self.outcome.is_interrupted = True
            self._crew.abandon()
            while (done := self._crew.take(0)) is not None:
                self._keep(done.key, self._documents(done))
        self._ledger.check()
        return self.outcome

    def _ask(self, asks: Iterable[Ask]) -> None:
        for ask in asks:
            # A plan may ask the same in another version; what it repeats is a defect of its own.
            if (ask.owner, ask.kind, ask.path) in self._seen:
                continue
            self._seen.add((ask.owner, ask.kind, ask.path))
            self._open += 1
            self._watcher.asked(ask)
            known = self._earlier.answer(ask, self._board.url(ask))
            if known is None:
                lane = _LANES[ask.wire.partition(":")[0]]
                self._crew.give(lane, ask, partial(self._answers, ask))
            else:
                self._take_in(ask, [known])

    def _answers(self, ask: Ask) -> list[Document]:
        """Ask and read the answer, in a thread of its own: one that is hard to read delays nobody
        else.
        """
        return answered(ask, self._board.wire(ask).fetch(ask))

    def _step(self) -> None:
        done = self._crew.take(_TICK)
        if done is not None:
            self._take_in(done.key, self._documents(done))
        for ask in self._crew.give_up(self._board.patience):
            self._take_in(ask, answered(ask, self._too_late(ask)))

    def _documents(self, done: Done[Ask, list[Document]]) -> list[Document]:
        if done.result is not None:
            return done.result
        name = type(done.error).__name__
        failure = self._failure(
            done.key,
            f"stampcheck itself failed on this answer ({name}); this is a defect, please report it",
        )
        return answered(done.key, failure)

    def _too_late(self, ask: Ask) -> Fetched:
        seconds = self._board.patience(ask)
        return self._failure(ask, f"gave no whole answer within {seconds:.0f} s")

    def _failure(self, ask: Ask, detail: str) -> Fetched:
        url = self._board.url(ask)
        return Fetched(
            failure=Failure(url=url, reason=Reason.UNREACHABLE, detail=detail, at=self._clock())
        )

    def _take_in(self, ask: Ask, documents: list[Document]) -> None:
        self._keep(ask, documents)
        self._board.learn(ask, documents)
        self._ask(self._plan.after(ask, documents))

    def _keep(self, ask: Ask, documents: list[Document]) -> None:
        self._open -= 1
        for document in documents:
            self._ledger.keep(document)
        self.outcome.documents.setdefault(ask.owner, []).extend(documents)
        self._watcher.answered(ask, documents)

    def _cut_off(self) -> None:
        """The deadline has passed: what is not there yet is said to be missing."""
        detail = f"was not answered before the deadline of {self._deadline:.0f} s"
        for ask in self._crew.abandon():
            self.outcome.cut_off += 1
            self._keep(ask, answered(ask, self._failure(ask, detail)))
