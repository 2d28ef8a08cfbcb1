"""The plan of a fleet: what the chosen rules need and what that needs, each once."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import pytest

from stampcheck.collect.asking import Ask
from stampcheck.collect.plan import (
    LIVE_KINDS,
    PREREQUISITES,
    Plan,
    kinds_of,
    with_prerequisites,
)
from stampcheck.document import AZURE_KINDS, COLLECTED_KINDS, STAMP_KINDS, Document
from stampcheck.facts import ALL_FACTS, IDENTITY_SYSTEM, LOCKS
from stampcheck.parse.recognise import request_path
from stampcheck.targets import Azure, Target
from tests.scanner.collect.answers import ADMIN, failed, plan, registered, told
from tests.scanner.collect.test_stamp_arm import ENDPOINTS
from tests.scanner.parse import builders as b

AMS = Target(
    name="ams",
    registration=b.REGISTRATION,
    admin_endpoint=ADMIN,
    privileged_endpoints=("192.0.2.1",),
)
OSL = Target(name="osl", admin_endpoint=ADMIN.replace("ams", "osl"), subscription=b.SUB)

ANSWERS: dict[str, Any] = {
    "endpoints": ENDPOINTS,
    "stamp-subscriptions": b.listing(b.provider_subscription()),
    "activation": b.activation(),
    "stamp-information": b.information(),
    "scale-units": b.error("NoRegisteredProviderFound"),
    "role-assignments": b.listing(b.assignment(b.SUBSCRIPTION, roleDefinitionId=b.ROLE)),
}


def answer(ask: Ask) -> list[Document]:
    if ask.label.endswith("registrations.json"):
        return told(ask, b.listing(*(b.registration(registered(n)) for n in range(3))))
    if ask.kind == "registration":
        return told(ask, b.registration(request_path(ask.path)))
    if ask.kind in ANSWERS:
        return told(ask, ANSWERS[ask.kind])
    return failed(ask, "no") if ask.kind == "locks" else told(ask, b.listing())


def run(chosen: Plan, *, shuffled: random.Random | None = None) -> list[Ask]:
    """Every ask of a plan, answered in turn or in any order."""
    waiting = deque(chosen.first())
    asked = []
    while waiting:
        if shuffled is not None:
            shuffled.shuffle(waiting)
        ask = waiting.popleft()
        asked.append(ask)
        waiting += chosen.after(ask, answer(ask))
    return asked


def test_every_kind_that_is_live_is_asked_for_and_none_twice() -> None:
    asked = run(plan(AMS, OSL, azure=Azure(subscriptions=(b.SUB,))))

    assert {ask.kind for ask in asked} == LIVE_KINDS
    assert len({(ask.owner, ask.label) for ask in asked}) == len(asked)
    assert len({(ask.owner, ask.path) for ask in asked}) == len(asked)
    assert set(COLLECTED_KINDS) - {"operator", "registration-token"} == LIVE_KINDS


def test_the_order_of_the_answers_changes_nothing_of_what_is_asked() -> None:
    straight = run(plan(AMS, OSL))
    assert run(plan(AMS, OSL)) == straight
    for seed in range(20):
        way = run(plan(AMS, OSL), shuffled=random.Random(seed))
        assert {(ask.label, ask.path) for ask in way} == {(ask.label, ask.path) for ask in straight}


def test_what_a_kind_needs_comes_with_it() -> None:
    assert not with_prerequisites([])
    assert with_prerequisites(["operator", "registration-token"]) == frozenset()
    assert with_prerequisites(["alerts"]) == {"alerts", "stamp-subscriptions", "endpoints"}
    assert with_prerequisites(kinds_of([IDENTITY_SYSTEM])) == {"stamp-information", "endpoints"}
    assert with_prerequisites(kinds_of([LOCKS])) == {
        "locks",
        "provider",
        "subscription",
        "registration",
        "activation",
        "fabric-locations",
        "stamp-subscriptions",
        "endpoints",
    }
    assert with_prerequisites(kinds_of(ALL_FACTS)) == LIVE_KINDS


@pytest.mark.parametrize("kind", sorted(LIVE_KINDS))
def test_a_table_of_needs_holds_kinds_that_are_live_on_the_side_that_can_give_them(
    kind: str,
) -> None:
    for needed in PREREQUISITES.get(kind, ()):
        assert needed in LIVE_KINDS
        assert not (kind in STAMP_KINDS and needed in AZURE_KINDS)


def test_a_stamp_whose_answers_are_all_refused_keeps_the_others_from_nothing() -> None:
    chosen = plan(AMS, OSL)
    for ask in chosen.first():
        if ask.owner == "ams":
            assert chosen.after(ask, failed(ask)) == []
    assert set(chosen.unasked()) == {"ams"}
    assert len(run(chosen)) == 0, "first gives each ask once"


def test_an_answer_of_a_stamp_that_is_not_in_the_inventory_leads_nowhere() -> None:
    stray = Ask(wire="stamp:x", kind="activation", path="/x", label="x/activation.json", owner="x")

    assert plan(AMS).after(stray, told(stray, b.activation())) == []
