"""The laws of filling: no value breaks out of its quotes, and no gap is passed over."""

import re

import pytest
import tree_sitter_powershell
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import (
    ALWAYS_ASKED,
    CONNECTIONS,
    MODULES,
    PLACEHOLDERS,
    STATE_RUNBOOKS,
    FilledRunbook,
    as_text,
    fill,
    quote,
)
from stampcheck.model import Runbook, State, Step

RUNBOOKS = list(load().runbooks.values())
PARSER = Parser(Language(tree_sitter_powershell.language()))

QUOTES = "'\u2018\u2019\u201a\u201b"
HOSTILE = [
    *QUOTES,
    *'"`$();&|{}<>@#%,:\\ \t\n\r\0',
    *"\u2028\u2029\u0085\u202e\u2066\u200f\ufeff\u00a0\u00ad\x1b\ud800",
    "{{subscription_id}}",
    "Remove-Item",
    "a",
    "\u00e9",
    "\u96f2",
]
VALUES = st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join)
LAW = settings(derandomize=True, deadline=None, max_examples=400)

SHORT = Runbook(
    id="short",
    title="A short runbook",
    source="register-azure-stack-hub.md#verify",
    reviewed="2026-11-22",
    steps=(
        Step(what="You are here: {{resource_group}}.", where="Portal of {{cloud_id}}"),
        Step(what="On line.", connection="connected", modules="Az", powershell="Get-AzContext"),
        Step(what="On line.", connection="connected", modules="AzureRM"),
        Step(what="Off line.", connection="disconnected", powershell="Get-Item -Path {{key_file}}"),
        Step(what="Look.", expect="{{agreement_number}}.", verify="{{resource_group}}."),
    ),
    rerun=("AZS-RG-001", "AZS-PR-001"),
)


def powershell_reads(quoted: str) -> tuple[str, str]:
    """The value of a single-quoted string by PowerShell's own rule, and what is left after it."""
    assert quoted[0] == "'"
    value, place = "", 1
    while quoted[place] not in QUOTES or quoted[place + 1 : place + 2] in tuple(QUOTES):
        place += quoted[place] in QUOTES
        value += quoted[place]
        place += 1
    return value, quoted[place + 1 :]


def only_leaf(node: Node) -> Node:
    """The end of a chain of nodes that have one child each."""
    while node.type != "string_literal":
        (node,) = node.named_children
    return node


def whole(filled: FilledRunbook) -> str:
    """Every text of a filled runbook."""
    texts = [
        (step.what, step.where, step.powershell, step.expect, step.verify) for step in filled.steps
    ]
    return "\n".join(text for step in texts for text in step)


@LAW
@given(VALUES)
def test_a_quoted_value_is_one_string_literal_and_nothing_else(value: str) -> None:
    quoted = quote(value)
    if quoted is None:
        return
    source = f"$x = {quoted}".encode()
    tree = PARSER.parse(source)
    assert not tree.root_node.has_error
    assigned = tree.root_node.named_children[0].named_children[0].named_children[0]
    value_node = assigned.child_by_field_name("value")
    assert value_node is not None
    literal = only_leaf(value_node)
    assert (literal.start_byte, literal.end_byte) == (5, len(source))
    assert [child.type for child in literal.named_children] == ["verbatim_string_characters"]


@LAW
@given(VALUES)
def test_powershell_reads_back_exactly_the_value_that_was_quoted(value: str) -> None:
    quoted = quote(value)
    if quoted is not None:
        assert powershell_reads(quoted) == (value, "")


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("azurestack", "'azurestack'"),
        ("o'brien", "'o''brien'"),
        ("\u2018\u2019\u201a\u201b", "'\u2018\u2018\u2019\u2019\u201a\u201a\u201b\u201b'"),
        ("$(Remove-Item C:)", "'$(Remove-Item C:)'"),
        ("a" * 512, "'" + "a" * 512 + "'"),
    ],
)
def test_every_mark_that_ends_a_string_is_doubled(value: str, quoted: str) -> None:
    assert quote(value) == quoted


@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        "a" * 513,
        "a\nb",
        "a\rb",
        "a\0b",
        "a\x1b[2Jb",
        "a\u0085b",
        "a\u2028b",
        "a\u202eb",
        "a\u2066b",
        "a\u200fb",
        "a\ud800b",
        "{{cloud_id}}",
        "a}}",
    ],
)
def test_a_value_that_cannot_be_shown_safely_stays_to_be_filled_in(value: str) -> None:
    assert quote(value) is None


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
@settings(derandomize=True, deadline=None, max_examples=20)
@given(values=st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), VALUES))
def test_filling_leaves_no_placeholder_whatever_the_values(
    runbook: Runbook, values: dict[str, str]
) -> None:
    quoted = {name: text for name, value in values.items() if (text := quote(value))}
    for given_values in (quoted, values):
        filled = fill(runbook, given_values, modules="")
        assert "{{" not in whole(filled)
        assert "}}" not in whole(filled)
        assert "{{" not in as_text(filled)


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
def test_what_is_unknown_is_asked_for_on_top_and_in_its_place(runbook: Runbook) -> None:
    filled = fill(runbook, {}, modules="")
    asked = re.findall(r"<FILL: ([^>]+)>", whole(filled))
    assert list(dict.fromkeys(asked)) == list(filled.unfilled)
    assert set(filled.unfilled) <= set(PLACEHOLDERS.values())


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
def test_with_every_value_known_only_the_agreement_number_is_asked_for(runbook: Runbook) -> None:
    values = dict.fromkeys(PLACEHOLDERS, "'known'")
    filled = fill(runbook, values, modules="")
    assert set(filled.unfilled) <= {PLACEHOLDERS[name] for name in ALWAYS_ASKED}


