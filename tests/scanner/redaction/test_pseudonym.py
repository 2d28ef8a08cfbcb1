"""One pseudonym for each original, whatever its spelling, and nothing to guess by."""

from __future__ import annotations

import pytest

from stampcheck.redaction.pseudonym import Entry, Kind, Pseudonyms

GUID = "5bf881b2-0a0b-4c0d-8e0f-000000000001"


@pytest.fixture
def names() -> Pseudonyms:
    return Pseudonyms("0" * 32)


def test_each_kind_counts_in_its_own_way(names: Pseudonyms) -> None:
    assert [names.give(Kind.STAMP, f"ams-{n}") for n in range(3)] == [
        *("STAMP-01", "STAMP-02", "STAMP-03"),
    ]
    subscriptions = [names.give(Kind.SUBSCRIPTION, f"{n:032x}") for n in range(1, 29)]
    assert [subscriptions[n] for n in (0, 25, 26, 27)] == ["SUB-A", "SUB-Z", "SUB-AA", "SUB-AB"]
    assert names.give(Kind.TENANT, GUID) == "TENANT-1"


@pytest.mark.parametrize(
    "spelling", [GUID.upper(), GUID.replace("-", ""), f"{{{GUID}}}", f" {GUID} "]
)
def test_every_spelling_of_an_id_has_one_pseudonym(names: Pseudonyms, spelling: str) -> None:
    given = names.give(Kind.CLOUD, GUID)

    assert names.give(Kind.ID, spelling) == given == names.known(spelling)
    assert len(names.entries) == 1


def test_names_compare_without_case(names: Pseudonyms) -> None:
    assert names.give(Kind.STAMP, "Ams-01") == names.give(Kind.STAMP, "AMS-01")


@pytest.mark.parametrize(
    "name", ["azurestack", "AzureStackRegistration", "6f12a6df-dd06-4f3e-bcb1-ce8be600526a"]
)
def test_what_is_public_stays(names: Pseudonyms, name: str) -> None:
    assert names.give(Kind.NAME, name) == name
    assert not names.entries


def test_what_is_called_like_a_pseudonym_keeps_it_from_others(names: Pseudonyms) -> None:
    names.reserve(["stamp-01"])

    assert names.give(Kind.STAMP, "ams") == "STAMP-02"
    assert names.give(Kind.STAMP, "stamp-01") == "STAMP-03"


def test_a_key_goes_on_where_it_was(names: Pseudonyms) -> None:
    names.give(Kind.STAMP, "ams")
    again = Pseudonyms("0" * 32, names.entries)

    assert again.give(Kind.STAMP, "ber") == "STAMP-02"
    assert again.give(Kind.STAMP, "AMS") == "STAMP-01"


def test_a_digest_is_of_its_key_alone(names: Pseudonyms) -> None:
    other = Pseudonyms("1" * 32)

    assert names.digest("0123456789abcdef") == names.digest("0123456789abcdef")
    assert names.digest("0123456789abcdef") != other.digest("0123456789abcdef")
    assert len(names.digest("0123456789abcdef")) == 16


def found(names: Pseudonyms, text: str) -> list[str]:
    return [text[span.start : span.end] for span in names.spans(text)]


def test_names_are_found_as_words_of_their_own(names: Pseudonyms) -> None:
    for name in ("ams", "ams-01", "O'Brien, Sons & Co", "=1+1", "🚀 lab", "7"):
        names.give(Kind.STAMP, name)

    assert found(names, "of AMS, ams-01 and O'Brien, Sons & Co.") == [
        *("AMS", "ams-01", "O'Brien, Sons & Co"),
    ]
    assert found(names, "dams and amsel") == []
    assert found(names, "=1+1/x.json of 🚀 lab") == ["=1+1", "🚀 lab"]
    assert found(names, "after 7 days") == []


def test_a_longer_name_around_a_name_is_taken_whole(names: Pseudonyms) -> None:
    names.give(Kind.STAMP, "ams-01")

    assert found(names, "the folder contoso-ams-01-copy") == ["contoso-ams-01-copy"]


def test_a_common_word_is_a_name_only_where_the_sentence_says_so() -> None:
    names = Pseudonyms("0" * 32, common={"found", "read"})
    names.give(Kind.REGION, "found")
    names.give(Kind.STAMP, "read")

    assert found(names, "nothing found so far") == []
    assert found(names, "is of region found, or 'found'") == ["found", "found"]
    assert found(names, "found") == ["found"]
    assert found(names, "not known of read") == ["read"]


def test_hostile_text_takes_linear_time(names: Pseudonyms) -> None:
    names.give(Kind.STAMP, "a" * 40)
    names.give(Kind.STAMP, "-" * 40)
    for text in ("a-" * 20_000, "-" * 20_000, "a" * 200_000):
        assert found(names, text) is not None


def test_an_entry_is_told_by_its_original_and_pseudonym(names: Pseudonyms) -> None:
    names.give(Kind.STAMP, " ams ")

    assert names.entries == [Entry(Kind.STAMP, "ams", "STAMP-01")]


def test_a_long_text_is_searched_like_a_short_one(names: Pseudonyms) -> None:
    for name in ("ams", "ams-01", "=1+1", "🚀 lab", "Ünal"):
        names.give(Kind.STAMP, name)
    text = "of AMS, ams-01, dams, =1+1 and 🚀 lab of ünal; "

    assert found(names, text * 200) == found(names, text) * 200
