"""Bytes to JSON, strictly."""

from __future__ import annotations

import time

import pytest

from stampcheck.collect.strict import MAX_DEPTH, Refused, decoded, quoted, strict_json

JSON = '{"name": "Zürich"}'


@pytest.mark.parametrize(
    "data",
    [
        JSON.encode(),
        b"\xef\xbb\xbf" + JSON.encode(),
        b"\xef\xbb\xbf\xef\xbb\xbf" + JSON.encode(),
        b"\xff\xfe" + JSON.encode("utf-16-le"),
        b"\xfe\xff" + JSON.encode("utf-16-be"),
    ],
)
def test_a_text_is_read_in_each_encoding(data: bytes) -> None:
    assert decoded(data) == JSON


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04\x00\x00", "binary"),
        (JSON.encode("utf-16-le"), "binary|UTF-8"),
        (JSON.encode("latin-1"), "byte 11 is not UTF-8"),
        (b"\xff\xfe{", "UTF-16"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
        (b"\xff\xfe\x00\x00", "binary"),
    ],
)
def test_other_bytes_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        decoded(data)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1', "cut off"),
        ('{"a": "b', "Unterminated"),
        ('{"a": 1} {"b": 2}', "line 1, column 10"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e999}', "no JSON"),
        ('{"a": ' + "1" * 5000 + "}", "no JSON"),
        ('{"a": "\\ud800"}', "no JSON"),
        ('{"a": 1, "b": 2, "a": 3}', "'a' stands twice"),
        ('{"a": {"b": 1, "b": 1}}', "'b' stands twice"),
        ('{"a": "x\ny"}', "no JSON"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "nested"),
        ("[" * 900 + "]" * 900, "nested"),
        ("[" * 10_000 + "]" * 10_000, "nested"),
        ('{"a":' * 10_000, "nested"),
    ],
)
def test_other_json_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        strict_json(text)


def test_json_of_lawful_depth_and_size_is_read() -> None:
    assert strict_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert len(strict_json('{"a": "' + "x" * 10_000_000 + '"}')["a"]) == 10_000_000


def test_a_doubled_key_among_very_many_is_found_at_once() -> None:
    keys = ", ".join(f'"key{number}": 1' for number in range(200_000))
    began = time.perf_counter()
    with pytest.raises(Refused, match="'key199999' stands twice"):
        strict_json(f'{{{keys}, "key199999": 2}}')

    assert time.perf_counter() - began < 30


def test_what_is_quoted_holds_no_secret() -> None:
    assert quoted({"password": "hunter22"}) == "{'password': '[redacted]'}"
    assert "abcdef" not in quoted("Bearer " + "abcdef" * 20)
