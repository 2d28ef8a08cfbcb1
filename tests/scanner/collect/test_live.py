"""A collection goes on whatever one source does, and keeps what came."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from stampcheck.collect.asking import Answer, Ask, Failure, Fetched
from stampcheck.collect.ledger import Earlier, Ledger, read_earlier
from stampcheck.collect.live import Collection, Outcome
from stampcheck.document import Document
from stampcheck.model import Reason

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Fetch = Callable[[Ask], Fetched]


def ask(label: str, wire: str = "azure:AzureCloud:default", owner: str = "") -> Ask:
    path = f"/subscriptions/{label}/providers/Microsoft.Authorization/locks"
    return Ask(wire=wire, kind="locks", path=path, label=label, owner=owner)


def good(one: Ask) -> Fetched:
    answer = Answer(url="https://arm" + one.path, status=200, body=b'{"value":[]}', at=NOW)
    return Fetched(answer=answer)


class Steps(msgspec.Struct):
    """A plan: what comes first, and what comes after each label."""

    begin: list[Ask]
    then: dict[str, list[Ask]] = {}

    def after(self, ask: Ask, documents: list[Document]) -> Sequence[Ask]:  # noqa: ARG002
        return self.then.get(ask.label, [])


class Wires:
    """One wire for everything, and how long anybody waits for it."""

    def __init__(self, fetch: Fetch, patience: float = 30) -> None:
        self.fetched: list[str] = []
        self.learned: list[str] = []
        self._fetch = fetch
        self._patience = patience

    def wire(self, ask: Ask) -> "Wires":  # noqa: ARG002
        return self

    def url(self, ask: Ask) -> str:
        return "https://arm" + ask.path

    def learn(self, ask: Ask, documents: list[Document]) -> None:  # noqa: ARG002
        self.learned.append(ask.label)

    def patience(self, ask: Ask) -> float:  # noqa: ARG002
        return self._patience

    def fetch(self, ask: Ask) -> Fetched:
        self.fetched.append(ask.label)
        return self._fetch(ask)

    def close(self) -> None:
        """Nothing to close."""


class Seen:
    """Counts what a person would be shown."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.closed: list[str] = []

    def asked(self, ask: Ask) -> None:
        self.open.append(ask.label)

    def answered(self, ask: Ask, documents: list[Document]) -> None:  # noqa: ARG002
        self.closed.append(ask.label)


def collect(
    run: Path, plan: Steps, wires: Wires, *, earlier: Earlier | None = None, deadline: float = 0
) -> tuple[Outcome, Seen]:
    ledger, seen = Ledger(run), Seen()
    collection = Collection(
        plan,
        wires,
        ledger,
        seen,
        earlier=earlier or Earlier(),
        clock=lambda: NOW,
        monotonic=time.monotonic,
        workers=4,
        deadline=deadline,
    )
    outcome = collection.run(plan.begin)
    ledger.close()
    return outcome, seen


def labels(outcome: Outcome, owner: str = "") -> list[str]:
    return sorted(document.label for document in outcome.documents.get(owner, []))


def test_what_an_answer_makes_possible_is_asked_each_once(tmp_path: Path) -> None:
    plan = Steps([ask("a"), ask("b")], {"a": [ask("c"), ask("b")], "c": [ask("a"), ask("d")]})
    wires = Wires(good)

    outcome, seen = collect(tmp_path, plan, wires)

    assert sorted(wires.fetched) == ["a", "b", "c", "d"] == labels(outcome)
    assert sorted(seen.open) == sorted(seen.closed) == ["a", "b", "c", "d"] == sorted(wires.learned)
    assert outcome.evidence == 4


def test_the_documents_of_a_stamp_stand_apart_from_those_for_all(tmp_path: Path) -> None:
    plan = Steps([ask("a"), ask("s", "stamp:ams", "ams")])

    outcome, _ = collect(tmp_path, plan, Wires(good))

    assert (labels(outcome), labels(outcome, "ams")) == (["a"], ["s"])


