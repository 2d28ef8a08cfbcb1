"""The published schemas: current, described, printed, and true of what a scan writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from stampcheck.cli.main import run
from stampcheck.demo import FLEETS, Fleet
from stampcheck.schemas.published import FILES, Word, made, shipped
from tests.scanner.test_scan import scanned

FOLDER = Path(__file__).parents[3] / "scanner" / "stampcheck" / "schemas"
FROZEN = Path(__file__).parents[3] / "fixtures" / "records"
WORDS = get_args(Word)


@pytest.fixture(scope="module", params=FLEETS, ids=lambda fleet: fleet.name)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    fleet: Fleet = request.param
    return scanned(fleet, tmp_path_factory.mktemp("scan"), formats=("csv",)).folder


def closed(schema: Any) -> Any:
    """The schema, with no room for a field that it does not name."""
    if isinstance(schema, dict):
        inner = {name: closed(part) for name, part in schema.items()}
        return inner | {"additionalProperties": False} if "properties" in schema else inner
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


def validator(word: Word) -> Draft202012Validator:
    return Draft202012Validator(closed(json.loads(shipped(word))))


@pytest.mark.parametrize("word", WORDS)
def test_a_shipped_schema_is_what_the_structs_give(
    word: Word,
    accept: bool,  # noqa: FBT001 (a fixture)
) -> None:
    if accept:
        (FOLDER / FILES[word]).write_text(made(word), encoding="utf-8")

    assert shipped(word) == made(word), "the structs changed: see git diff after pytest --accept"


@pytest.mark.parametrize("word", WORDS)
def test_every_field_of_a_schema_has_words(word: Word) -> None:
    schema = json.loads(shipped(word))
    parts = {schema["title"]: schema, **schema["$defs"]}
    silent = [
        f"{name}.{field}"
        for name, part in parts.items()
        for field, told in part.get("properties", {}).items()
        if "description" not in told
    ]

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert not silent, "add the words to scanner/stampcheck/schemas/words.toml, then --accept"


@pytest.mark.parametrize("word", WORDS)
def test_the_command_prints_a_schema(word: Word, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", word]) == 0
    assert capsys.readouterr().out == shipped(word)


def test_a_schema_is_true_of_a_scan_to_the_last_field(folder: Path) -> None:
    scan = json.loads((folder / "scan.json").read_text(encoding="utf-8"))
    found = (folder / "findings.jsonl").read_text(encoding="utf-8").splitlines()

    validator("scan").validate(scan)
    for line in found:
        validator("finding").validate(json.loads(line))
    assert found


def test_a_schema_refuses_what_is_no_scan(folder: Path) -> None:
    scan = json.loads((folder / "scan.json").read_text(encoding="utf-8"))

    assert not validator("scan").is_valid(scan | {"pairs": 7})
    assert not validator("scan").is_valid(scan | {"unheard_of": 7})
    assert not validator("scan").is_valid({k: v for k, v in scan.items() if k != "stamps"})


@pytest.mark.parametrize("frozen", sorted(FROZEN.iterdir()), ids=lambda frozen: frozen.name)
def test_a_schema_is_true_of_the_records_that_were_kept_of_it(frozen: Path) -> None:
    scan = json.loads((frozen / "scan.json").read_text(encoding="utf-8"))

    Draft202012Validator(json.loads(shipped("scan"))).validate(scan)
    for line in (frozen / "findings.jsonl").read_text(encoding="utf-8").splitlines():
        Draft202012Validator(json.loads(shipped("finding"))).validate(json.loads(line))
