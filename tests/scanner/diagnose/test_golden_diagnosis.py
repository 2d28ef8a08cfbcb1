"""The diagnosis of a whole MASLogs folder, byte for byte; ``pytest --accept`` rewrites it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from fixtures.make_logs import SEALED, WORD
from stampcheck.causes.catalogue import load
from stampcheck.collect.logs import log_sources
from stampcheck.diagnose import Diagnosis, diagnose
from stampcheck.diagnose.html_form import as_html
from stampcheck.diagnose.json_form import as_json
from stampcheck.diagnose.markdown_form import as_markdown
from stampcheck.diagnose.stages import Status

FIXTURES: Final = Path(__file__).parents[3] / "fixtures"
FORMS: Final = {"diagnosis.json": as_json, "diagnosis.html": as_html, "diagnosis.md": as_markdown}


@pytest.fixture(scope="module")
def found() -> Diagnosis:
    here = Path.cwd()
    os.chdir(FIXTURES / "logs")
    try:
        return diagnose(log_sources(["MASLogs"], io.BytesIO()), load())
    finally:
        os.chdir(here)


@pytest.mark.parametrize("name", FORMS)
def test_the_diagnosis_of_the_folder_is_the_golden_one(
    found: Diagnosis,
    name: str,
    accept: bool,  # noqa: FBT001 (a fixture)
) -> None:
    form: Callable[[Diagnosis], str] = FORMS[name]
    golden = FIXTURES / "golden" / "logs" / name
    made = form(found).encode()
    if accept:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(made)
    assert made == golden.read_bytes(), f"{golden} differs; see it with git diff after --accept"
    assert SEALED.encode() not in made
    assert WORD.encode() not in made


def test_the_folder_tells_its_story(found: Diagnosis) -> None:
    assert [one.id for one in found.causes] == [
        "cloud-id-already-registered",
        "registration-not-found",
    ]
    assert {one.id for one in found.recovered} == {"privileged-endpoint-unreachable"}
    assert [run.function for run in found.runs] == [
        "Get-AzsRegistrationToken",
        "Set-AzsRegistration",
        "Set-AzsRegistration",
        "Remove-AzsRegistration",
    ]
    states = {one.id: one.status for one in found.stages}
    assert states["pep-session"] is Status.RECOVERED
    assert states["registration-resource"] is Status.FAILED
    assert found.open_values == {}
