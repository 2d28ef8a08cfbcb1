"""The page of ``stampcheck doctor``: how wide it is, what it groups, what it leaves out."""

from __future__ import annotations

import msgspec
import pytest
from rich.cells import cell_len

from stampcheck.cli.health_page import as_text
from stampcheck.health import SourceHealth, State
from stampcheck.mending import Gap, Health

YES = SourceHealth(
    stamp="ams-01",
    source="stamp",
    address="https://adminmanagement.ams.example",
    account="audit",
    reachable=State.YES,
    signed_in=State.YES,
    permitted={"activation": State.YES},
    certificate_days=29,
)
GAP = Gap(rule="AZS-RG-001", stamps=("ams-01",), reason="unreachable", why="why", mends=("do it",))


def source(number: int, note: str = "", **fields: object) -> SourceHealth:
    address = f"https://adminmanagement.s{number:02}.example"
    notes = (note.replace("ADDRESS", address),) if note else ()
    found = msgspec.structs.replace(YES, stamp=f"s{number:02}", address=address, notes=notes)
    return msgspec.structs.replace(found, **fields)


def page(*sources: SourceHealth, gap: Gap | None = None, **options: object) -> str:
    health = Health(sources=sources or (YES,), gaps=(gap,) if gap else ())
    return as_text(health, **options)  # type: ignore[arg-type]


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 75, 90, 100, 120])
def test_no_line_is_wider_than_asked(width: int) -> None:
    long = "a-stamp-with-a-name-of-forty-characters-"
    sources = [
        source(number, "ADDRESS: certificate expires in 29 days", stamp=f"{long}{number}")
        for number in range(9)
    ]
    gap = msgspec.structs.replace(GAP, why="word " * 200, stamps=(long,) * 9)

    lines = page(*sources, gap=gap, width=width, verbose=True).splitlines()

    assert max(map(cell_len, lines)) <= width
    assert lines[0].startswith("stamp ")


def test_a_wide_page_names_stamps_whole_that_a_narrow_one_shortens() -> None:
    one = source(1, stamp="a-stamp-with-a-name-of-40-characters-or-s")

    assert one.stamp in page(one, width=120)
    assert one.stamp not in page(one, width=60)


def test_equal_notes_of_many_stamps_are_one_line_without_the_address() -> None:
    sources = [source(number, "ADDRESS: certificate expires in 29 days") for number in range(3)]

    text = page(*sources)

    assert "s00, s01, s02: stamp: certificate expires in 29 days" in flat(text)
    assert "https://" not in text


def test_a_note_of_one_stamp_keeps_its_address() -> None:
    assert "s01: stamp: https://adminmanagement.s01.example: no answer" in flat(
        page(source(1, "ADDRESS: no answer"))
    )


def test_notes_that_differ_by_the_host_only_are_one() -> None:
    sources = [
        source(number, f"endpoints: adminmanagement.s{number:02}.example did not answer")
        for number in range(2)
    ]

    assert "s00, s01: stamp: endpoints: the host did not answer" in flat(page(*sources))


def test_at_most_eight_stamps_are_named_unless_verbose() -> None:
    sources = [source(number, "the same") for number in range(10)]

    assert "s07 and 2 more: stamp: the same" in flat(page(*sources))
    assert "s08, s09: stamp: the same" in flat(page(*sources, verbose=True))


def test_a_long_reason_keeps_its_end_and_verbose_all_of_it() -> None:
    why = "It began. " + "middle " * 100 + "Grant the right to audit."
    gap = msgspec.structs.replace(GAP, why=why)

    assert flat(page(source(1, why))).count("middle") < 70
    short = flat(page(gap=gap))

    assert "It began." in short
    assert "Grant the right to audit." in short
    assert short.count("middle") < 70
    assert " ... " in short
    assert flat(page(gap=gap, verbose=True)).count("middle") == 100


def test_a_question_ends_without_a_full_stop() -> None:
    gap = msgspec.structs.replace(GAP, why="a proxy in the way?.", mends=("is it so?",))

    text = page(gap=gap)

    assert "?." not in text
    assert "in the way?" in text


def test_the_last_line_counts_in_good_english_and_only_what_was_asked() -> None:
    bad = source(2, reachable=State.NO)
    unnamed = source(3, is_asked=False, reachable=State.NOT_ASKED, signed_in=State.NOT_ASKED)

    def last(*sources: SourceHealth, gap: Gap | None = GAP) -> str:
        return page(*sources, gap=gap, width=120).splitlines()[-1]

    def whole(*sources: SourceHealth, gap: Gap | None = GAP) -> str:
        return flat(page(*sources, gap=gap, width=120).rpartition("\n\n")[2])

    assert last(YES, source(1), bad) == (
        "1 of 3 sources is not wholly readable; 1 rule would stay undetermined somewhere."
    )
    assert last(bad, source(1, signed_in=State.NO), YES).startswith("2 of 3 sources are not")
    assert whole(YES, bad, unnamed) == (
        "1 of 2 sources is not wholly readable; 1 rule would stay undetermined somewhere. "
        "1 source was not asked, since the inventory does not name it wholly."
    )
    assert last(YES, bad, gap=None).endswith("; no rule would stay undetermined somewhere.")
    assert last(YES).startswith("The only source is wholly readable; 1 rule would")
    assert last(YES, source(1)).startswith("All 2 sources are wholly readable; 1 rule would")
    assert whole(YES, unnamed, source(4, is_asked=False), gap=None) == (
        "All fine: a scan would determine every rule. "
        "2 sources were not asked, since the inventory does not name them wholly."
    )
