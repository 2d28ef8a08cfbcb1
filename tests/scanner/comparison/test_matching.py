"""Which stamp is which: by its name, by its Cloud ID where names changed, never by guessing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.comparison.matching import matched

NAMES = st.sampled_from(["ams", "ber", "cph", "dub", "edi"])
IDS = st.sampled_from(["", "1", "2", "3", "4"])
SCANS = st.dictionaries(NAMES, IDS, max_size=5)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"ams": "1"}, {"ams": "1"}, {"ams": "ams"}),
        ({"ams": "1"}, {"ams": ""}, {"ams": "ams"}),
        ({"ams": "1"}, {"ams-02": "1"}, {"ams-02": "ams"}),
        ({"ams": ""}, {"ams-02": ""}, {}),
        ({"ams": "1", "ber": "2"}, {"ams": "2", "ber": "1"}, {"ams": "ber", "ber": "ams"}),
        ({"ams": "1"}, {"ams": "2"}, {"ams": "ams"}),
        ({"ams": "1", "copy": "1"}, {"new": "1"}, {}),
        ({"ams": "1"}, {"one": "1", "two": "1"}, {}),
        ({"ams": "1"}, {"ams": "2", "ber": "1"}, {"ber": "ams"}),
    ],
    ids=[
        "same",
        "name alone",
        "renamed",
        "nothing known",
        "swapped",
        "redeployed",
        "two held it",
        "two hold it",
        "name taken over",
    ],
)
def test_a_stamp_is_known_again(
    old: dict[str, str], new: dict[str, str], expected: dict[str, str]
) -> None:
    assert matched(old, new) == expected


@given(SCANS, SCANS)
def test_turning_the_scans_turns_the_pairs(old: dict[str, str], new: dict[str, str]) -> None:
    there = matched(old, new)
    assert {before: name for name, before in there.items()} == matched(new, old)


@given(SCANS)
def test_every_stamp_of_a_scan_is_itself(scan: dict[str, str]) -> None:
    assert matched(scan, scan) == {name: name for name in scan}
