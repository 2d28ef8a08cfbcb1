"""AZS-AC-003: pairs known to be bad fail, none passes by itself, a person may say that one fits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.facts import OperatorTools, RegistrationDue
from stampcheck.model import Finding, Outcome, Reason, Severity
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck_rules.access.outdated_tools import outdated_tools

DUE = RegistrationDue(due=True, why="the registration expired on 2026-11-01")
NOT_DUE = RegistrationDue(
    due=False, why="the stamp is registered, and its activation never expires"
)
NEW = "1.2311.1.22"
OLD = "1.1910.0.58"
AZ, AZURE_RM = frozenset(("Az",)), frozenset(("AzureRM",))


def tools(branch: str = "az", loaded: frozenset[str] = AZ, **rest: Any) -> OperatorTools:
    told: dict[str, Any] = {"has_tools": True, "branch": branch, "loaded": loaded} | rest
    return OperatorTools(**told)


def judged(own: Any, build: Any = NEW, due: Any = DUE) -> Finding:
    told = {"REGISTRATION_DUE": due, "OPERATOR_TOOLS": own, "STAMP_VERSION": build}
    return judge(outdated_tools, stamp(**told))


@pytest.mark.parametrize(
    ("own", "build", "words"),
    [
        (tools(loaded=AZ | AZURE_RM), NEW, "in one PowerShell"),
        (tools("master"), NEW, "for AzureRM, not for Az"),
        (tools("MASTER"), NEW, "for AzureRM"),
        (tools("az", AZURE_RM), OLD, "for Az, not for AzureRM"),
        (tools("master", AZURE_RM), "1.2002.0.35", "From build 2002"),
        (tools("", AZURE_RM), NEW, "From build 2002"),
        (tools("az"), OLD, "Before build 2002"),
        (tools("master", frozenset()), "1.2309.0.5", "newer token"),
        (tools("", frozenset(), installed=AZURE_RM), NEW, "From build 2002"),
        (tools(has_tools=False, loaded=AZ | AZURE_RM), NEW, "in one PowerShell"),
    ],
)
def test_a_pair_that_is_known_to_be_bad_fails(own: OperatorTools, build: str, words: str) -> None:
    found = judged(own, build)

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.MEDIUM)
    assert found.causes == ("tools-or-modules-outdated",)
    assert words in found.message


@pytest.mark.parametrize("build", [NEW, missing("not-collected")])
def test_a_bad_pair_of_the_operators_own_fails_whatever_the_build(build: Any) -> None:
    assert judged(tools("master"), build).outcome is Outcome.FAIL


def test_no_tools_at_all_are_a_small_failure() -> None:
    found = judged(tools("", has_tools=False))

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.LOW)
    assert "no tools" in found.actual


@pytest.mark.parametrize(
    ("own", "build"),
    [
        (tools(), NEW),
        (tools(), "1.2002.0.0"),
        (tools("master", AZURE_RM), OLD),
        (tools("master", frozenset()), "1.2309.0.4"),
        (tools("", frozenset(), installed=AZ | AZURE_RM), NEW),
        (tools("vnext"), NEW),
        (tools(), "10.2311.0.26"),
        (tools(), "words"),
    ],
)
def test_what_is_not_known_to_be_bad_is_left_to_a_person(own: OperatorTools, build: str) -> None:
    found = judged(own, build)

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NEEDS_HUMAN)
    assert build in found.message


def test_what_was_seen_is_told_with_its_versions() -> None:
    modules = (("Az.Accounts", "2.2.8"), ("AzureStack", "2.4.0"), ("Azs.Update.Admin", "1.0.2"))

    found = judged(tools(modules=modules))
    assert found.actual == "branch az, AzureStack 2.4.0, Az.Accounts 2.2.8"


@pytest.mark.parametrize("fact", ["REGISTRATION_DUE", "OPERATOR_TOOLS", "STAMP_VERSION"])
@pytest.mark.parametrize("reason", ["not-collected", "unreachable", "ambiguous"])
def test_a_gap_is_told_by_its_reason(fact: str, reason: str) -> None:
    told = {"REGISTRATION_DUE": DUE, "OPERATOR_TOOLS": tools(), "STAMP_VERSION": NEW}
    found = judge(outdated_tools, stamp(**(told | {fact: missing(reason)})))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


@pytest.mark.parametrize(("said", "outcome"), [(True, Outcome.PASS), (False, Outcome.FAIL)])
def test_a_person_who_compared_them_decides(said: bool, outcome: Outcome) -> None:  # noqa: FBT001
    told = {"REGISTRATION_DUE": DUE, "OPERATOR_TOOLS": tools(), "STAMP_VERSION": NEW}
    found = judge(outdated_tools, stamp(**told, TOOLS_FIT=said))

    assert found.outcome is outcome
    assert "as a person attests" in found.message


def test_what_is_known_to_be_bad_fails_whatever_a_person_says() -> None:
    told = {"REGISTRATION_DUE": DUE, "OPERATOR_TOOLS": tools("master"), "STAMP_VERSION": NEW}

    assert judge(outdated_tools, stamp(**told, TOOLS_FIT=True)).outcome is Outcome.FAIL


def test_where_nobody_has_to_register_no_tools_are_judged() -> None:
    assert judged(tools("master"), due=NOT_DUE).outcome is Outcome.NOT_APPLICABLE


FAMILIES = st.frozensets(st.sampled_from(["Az", "AzureRM"]))


@given(
    has_tools=st.booleans(),
    branch=st.sampled_from(["", "az", "master", "vnext"]),
    loaded=FAMILIES,
    installed=FAMILIES,
    build=st.sampled_from([NEW, OLD, "1.2002.0.35", "words", "1.99999999999.1.1"]),
)
def test_it_never_passes_by_itself(
    *,
    has_tools: bool,
    branch: str,
    loaded: frozenset[str],
    installed: frozenset[str],
    build: str,
) -> None:
    own = OperatorTools(has_tools=has_tools, branch=branch, loaded=loaded, installed=installed)

    assert judged(own, build).outcome in (Outcome.FAIL, Outcome.UNDETERMINED)


def test_its_examples_are_judged_as_they_say() -> None:
    for example in outdated_tools.info.examples:
        told = {fact.name: value for fact, value in example.facts.items()}
        assert judge(outdated_tools, stamp(**told)).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    assert_contract(
        outdated_tools,
        stamp(REGISTRATION_DUE=DUE, OPERATOR_TOOLS=tools(), STAMP_VERSION=NEW),
        stamp(REGISTRATION_DUE=DUE, OPERATOR_TOOLS=tools("master"), STAMP_VERSION=NEW),
        stamp(REGISTRATION_DUE=DUE, OPERATOR_TOOLS=tools("", AZURE_RM), STAMP_VERSION=NEW),
        stamp(REGISTRATION_DUE=NOT_DUE, OPERATOR_TOOLS=tools(), STAMP_VERSION=NEW),
        stamp(REGISTRATION_DUE=DUE, OPERATOR_TOOLS=tools(), STAMP_VERSION=NEW, TOOLS_FIT=True),
    )
