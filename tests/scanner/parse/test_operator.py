"""The operator's machine: its language mode, and the tools and modules that it has."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Known
from stampcheck.parse.account import account_permissions
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.operator import language_mode, operator_tools
from tests.scanner.parse import builders as b
from tests.scanner.parse.operator_builders import module, operator, operator_body

READERS = (language_mode, operator_tools, account_permissions)


def seen(*documents: Held) -> Evidence:
    return b.evidence(*documents)


@pytest.mark.parametrize("mode", ["FullLanguage", "fulllanguage", " FULLLANGUAGE "])
def test_full_language_is_read_in_any_spelling(mode: str) -> None:
    assert b.value(language_mode(seen(operator(language_mode=mode)))) == "FullLanguage"


@pytest.mark.parametrize("mode", ["ConstrainedLanguage", "RestrictedLanguage", "NoLanguage"])
def test_a_restricted_mode_is_given_as_it_is(mode: str) -> None:
    assert b.value(language_mode(seen(operator(language_mode=mode)))) == mode


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("FullLanguageMode", "ambiguous"),
        ("Full", "ambiguous"),
        ("", "absent-in-answer"),
        (None, "absent-in-answer"),
        (0, "malformed"),
        (["FullLanguage"], "malformed"),
        ("FullLanguage\nNoLanguage", "malformed"),
    ],
)
def test_a_word_that_is_no_mode_is_never_full(mode: Any, reason: str) -> None:
    assert b.reason(language_mode(seen(operator(language_mode=mode)))) == reason


def test_without_the_document_it_is_said_how_to_get_it() -> None:
    for reader in READERS:
        found = reader(seen())
        assert b.reason(found) == "not-collected"
        assert "--operator-script" in str(found)


def test_the_newest_document_counts() -> None:
    old, new = operator(language_mode="NoLanguage"), operator(at=b.LATER)

    assert b.value(language_mode(seen(old, new))) == "FullLanguage"
    same = operator(language_mode="NoLanguage"), operator()
    assert b.reason(language_mode(seen(*same))) == "ambiguous"


def test_tools_and_modules_are_read_with_their_newest_versions() -> None:
    modules = [
        module("Az.Accounts", "2.2.8"),
        module("Az.Accounts", "2.10.0"),
        module("AzureStack"),
    ]

    found = b.value(operator_tools(seen(operator(modules=modules))))
    assert (found.has_tools, found.branch, found.family) == (True, "az", "Az")
    assert found.version("az.accounts") == "2.10.0"
    assert found.version("Az.Nothing") == ""


@pytest.mark.parametrize(
    ("loaded", "installed", "family"),
    [
        (["Az.Accounts"], ["AzureRM.Profile"], "Az"),
        (["AzureRM.Profile"], ["Az"], "AzureRM"),
        ([], ["azurerm"], "AzureRM"),
        ([], ["Az", "AzureRM"], ""),
        (["Az.Accounts", "AzureRM.Profile"], [], ""),
        (["Azs.Update.Admin", "AzureStack"], ["AzTable"], ""),
    ],
)
def test_the_family_is_what_is_loaded_else_the_only_one_installed(
    loaded: list[str], installed: list[str], family: str
) -> None:
    document = operator(
        loaded_modules=[module(name) for name in loaded],
        modules=[module(name) for name in installed],
    )

    assert b.value(operator_tools(seen(document))).family == family


def test_a_list_of_one_that_powershell_unrolled_is_a_list() -> None:
    document = operator(loaded_modules=module("Az.Accounts"), modules=module("AzureRM"))

    found = b.value(operator_tools(seen(document)))
    assert (found.loaded, found.installed) == (frozenset({"Az"}), frozenset({"AzureRM"}))


def test_no_tools_are_known_too() -> None:
    found = b.value(operator_tools(seen(operator(tools={"found": False}))))

    assert (found.has_tools, found.branch) == (False, "")


@pytest.mark.parametrize(
    "broken",
    [
        {"tools": None},
        {"tools": {}},
        {"tools": {"found": "maybe"}},
        {"tools": {"found": True, "branch": 5}},
        {"tools": "words"},
        {"modules": None},
        {"modules": ["words"]},
        {"modules": [{"name": "Az"}]},
        {"loaded_modules": [None]},
        {"loaded_modules": [module("Az")] * 5001},
    ],
)
def test_what_cannot_be_read_is_a_reason(broken: dict[str, Any]) -> None:
    found = operator_tools(seen(operator(**broken)))

    assert b.reason(found) in ("absent-in-answer", "malformed")
    assert next(iter(broken)) in str(found)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "Az", b.SUB, "*"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "version", "found", "scope", "actions"]), inner)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(operator_body())), ODD, max_size=4))
def test_nothing_hostile_breaks_a_reader(told: dict[str, Any]) -> None:
    evidence = seen(operator(**told))

    for reader in READERS:
        found = reader(evidence)
        assert isinstance(found, Known) or found.detail
