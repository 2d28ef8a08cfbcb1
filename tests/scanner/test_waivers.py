"""The waivers file: strict, and each fault said in one sentence with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from stampcheck.errors import UsageError
from stampcheck.waivers import WaiverFile, read_waivers

RULES = ("AZS-PR-001", "AZS-RG-002")
TODAY = date(2026, 11, 2)
FINGERPRINT = "0123456789abcdef" * 2
WHOLE = {
    "rule": '"AZS-PR-001"',
    "stamp": '"ams-01"',
    "owner": '"operations"',
    "approver": '"security"',
    "reason": '"The lock is set after the move."',
    "ticket": '"RISK-1"',
    "accepted": "2026-11-01",
    "expires": "2027-01-31",
    "evidence": f'"{FINGERPRINT}"',
}


def text(*tables: dict[str, str]) -> str:
    blocks = ("[[waiver]]\n" + "".join(f"{k} = {v}\n" for k, v in one.items()) for one in tables)
    return "schema = 1\n\n" + "\n".join(blocks)


def read(path: Path, content: str) -> WaiverFile:
    path.write_text(content, encoding="utf-8")
    return read_waivers(path, longest=365, today=TODAY, rules=RULES)


def refused(tmp_path: Path, content: str) -> str:
    path = tmp_path / "waivers.toml"
    with pytest.raises(UsageError) as caught:
        read(path, content)
    assert str(caught.value).startswith(str(path))
    return str(caught.value).removeprefix(str(path))


def test_a_waiver_is_read_whole(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path / "w.toml", text(WHOLE)).waivers
    assert (waiver.rule, waiver.stamp, waiver.owner) == ("AZS-PR-001", "ams-01", "operations")
    assert (waiver.accepted, waiver.expires) == (date(2026, 11, 1), date(2027, 1, 31))
    assert (waiver.evidence, waiver.line) == ((FINGERPRINT,), 3)


def test_a_date_may_be_a_text(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path / "w.toml", text(WHOLE | {"expires": '"2027-01-31"'})).waivers
    assert waiver.expires == date(2027, 1, 31)


@pytest.mark.parametrize("key", [key for key in WHOLE if key != "stamp"])
def test_every_key_is_required(key: str, tmp_path: Path) -> None:
    said = refused(tmp_path, text({name: WHOLE[name] for name in WHOLE if name != key}))
    assert said == f":3: this [[waiver]] has no {key}; it is required."


@pytest.mark.parametrize(
    ("changed", "line", "words"),
    [
        ({"expires": "2026/1/2"}, 11, "expected a date such as 2026-12-31"),
        ({"expires": '"2026/1/2"'}, 11, "expected a date such as 2026-12-31"),
        ({"expires": '"2026-13-01"'}, 11, "expected a date such as 2026-12-31"),
        ({"expires": "2027-01-31T00:00:00Z"}, 11, "expected a date such as 2026-12-31"),
        ({"expires": "true"}, 11, "expected a date such as 2026-12-31"),
        ({"expires": "2026-10-01"}, 11, "lies before it was accepted (2026-11-01)"),
        ({"expires": "2027-11-02"}, 11, "so expected 2027-11-01 or earlier"),
        ({"accepted": "2026-11-03"}, 10, "lies after 2026-11-02"),
        ({"rule": '"AZS-PR-01"'}, 4, "did you mean 'AZS-PR-001'?"),
        ({"approver": '"Operations"'}, 7, "is the owner too; somebody else has to approve"),
        ({"owner": '" "'}, 6, "expected a text of 1 to 1000 characters on one line"),
        ({"reason": '"one\\ntwo"'}, 8, "on one line"),
        ({"reason": '"<FILL: reason>"'}, 8, "is still to be filled in"),
        ({"evidence": '"abc"'}, 12, "expected a fingerprint of 32 hex digits"),
        ({"evidence": "[]"}, 12, "expected a fingerprint"),
        ({"tag": '"region:emea"'}, 3, "must name either a stamp or a tag"),
        ({"rul": '"x"'}, 13, "unknown key 'rul'; did you mean 'rule'?"),
    ],
)
def test_each_fault_names_line_and_what_is_expected(
    changed: dict[str, str], line: int, words: str, tmp_path: Path
) -> None:
    said = refused(tmp_path, text(WHOLE | changed))
    assert said.startswith(f":{line}: ")
    assert words in said
    assert "\n" not in said


def test_two_waivers_for_one_thing_are_refused_with_both_lines(tmp_path: Path) -> None:
    said = refused(tmp_path, text(WHOLE, WHOLE | {"ticket": '"RISK-2"'}))
    assert said.startswith(":14: there are two waivers for AZS-PR-001 on ams-01")
    assert "the other in line 3" in said


def test_a_waiver_for_another_subject_is_for_another_thing(tmp_path: Path) -> None:
    found = read(tmp_path / "w.toml", text(WHOLE, WHOLE | {"subject": '"one"'}))
    assert len({waiver.id for waiver in found.waivers}) == 2


def test_a_stamp_that_nobody_knows_is_refused_with_the_nearest(tmp_path: Path) -> None:
    found = read(tmp_path / "w.toml", text(WHOLE | {"stamp": '"ams-1"'}))
    with pytest.raises(UsageError, match=r"w.toml:3: there is no stamp 'ams-1'; did you mean"):
        found.check_stamps(["ams-01", "ber-01"])


@pytest.mark.parametrize("name", ["AMS-01", "(unclaimed)", "*"])
def test_a_stamp_may_be_spelled_in_any_case_or_be_none(name: str, tmp_path: Path) -> None:
    read(tmp_path / "w.toml", text(WHOLE | {"stamp": f'"{name}"'})).check_stamps(["ams-01"])


def test_a_single_table_is_said_to_lack_its_second_bracket(tmp_path: Path) -> None:
    assert "two brackets" in refused(tmp_path, "[waiver]\nrule = 'AZS-PR-001'\n")


def test_a_file_of_no_waiver_is_one(tmp_path: Path) -> None:
    assert read(tmp_path / "w.toml", "schema = 1\n").waivers == ()
