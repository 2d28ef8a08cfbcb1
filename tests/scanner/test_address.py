"""Addresses are read in one way, wherever they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck import reach_checks
from stampcheck.address import is_region, read_address, read_endpoint
from stampcheck.collect.pep_endpoint import Endpoint, endpoint
from stampcheck.errors import UsageError

WORDS = st.lists(
    st.sampled_from(
        ["http://", "https://", "HTTPS://", "ercs_01", "AzS-ERCS01", ".", ":", "5985", "5986", "0",
         "70000", "/", "wsman", "[", "]", "fd00", "::", "4", "10.0.0.4", "@", "?", "#", " ", "-",
         "%25", "ſ", "\u212a", "\n", "\\"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


@given(WORDS)
def test_what_the_inventory_takes_for_an_endpoint_is_what_is_read_when_it_is_asked(
    text: str,
) -> None:
    try:
        (kept,) = reach_checks.privileged_endpoints([text])
    except ValueError:
        with pytest.raises(UsageError):
            endpoint(text)
    else:
        assert endpoint(kept) == endpoint(text)
        assert reach_checks.privileged_endpoints([kept]) == (kept,)


@pytest.mark.parametrize(
    ("text", "place", "spelled"),
    [
        ("ercs_01", Endpoint("ercs_01", 5985), "ercs_01"),
        ("ERCS01:5985", Endpoint("ercs01", 5985), "ercs01"),
        ("ercs01:5986", Endpoint("ercs01", 5986), "ercs01:5986"),
        ("https://ercs01:5986/", Endpoint("ercs01", 5986, tls=True), "https://ercs01"),
        ("[FD00:0::04]", Endpoint("fd00::4", 5985), "[fd00::4]"),
    ],
)
def test_an_endpoint_has_one_spelling(text: str, place: Endpoint, spelled: str) -> None:
    assert read_endpoint(text) == place
    assert place.spelled == spelled


@pytest.mark.parametrize("text", [None, 7, "[10.0.0.4]", "127.1", "\u212a", "ſ", "http://a"])
def test_what_could_be_read_in_two_ways_is_no_endpoint(text: object) -> None:
    assert read_endpoint(text) is None


@pytest.mark.parametrize("text", ["[10.0.0.4]", "https://[1.2.3.4]", "\u212aa", "ſ.example"])
def test_brackets_are_for_ipv6_and_letters_are_ascii(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize("word", ["local", "AMS", "ams-1", "1", "a" * 63])
def test_a_region_is_one_label_of_a_host_name(word: str) -> None:
    assert is_region(word)
    assert reach_checks.region(word) == word


@pytest.mark.parametrize("word", ["ams_1", "", "-a", "a" * 64, "a.b", "a\n", "ſ", 7, None])
def test_what_no_host_name_could_hold_is_no_region(word: object) -> None:
    assert not is_region(word)
    with pytest.raises(ValueError, match="name of a region"):
        reach_checks.region(word)