def test_who_never_answers_is_given_up_and_the_others_complete(tmp_path: Path) -> None:
    gate = threading.Event()

    def fetch(one: Ask) -> Fetched:
        if one.label == "hangs":
            gate.wait(30)
        return good(one)

    plan = Steps([ask("hangs", "stamp:x", "x"), *(ask(str(n)) for n in range(20))])
    outcome, _ = collect(tmp_path, plan, Wires(fetch, patience=0.5))
    gate.set()

    assert outcome.evidence == 20
    (hung,) = outcome.documents["x"]
    assert hung.reason is Reason.UNREACHABLE
    assert "gave no whole answer within" in hung.detail


def test_a_defect_on_one_answer_is_a_document_and_the_others_complete(tmp_path: Path) -> None:
    def fetch(one: Ask) -> Fetched:
        if one.label == "odd":
            raise ZeroDivisionError("secret words")
        return good(one)

    outcome, _ = collect(tmp_path, Steps([ask("odd"), ask("plain")]), Wires(fetch))

    odd = next(one for one in outcome.documents[""] if one.label == "odd")
    assert odd.reason is Reason.UNREACHABLE
    assert "ZeroDivisionError" in odd.detail
    assert "secret words" not in odd.detail
    assert outcome.evidence == 1


def test_the_deadline_ends_it_and_what_is_missing_is_said(tmp_path: Path) -> None:
    gate = threading.Event()

    def fetch(one: Ask) -> Fetched:
        if one.label != "quick":
            gate.wait(30)
        return good(one)

    plan = Steps([ask("quick"), ask("slow")], {"quick": [ask("slow too")]})
    outcome, _ = collect(tmp_path, plan, Wires(fetch), deadline=0.5)
    gate.set()

    assert outcome.cut_off == 2
    late = [document for document in outcome.documents[""] if document.reason is not None]
    assert sorted(document.label for document in late) == ["slow", "slow too"]
    assert all("before the deadline" in document.detail for document in late)


def test_ctrl_c_keeps_what_came_and_resuming_does_not_ask_it_again(tmp_path: Path) -> None:
    gate = threading.Event()

    def fetch(one: Ask) -> Fetched:
        if one.label == "last":
            signal.raise_signal(signal.SIGINT)
            gate.wait(30)
        return good(one)

    plan = Steps([ask("a"), ask("b")], {"b": [ask("last")]})
    first, second = tmp_path / "1", tmp_path / "2"
    for run in (first, second):
        run.mkdir()
    outcome, _ = collect(first, plan, Wires(fetch))

    gate.set()

    assert outcome.is_interrupted
    assert labels(outcome) == ["a", "b"]

    wires = Wires(good)
    again, _ = collect(second, plan, wires, earlier=read_earlier(first))

    assert wires.fetched == ["last"]
    assert labels(again) == ["a", "b", "last"]
    assert sorted(read_earlier(second).documents) == ["a", "b", "last"]


def test_a_refusal_is_asked_again_when_resuming(tmp_path: Path) -> None:
    def refused(one: Ask) -> Fetched:
        failure = Failure(
            url="https://arm" + one.path, reason=Reason.UNREACHABLE, detail="no way", at=NOW
        )
        return Fetched(failure=failure)

    first, second = tmp_path / "1", tmp_path / "2"
    for run in (first, second):
        run.mkdir()
    collect(first, Steps([ask("a")]), Wires(refused))
    wires = Wires(good)
    outcome, _ = collect(second, Steps([ask("a")]), wires, earlier=read_earlier(first))

    assert wires.fetched == ["a"]
    assert outcome.evidence == 1


def test_what_a_stamp_tells_anybody_is_no_evidence(tmp_path: Path) -> None:
    entry = msgspec.structs.replace(ask("e", "entry:ams", "ams"), kind="endpoints")

    def fetch(one: Ask) -> Fetched:
        body = b'{"portalEndpoint":"https://x","authentication":{}}'
        return Fetched(answer=Answer(url="https://arm" + one.path, status=200, body=body, at=NOW))

    outcome, _ = collect(tmp_path, Steps([entry]), Wires(fetch))

    assert [document.reason for document in outcome.documents["ams"]] == [None]
    assert outcome.evidence == 0
