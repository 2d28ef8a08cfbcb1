"""The published JSON Schemas of ``scan.json`` and of a line of ``findings.jsonl``.

They are made of the structs that write the files, with the words of ``words.toml``, and shipped as
files beside this module, so that nobody needs stampcheck to read them.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any, Final, Literal

import msgspec

from stampcheck.model import Finding
from stampcheck.record import SCHEMA_VERSION, Scan, StampRecord

Word = Literal["scan", "finding"]
"""``scan`` is scan.json, ``finding`` one line of findings.jsonl."""

FILES: Final[dict[Word, str]] = {"scan": "scan.schema.json", "finding": "finding.schema.json"}
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_HERE: Final = "stampcheck.schemas"


class SavedScan(Scan, kw_only=True):
    """``scan.json``: the head of a scan, then its stamps."""

    stamps: list[StampRecord]


def shipped(word: Word) -> str:
    """A schema as it is shipped, as text."""
    return (resources.files(_HERE) / FILES[word]).read_text("utf-8")


def made(word: Word) -> str:
    """A schema as the structs and words give it, as text; equal to the shipped one."""
    kind = SavedScan if word == "scan" else Finding
    (_,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    words = tomllib.loads((resources.files(_HERE) / "words.toml").read_text("utf-8"))
    parts = {name: _described(name, part, words) for name, part in sorted(parts.items())}
    schema = {
        "$schema": _DIALECT,
        "$id": f"urn:stampcheck:schema:{word}:{SCHEMA_VERSION}",
        **parts.pop(kind.__name__),
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def _described(name: str, part: dict[str, Any], words: dict[str, dict[str, str]]) -> dict[str, Any]:
    """A part with a description for each field, open to fields of later versions."""
    part["description"] = part["description"].partition("\n\n")[0].replace("``", "")
    own = (words["Scan"] | words["SavedScan"]) if name == "SavedScan" else words.get(name, {})
    for field, schema in part.get("properties", {}).items():
        if field in own:
            schema["description"] = own[field]
    if part.get("additionalProperties") is False:
        del part["additionalProperties"]
    return part
