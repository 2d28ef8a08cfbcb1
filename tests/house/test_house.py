"""What holds for the whole house: a true README, tests without mocks, data without secrets."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.cli.main import COMMANDS
from stampcheck.facts import ALL_FACTS
from stampcheck.parse.assemble import DERIVED, READERS
from stampcheck.registry import load_rules
from tests.house.breakages import BREAKAGES

TREE = Path(__file__).parents[2]
SUFFIXES = (".toml", ".css", ".js", ".html", ".ps1", ".sh", ".json")
README = (TREE / "README.md").read_text(encoding="utf-8")
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AccountKey=[A-Za-z0-9+/]{40}|\bxox[bp]-|\bAKIA[0-9A-Z]{16}"
)


def sources(*roots: str) -> list[Path]:
    return sorted(path for root in roots for path in (TREE / root).rglob("*.py"))


def test_the_readme_lists_the_rules_as_they_are() -> None:
    for loaded in load_rules():
        info = loaded.rule.info
        assert f"| {info.id} | {info.title} | {info.severity} |" in README


def test_the_readme_and_the_changelog_name_every_command() -> None:
    changelog = (TREE / "CHANGELOG.md").read_text(encoding="utf-8")

    assert all(f"`{name}`" in changelog for name in COMMANDS)
    assert re.findall(r"stampcheck ([a-z-]+)", README)
    unknown = set(re.findall(r"`stampcheck ([a-z-]+)", README)) - set(COMMANDS)
    assert not unknown


def test_the_changelog_counts_rules_causes_and_runbooks() -> None:
    changelog = " ".join((TREE / "CHANGELOG.md").read_text(encoding="utf-8").split())
    catalogue = load()

    assert f"{len(catalogue.causes)} causes and {len(catalogue.runbooks)} runbooks" in changelog
    assert f" {len(load_rules())} rules," in changelog


def test_every_fact_is_answered_by_evidence_or_by_the_run() -> None:
    unanswered = [fact for fact in ALL_FACTS if fact not in READERS and fact not in DERIVED]

    assert [fact.name for fact in unanswered] == ["AS_OF", "EXPIRY_WINDOWS", "HAS_INVENTORY"]
    assert all(fact.given for fact in unanswered)


@pytest.mark.parametrize("path", sources("tests"), ids=lambda path: path.stem)
def test_no_test_uses_mocks(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert not {name for name in modules if "mock" in name}


def test_blind_handlers_are_the_counted_few() -> None:
    """A crashed rule (stamp, fleet, its words), a foreign package or format, the last of all."""
    blind = [
        path.name
        for path in sources("scanner", "rules", "reports")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
    ]

    assert sorted(blind) == [
        "crew.py",
        "engine.py",
        "engine.py",
        "fleet.py",
        "main.py",
        "modules.py",
        "pipeline.py",
    ]


def test_no_fixture_holds_a_real_looking_secret() -> None:
    for path in sorted((TREE / "fixtures").rglob("*")):
        if path.is_file():
            assert not SECRETS.search(path.read_bytes().decode("latin-1")), path


def test_the_code_neither_evaluates_nor_unpickles_nor_starts_a_shell() -> None:
    forbidden = re.compile(r"\b(?:eval|exec)\(|import pickle|yaml\.load|shell=True|os\.system")

    for path in sources("scanner", "rules", "reports"):
        assert not forbidden.search(path.read_text(encoding="utf-8")), path


def test_the_wheel_holds_three_packages_and_their_data(tmp_path: Path) -> None:
    command = "-m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w"
    built = subprocess.run(
        [sys.executable, *command.split(), str(tmp_path), str(TREE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"stampcheck", "stampcheck_rules", "stampcheck_reports"}
    assert all(f"{top}/py.typed" in names for top in tops)
    for root in ("scanner", "rules", "reports"):
        data = [path for path in (TREE / root).rglob("*") if path.suffix in SUFFIXES]
        assert all(path.relative_to(TREE / root).as_posix() in names for path in data)


def test_every_breakage_can_still_be_made() -> None:
    for breakage in BREAKAGES:
        text = (TREE / breakage.file).read_text(encoding="utf-8")
        assert breakage.old in text, breakage.what
