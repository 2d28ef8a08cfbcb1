"""What a role allows: as Azure reckons wildcards, exceptions and sums of roles."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Reason
from stampcheck.parse.permission import Grant, grant, lacking
from stampcheck.parse.shape import ABSENT
from stampcheck.parse.value import Unreadable

WRITE = "microsoft.azurestack/registrations/write"
TEXT = st.text("ab/*", max_size=8)


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        ("*", True),
        ("microsoft.azurestack/*", True),
        ("*/write", True),
        ("microsoft.*/registrations/*", True),
        ("*azurestack*write*", True),
        (WRITE, True),
        ("microsoft.azurestack/registrations", False),
        ("microsoft.azurestack/*/read", False),
        ("microsoft.azurestack/registrations/write/*", False),
        ("*/write*/write", False),
        ("microsoft?azurestack/*", False),
        ("microsoft.azurestack/registrations/*ns/write", False),
        ("microsoft.azurestack/registrations*/registrations/write", False),
    ],
)
def test_a_star_stands_for_any_text(pattern: str, *, allowed: bool) -> None:
    assert Grant((pattern,)).allows(WRITE) is allowed


def test_an_exception_takes_away_from_its_own_grant_only() -> None:
    less = Grant(("*",), ("microsoft.azurestack/*",))

    assert lacking([less], [WRITE, "x/read"]) == (WRITE,)
    assert lacking([less, Grant((WRITE,))], [WRITE]) == ()
    assert lacking([], [WRITE]) == (WRITE,)


def test_lists_are_read_in_any_case_and_as_powershell_cuts_them() -> None:
    assert grant(["Microsoft.X/*/Read"], []) == Grant(("microsoft.x/*/read",))
    assert grant("A/read B/*", "") == Grant(("a/read", "b/*"))


@pytest.mark.parametrize(
    "value", [None, 5, {}, [None], [5], [""], ["a b"], ["a\nb"], "System.Object[]", ["x" * 300]]
)
def test_what_is_no_list_of_actions_is_a_reason(value: Any) -> None:
    with pytest.raises(Unreadable):
        grant(value, [])
    if value is not None:
        with pytest.raises(Unreadable):
            grant([], value)


def test_exceptions_that_are_null_are_none_and_those_left_out_are_not_known() -> None:
    assert grant(["*"], None) == Grant(("*",))
    for actions, exceptions in ((None, None), (["*"], ABSENT)):
        with pytest.raises(Unreadable):
            grant(actions, exceptions)


def test_a_list_without_end_is_not_read() -> None:
    with pytest.raises(Unreadable) as why:
        grant(["*"] * 5000, [])

    assert why.value.reason is Reason.MALFORMED


def test_many_stars_cost_no_time() -> None:
    assert not Grant(("*a" * 120,)).allows("a" * 119)


@given(pattern=TEXT, action=st.text("ab/", max_size=8))
def test_it_matches_as_the_definition_by_recursion_does(pattern: str, action: str) -> None:
    def matches(wild: str, text: str) -> bool:
        if not wild:
            return not text
        if wild[0] == "*":
            return matches(wild[1:], text) or bool(text and matches(wild, text[1:]))
        return text[:1] == wild[0] and matches(wild[1:], text[1:])

    assert Grant((pattern,)).allows(action) is matches(pattern, action)


@pytest.mark.parametrize(
    ("pattern", "action", "allowed"),
    [
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("ab*b*ba", "abba", False),
        ("ab*b*ba", "abbba", True),
        ("a*a", "a", False),
    ],
)
def test_beginning_and_end_never_share_a_letter(
    pattern: str, action: str, *, allowed: bool
) -> None:
    assert Grant((pattern,)).allows(action) is allowed
