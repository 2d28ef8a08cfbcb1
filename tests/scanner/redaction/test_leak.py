"""An original is found in what was written, however it is spelled or packed."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import urllib.parse
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from stampcheck.errors import RunError
from stampcheck.redaction.leak import Leak, Search, refuse
from stampcheck.redaction.pseudonym import Kind, Pseudonyms

GUID = "5bf881b2-2222-4000-8000-000000000002"
NAMES = ("ams-münchen", "O'Brien & <Sons>", "10.0.0.4", 'a "quoted" name', "jan@contoso.example")


@pytest.fixture
def search() -> Search:
    names = Pseudonyms("0" * 32, common={"throttled"})
    names.give(Kind.CLOUD, GUID)
    for name in (*NAMES, "throttled", "STAMP-01"):
        names.give(Kind.STAMP, name)
    return Search(names)


def zipped(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", text)
    return stream.getvalue()


PACKED: dict[str, Callable[[str], bytes]] = {
    "as it stands": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "JSON": lambda text: json.dumps({"x": text}).encode(),
    "JSON in JSON": lambda text: json.dumps({"x": json.dumps(text, ensure_ascii=False)}).encode(),
    "HTML": lambda text: html.escape(text).encode(),
    "HTML by numbers": lambda text: "".join(f"&#{ord(sign)};" for sign in text).encode(),
    "URL": lambda text: urllib.parse.quote(text, safe="").encode(),
    "CSV": lambda text: ('"' + text.replace('"', '""') + '"').encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "base64": lambda text: b'"' + base64.b64encode(f"it is {text} here".encode()) + b'"',
    "base64 of gzip": lambda text: b">" + base64.b64encode(gzip.compress(text.encode())) + b"<",
    "base64 of UTF-16": lambda text: base64.b64encode(f"it is {text}".encode("utf-16-le")),
    "zip": zipped,
    "zip in zip": lambda text: zipped(">" + base64.b64encode(zipped(text)).decode()),
}


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("original", [GUID, *NAMES])
def test_an_original_is_found(search: Search, packed: str, original: str) -> None:
    data = PACKED[packed](f"so {original}, it says")

    assert original in {leak.original for leak in search.in_bytes("f", data)}


@pytest.mark.parametrize("text", [GUID.replace("-", ""), f"x{GUID}y", GUID * 2, "ams-münchen2"])
def test_it_is_found_within_other_words(search: Search, text: str) -> None:
    assert list(search.in_bytes("f", text.encode()))


@pytest.mark.parametrize("text", ["It was throttled.", "STAMP-01", GUID[:-1] + "3", "dams"])
def test_what_tells_nothing_is_not_held_against_it(search: Search, text: str) -> None:
    assert not list(search.in_bytes("f", text.encode()))


def test_names_of_files_count_too(search: Search, tmp_path: Path) -> None:
    (tmp_path / f"{GUID}.json").write_text("{}")
    (tmp_path / "plain.txt").write_text("10.0.0.4")

    assert {(leak.place, leak.original) for leak in search.in_folder(tmp_path)} == {
        ("the name 5bf8...", GUID),
        ("plain.txt", "10.0.0.4"),
    }


def test_the_refusal_says_what_and_where_without_telling_it() -> None:
    refuse([])
    words = r"report\.html, x would tell .* CLOUD-1 .*5bf\.\.\., 36"
    with pytest.raises(RunError, match=words) as told:
        refuse([Leak("report.html", GUID, "CLOUD-1"), Leak("x", "ams", "STAMP-01")])

    assert GUID[:8] not in str(told.value)
    assert "1 more" in str(told.value)
