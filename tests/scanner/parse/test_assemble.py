"""Laws of all facts together: nothing stops the reading, and no gap decides anything."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.bundle import Declared
from stampcheck.document import AZURE_KINDS, KINDS, Document
from stampcheck.engine import RuleSet, judge_stamp
from stampcheck.facts import ALL_FACTS, AS_OF, EXPIRY_WINDOWS, HAS_INVENTORY
from stampcheck.model import Fact, Known, Missing, Source
from stampcheck.parse.assemble import DERIVED, READERS, assemble
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.registry import load_rules
from stampcheck.testing import Sample, judge_all
from stampcheck.values import ExpiryWindows
from tests.scanner.parse import builders as b

RUN: Final[dict[Fact[Any], Known[Any]]] = {
    AS_OF: Known(b.NOW, Source("", "")),
    EXPIRY_WINDOWS: Known(ExpiryWindows(), Source("", "")),
    HAS_INVENTORY: Known(value=True, source=Source("", "")),
}
RULES: Final = tuple(loaded.rule for loaded in load_rules())
CAUSES: Final = {cause for rule in RULES for cause in rule.info.causes}
DISCONNECTED: Final[dict[str, Any]] = {
    "registration": b.registration(objectId=None, billingModel="Capacity"),
    "registrations": b.listing(b.registration(objectId=None, billingModel="Capacity")),
    "activation": b.activation(
        expiration="2027-09-01T00:00:00Z",
        marketplaceSyndicationEnabled=False,
        usageReportingEnabled=False,
    ),
    "information": b.information(IdentitySystem="ADFS"),
    "roles": b.listing(),
}


def outcomes(documents: Iterable[Held], declared: Declared | None = None) -> dict[str, str]:
    """What each rule says of the stamp that these documents are about."""
    evidence = Evidence("ams-01", list(documents), declared or Declared())
    facts = assemble(evidence, ALL_FACTS, RUN)
    told = {
        found.rule: found.outcome.value
        for found in judge_stamp("ams-01", facts, RuleSet(RULES, CAUSES))
    }
    for rule in RULES:
        if rule.is_fleet:
            told[rule.info.id] = judge_all(rule, [Sample("ams-01", facts)])[0].outcome.value
    return told


def stamp(**bodies: Any) -> dict[str, Held]:
    """A consistent stamp, with some bodies changed."""
    documents = b.stamp_documents()
    for name, body in bodies.items():
        asked = documents[name].document.request
        documents[name] = b.held(f"{name}.json", body, asked, kind=documents[name].kind)
    return documents


def absent(name: str, code: str = "ResourceNotFound") -> Held:
    asked = b.stamp_documents()[name]
    return b.held(
        f"{name}.json", b.error(code), asked.document.request, status=404, kind=asked.kind
    )


EXPECTED: Final = Declared(expected_tenant=b.TENANT)
ON_RECORD: Final = Declared(
    expected_tenant=b.TENANT, agreement_number="yes", nodes_at_registration=4
)
STAMPS: Final[dict[str, tuple[dict[str, Held], Declared]]] = {
    "connected": (stamp(), Declared()),
    "connected and declared": (stamp(), EXPECTED),
    "disconnected": (stamp(**DISCONNECTED), ON_RECORD),
    "not activated": (stamp() | {"activation": absent("activation")}, Declared()),
    "deleted": (
        stamp(registrations=b.listing()) | {"registration": absent("registration")},
        Declared(),
    ),
    "unlocked": (stamp(locks=b.listing()), Declared()),
    "expired": (stamp(activation=b.activation(expiration="2026-01-01")), Declared()),
    "silent": (stamp(activation=b.activation(usageReportingEnabled=False)), Declared()),
    "moved away": (stamp(subscription=b.subscription(tenantId=b.GUEST_TENANT)), EXPECTED),
    "narrow rights": (
        stamp() | {"denied": b.held("r.json", b.error("x"), b.GROUP + b.ROLES, status=403)},
        Declared(),
    ),
}


def test_every_fact_has_a_reader() -> None:
    assert set(READERS) | set(DERIVED) | set(RUN) == set(ALL_FACTS)


ESSENTIAL: Final = tuple(
    f"AZS-{rule}" for rule in ("RG-001", "RG-002", "BI-001", "PR-001", "TE-001", "ID-001")
)


@pytest.mark.parametrize("name", ["connected", "connected and declared", "disconnected"])
def test_a_consistent_stamp_passes_every_rule_that_concerns_it(name: str) -> None:
    documents, declared = STAMPS[name]
    told = outcomes(documents.values(), declared)

    assert {rule: told[rule] for rule in ESSENTIAL} == dict.fromkeys(ESSENTIAL, "pass")
    assert set(told.values()) == {"pass", "not-applicable"}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("not activated", "AZS-RG-001"),
        ("deleted", "AZS-RG-001"),
        ("unlocked", "AZS-PR-001"),
        ("expired", "AZS-RG-002"),
        ("silent", "AZS-BI-001"),
        ("moved away", "AZS-TE-001"),
    ],
)
def test_one_fault_is_one_failure(name: str, rule: str) -> None:
    documents, declared = STAMPS[name]
    told = outcomes(documents.values(), declared)

    assert [one for one, outcome in told.items() if outcome == "fail"] == [rule]


def test_without_any_document_nothing_passes_or_fails() -> None:
    assert set(outcomes([]).values()) == {"undetermined"}


@pytest.mark.parametrize("name", STAMPS)
def test_taking_documents_away_never_makes_a_pass_nor_a_failure_of_a_pass(name: str) -> None:
    documents, declared = STAMPS[name]
    before = outcomes(documents.values(), declared)
    for first in documents:
        for second in documents:
            rest = [held for key, held in documents.items() if key not in (first, second)]
            after = outcomes(rest, declared)
            turned = {rule: (before[rule], after[rule]) for rule in before}
            assert not {
                rule: turn
                for rule, turn in turned.items()
                if turn in (("fail", "pass"), ("undetermined", "pass"), ("pass", "fail"))
            }, (first, second)


@pytest.mark.parametrize("name", STAMPS)
def test_a_refusal_in_place_of_a_document_is_worth_no_more_than_none(name: str) -> None:
    documents, declared = STAMPS[name]
    before = outcomes(documents.values(), declared)
    for key, held in documents.items():
        asked = held.document.request
        refused = b.held("x.json", b.error("Forbidden"), asked, status=403, kind=held.kind)
        after = outcomes((documents | {key: refused}).values(), declared)
        for rule, outcome in after.items():
            assert outcome != "pass" or before[rule] == "pass", (key, rule)
            assert outcome != "fail" or before[rule] != "pass", (key, rule)


@pytest.mark.parametrize("name", STAMPS)
def test_the_order_of_the_documents_changes_nothing(name: str) -> None:
    documents, declared = STAMPS[name]
    held = list(documents.values())

    assert outcomes(held, declared) == outcomes(held[::-1], declared)


def test_documents_in_the_shapes_of_powershell_decide_the_same() -> None:
    documents = b.stamp_documents()
    for name in ("registration", "activation", "subscription", "roles", "fabric"):
        body = b.powershell(documents[name].body)
        documents[name] = b.bare(f"{documents[name].kind}.json", body)
    # That no lock is too strict is shown only by a listing whose request is known.
    asked = documents["locks"].document.request
    documents["locks"] = b.held("locks.json", b.powershell(documents["locks"].body), asked)

    assert outcomes(documents.values()) == outcomes(b.stamp_documents().values())


ODD: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [
        *(None, True, False, 0, -1, 10**30, 1.5, "", " ", "x", "\x00", "../..", "@{}", "@{id=1}"),
        *("x" * 100_000, b.ZEROS, b.SUBSCRIPTION, b.REGISTRATION, "9999-99-99", "/Date(x)/"),
        *([], [None], [[]], {}, {"value": None}, {"value": []}, {"Id": "x", "id": "y"}, ["x"]),
        *({"error": "x"}, {"code": "ResourceNotFound", "message": "x"}, [{"id": 5}, {"id": "/"}]),
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    if not isinstance(value, (dict, list)):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], odd)
    return changed


def check_facts(documents: Iterable[Held]) -> None:
    facts = assemble(Evidence("x", list(documents), Declared()), ALL_FACTS, RUN)
    assert all(isinstance(fact, (Known, Missing)) for fact in facts.values())
    assert all(len(f.detail) < 5000 for f in facts.values() if isinstance(f, Missing))


@settings(max_examples=400)
@given(st.data())
def test_no_value_in_any_place_stops_the_reading(data: st.DataObject) -> None:
    documents = b.stamp_documents()
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(documents)))
        held = documents[name]
        path = data.draw(st.sampled_from(places(held.body)))
        body = replaced(held.body, path, data.draw(ODD))
        document = Document(kind=held.kind, label=name, request=held.document.request)
        document.body = b.raw(body)
        documents[name] = Held(document, stale=False)
    check_facts(documents.values())


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(KINDS), ODD, st.sampled_from([0, 200, 404])), max_size=6))
def test_no_body_of_any_kind_stops_the_reading(bodies: list[tuple[str, Any, int]]) -> None:
    check_facts(
        Held(Document(kind=kind, label=str(n), status=status, body=b.raw(body)), stale=False)
        for n, (kind, body, status) in enumerate(bodies)
    )


@settings(max_examples=200)
@given(st.data())
def test_a_hostile_value_never_makes_a_pass_of_another_outcome(data: st.DataObject) -> None:
    documents, declared = STAMPS[data.draw(st.sampled_from(["unlocked", "silent", "expired"]))]
    before = outcomes(documents.values(), declared)
    name = data.draw(st.sampled_from(sorted(set(documents) - {"locks"})))
    held = documents[name]
    path = data.draw(st.sampled_from(places(held.body)))
    useless: list[Any] = [None, "", "x", 5, [], {}, b.ZEROS, "\x00", "9999-99-99"]
    odd = data.draw(st.sampled_from(useless))
    document = copy.copy(held.document)
    document.body = b.raw(replaced(held.body, path, odd))
    after = outcomes((documents | {name: Held(document, stale=False)}).values(), declared)

    assert {rule for rule in after if after[rule] == "pass"} <= {
        rule for rule in before if before[rule] == "pass"
    }


def test_the_sides_of_the_kinds_hold_every_kind_of_the_sample() -> None:
    kinds = {held.kind for held in b.stamp_documents().values()}

    assert kinds & AZURE_KINDS
    assert kinds <= set(KINDS)