def test_the_agreement_number_is_asked_for_even_where_it_is_known() -> None:
    filled = fill(SHORT, {"agreement_number": "'12345678'"})
    assert "12345678" not in whole(filled)
    assert "agreement number" in filled.unfilled


@pytest.mark.parametrize(
    "tampered",
    [
        "",
        "''",
        "bare",
        "'open",
        "'a'; Remove-Item C:'b'",
        "'a\u2019; Remove-Item C:'",
        "'a''",
        "'a\nb'",
        "'{{key_file}}'",
        "'" + "a" * 1025 + "'",
        '"$(Remove-Item C:)"',
    ],
)
def test_a_value_that_is_not_one_closed_string_counts_as_unknown(tampered: str) -> None:
    filled = fill(SHORT, {"key_file": tampered}, connection="disconnected")
    assert filled.steps[1].powershell == "Get-Item -Path '<FILL: file for the activation key>'"
    assert PLACEHOLDERS["key_file"] in filled.unfilled


def test_the_longest_value_can_be_filled_in() -> None:
    longest = quote("'" * 512)
    assert longest is not None
    filled = fill(SHORT, {"key_file": longest}, connection="disconnected")
    assert filled.steps[1].powershell == f"Get-Item -Path {longest}"


def test_a_placeholder_of_a_newer_catalogue_is_asked_for_by_its_name() -> None:
    newer = Runbook("newer", "Newer", "s", "2026-11-22", (Step(what="Take {{new_word}}."),))
    assert fill(newer, {"new_word": "'x'"}).steps[0].what == "Take <FILL: new word>."


@pytest.mark.parametrize(
    ("connection", "modules", "kept"),
    [
        ("connected", "Az", ["", "", ""]),
        ("connected", "AzureRM", ["", "", ""]),
        ("disconnected", "Az", ["", "", ""]),
        ("", "Az", ["", "connected", "disconnected", ""]),
        ("ambiguous", "Az", ["", "connected", "disconnected", ""]),
        ("connected", "", ["", "Az", "AzureRM", ""]),
        ("", "", ["", "connected, Az", "connected, AzureRM", "disconnected", ""]),
    ],
)
def test_a_variant_is_labelled_only_while_the_choice_is_open(
    connection: str, modules: str, kept: list[str]
) -> None:
    filled = fill(SHORT, {}, connection=connection, modules=modules)
    assert [step.variant for step in filled.steps] == kept


def test_only_what_the_chosen_steps_use_is_asked_for() -> None:
    connected = fill(SHORT, {}, connection="connected")
    assert PLACEHOLDERS["key_file"] not in connected.unfilled
    assert PLACEHOLDERS["key_file"] in fill(SHORT, {}).unfilled


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda runbook: runbook.id)
@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("modules", MODULES)
def test_every_variant_of_a_runbook_has_more_than_its_start(
    runbook: Runbook, connection: str, modules: str
) -> None:
    filled = fill(runbook, {}, connection=connection, modules=modules)
    assert len(filled.steps) > 1
    assert not any(step.variant for step in filled.steps)


def test_the_terminal_shows_what_to_fill_in_then_the_steps_then_the_rules_to_run_again() -> None:
    filled = fill(SHORT, {"resource_group": "'azurestack'"}, connection="disconnected")
    assert as_text(filled) == (
        "A short runbook\n"
        "\n"
        "Fill in first:\n"
        "  <FILL: Cloud ID>\n"
        "  <FILL: file for the activation key>\n"
        "  <FILL: agreement number>\n"
        "\n"
        " 1. You are here: 'azurestack'.\n"
        "    Where: Portal of <FILL: Cloud ID>.\n"
        "\n"
        " 2. Off line.\n"
        "    PowerShell:\n"
        "        Get-Item -Path '<FILL: file for the activation key>'\n"
        "\n"
        " 3. Look.\n"
        "    Expect: <FILL: agreement number>.\n"
        "    Verify: 'azurestack'.\n"
        "\n"
        "Run rule AZS-RG-001 again.\n"
        "Run rule AZS-PR-001 again.\n"
    )


def test_the_terminal_names_the_variant_of_a_step_and_asks_for_nothing_that_is_known() -> None:
    runbook = Runbook(
        "r", "R", "s", "2026-11-22", (Step(what="Go.", connection="connected"),), ("AZS-RG-001",)
    )
    assert as_text(fill(runbook, {})) == "R\n\n 1. [connected] Go.\n\nRun rule AZS-RG-001 again.\n"


def test_every_state_has_one_runbook_of_the_catalogue() -> None:
    assert STATE_RUNBOOKS.keys() == set(State)
    assert set(STATE_RUNBOOKS.values()) <= load().runbooks.keys()
    assert len(set(STATE_RUNBOOKS.values())) == len(State)


def test_the_words_of_a_placeholder_can_stand_in_quotes_and_in_brackets() -> None:
    assert all(quote(words) == f"'{words}'" for words in PLACEHOLDERS.values())
    assert not any(set(words) & set("<>") for words in PLACEHOLDERS.values())
    assert len(set(PLACEHOLDERS.values())) == len(PLACEHOLDERS)
