"""Texts become messages with their times, prefixes off and what belongs to them attached."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.diagnose.reader import BLOCK, Message, Reader, whole_blocks, wrap_width
from tests.scanner.diagnose.sample import BUSY, CLOUD_ID, TNC, log

READER = Reader(["needle", "Cloud Id: ", "is already registered"])


def read(text: str, *, size: int = 1_000_000) -> list[Message]:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    words = ("needle", "Cloud Id: ", "is already registered")
    return [one for one in READER.messages(pieces) if any(word in one.text for word in words)]


def test_a_message_bears_its_time_and_loses_its_prefixes() -> None:
    (message,) = read(log("a needle", prefix="VERBOSE: "))

    assert (message.text, message.day, message.clock) == ("a needle", "2026-11-02", "09-00-00")
    assert message.console == "VERBOSE"


def test_prefixes_of_localized_consoles_are_known() -> None:
    for word in ("WARNUNG", "AVERTISSEMENT ", "ADVERTENCIA", "警告"):
        assert read(f"{word}: a needle")[0].text == "a needle"


def test_what_belongs_to_an_error_is_attached_to_it() -> None:
    text = (
        "Get-AzToken : a needle\nAt C:\\x.psm1:404 char:26\n+ ... eshToken\n+    ~~~~\n"
        "    + CategoryInfo          : InvalidOperation\n"
        "    + FullyQualifiedErrorId : TypeNotFound,Get-AzToken\n"
    )
    (message,) = read(text)

    assert message.text.endswith("FullyQualifiedErrorId : TypeNotFound,Get-AzToken")
    assert (message.first, message.last) == (1, 6)


def test_a_command_ends_where_its_output_begins() -> None:
    messages = read("PS C:\\> Set-AzsRegistration `\n>> -Name needle\na needle of the output\n")

    assert [one.text for one in messages] == [
        "Set-AzsRegistration ` >> -Name needle",
        "a needle of the output",
    ]
    assert messages[0].prompt == "PS C:\\>"


def test_a_prompt_of_the_endpoint_is_told_from_a_local_one() -> None:
    assert read("[10.0.0.224]: PS>needle")[0].prompt == "[10.0.0.224]: PS>"


def test_blank_lines_part_what_has_no_time_only() -> None:
    assert len(read("one needle\n\nAnother needle\n")) == 2
    assert len(read(log("one needle\n\nAnother needle"))) == 1


def test_quoted_mails_are_read_without_their_marks() -> None:
    text = "".join(f"> {line}\n" for line in log("x", "Cloud Id: ab", "y", "z").splitlines())

    assert read(text)[0].text == "Cloud Id: ab"


def test_typographic_signs_entities_escapes_and_colours_are_undone() -> None:
    reader = Reader(["'needle'", '"pin"'])
    for text in ("‘needle’", "\\u0027needle\\u0027", "&#39;needle&#39;", "\x1b[31m'needle'\x1b[0m"):
        assert [one.text for one in reader.messages([text])] == ["'needle'"], text
    assert next(iter(reader.messages(["&quot;pin&quot;"]))).text == '"pin"'


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=1, max_value=400))
def test_the_size_of_the_pieces_changes_nothing(size: int) -> None:
    text = log("first needle", f"Running\nCloud Id: {CLOUD_ID}", "nothing", "last needle")

    assert read(text, size=size) == read(text)


def test_long_texts_are_read_as_short_ones_are() -> None:
    noise = log(*["nothing to see here"] * 30_000)
    messages = read(noise + log("a needle\nand its second line"))

    assert [one.text for one in messages] == ["a needle and its second line"]
    assert messages[0].first == 30_001


def test_blocks_end_where_messages_end() -> None:
    text = log(*["a needle\nwith a second line"] * 60_000)
    blocks = list(whole_blocks([text]))

    assert "".join(blocks) == text
    assert len(blocks) > 1
    assert all(block.startswith("2026-11-02.") for block in blocks)


def test_an_endless_line_is_read_around_what_it_holds() -> None:
    text = "x " * BLOCK + "a needle in it" + " y" * BLOCK
    messages = read(text)

    assert "a needle in it" in messages[0].text
    assert messages[0].first == 1
    assert all(len(one.text) < 20_000 for one in messages)


def test_the_width_of_a_console_is_seen() -> None:
    lines = log(*[f"{n} {BUSY} {TNC} {BUSY}" for n in range(4)], prefix="VERBOSE: ").splitlines()
    wrapped = [line[at : at + 120] for line in lines for at in range(0, len(line), 120)]

    assert wrap_width(wrapped) == 120
    assert wrap_width(lines) == 0


def test_a_literal_that_a_console_cut_is_found() -> None:
    cut = f"VERBOSE: {'Cloud identifier is alrea':>80}\ndy registered.\n"
    messages = list(READER.messages([log(*["nothing here"] * 9_000) + cut * 9]))

    assert len(messages) == 9
    assert messages[0].text == "Cloud identifier is already registered."


def test_equal_messages_of_a_long_log_keep_their_own_lines_and_times() -> None:
    text = log(*(["a needle\nand more", "hay"] * 20_000))
    messages = read(text)

    assert len(messages) == 20_000
    assert [one.first for one in messages] == list(range(1, 60_000, 3))
    assert {one.text for one in messages} == {"a needle and more"}
    assert len({(one.day, one.clock) for one in messages}) > 1
