"""``rules new``: what it writes fails until it is filled in, and nothing is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.newcomer import Newcomer
from tests.scanner.conftest import Command

NEW = ("rules", "new", "ACME-RG-001", "registration/foreign_group")


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_new_package_fails_its_tests_with_one_sentence(
    stampcheck: Command, tmp_path: Path
) -> None:
    ran = stampcheck(*NEW, "--package", "acme-stamp-rules")
    tested = Newcomer(tmp_path / "venv").run(
        "pytest", "-p", "no:cacheprovider", cwd=tmp_path / "acme-stamp-rules"
    )
    errors = [line for line in tested.stdout.splitlines() if line.startswith("E ")]

    assert ran.code == 0
    assert set(ran.out.splitlines()) | {
        "acme-stamp-rules/acme_stamp_rules/registration/__init__.py"
    } == {f"acme-stamp-rules/{name}" for name in tree(tmp_path / "acme-stamp-rules")}
    assert tested.returncode == 1
    assert len(errors) == 2
    assert all("fill in title, rationale, fails_when" in line for line in errors)


def test_our_own_tree_mirrors_rules_tests_and_fixtures(stampcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project.entry-points."stampcheck.rules"]\nstampcheck = "stampcheck_rules"\n'
    )
    package = tmp_path / "rules" / "stampcheck_rules"
    (package / "registration").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "registration" / "__init__.py").write_text('"""Kept."""')
    ran = stampcheck(*NEW)

    assert ran.code == 0, ran.err
    assert (package / "registration" / "__init__.py").read_text() == '"""Kept."""'
    assert set(ran.out.splitlines()) == {
        "rules/stampcheck_rules/registration/foreign_group.py",
        "tests/rules/registration/test_foreign_group.py",
        "fixtures/rules/foreign_group/fail/contoso-01/registration.json",
        "fixtures/rules/foreign_group/fail/contoso-01/activation.json",
        "fixtures/rules/foreign_group/pass/contoso-01/registration.json",
        "fixtures/rules/foreign_group/pass/contoso-01/activation.json",
    }


@pytest.mark.parametrize("option", [(), ("--fleet",)])
def test_an_unfilled_rule_that_is_installed_passes_nothing(
    stampcheck: Command, tmp_path: Path, evidence: Path, option: tuple[str, ...]
) -> None:
    stampcheck(*NEW, "--package", "acme-stamp-rules", *option)
    newcomer = Newcomer(tmp_path / "venv")
    installed = newcomer.run("pip", "install", "acme-stamp-rules/", cwd=tmp_path)
    scanned = newcomer.run(
        "stampcheck", "scan", "--from-files", evidence, "--rule", "ACME-RG-001", cwd=tmp_path
    )
    tested = newcomer.run("stampcheck", "rules", "test", "acme-stamp-rules", cwd=tmp_path)

    assert installed.returncode == 0, installed.stderr
    assert scanned.returncode == 3, scanned.stderr
    assert tested.returncode == 1
    assert "BROKEN  ACME-RG-001" in tested.stdout
    assert tested.stdout.count("\n") == 2
    assert "fill in title, rationale" in tested.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("AZS-RG-001", "a/b", "--package", "acme"), "Rule AZS-RG-001 exists already"),
        (("acme-rg-001", "a/b", "--package", "acme"), "is no id of a rule"),
        (("ACME-RG-1", "a/b", "--package", "acme"), "is no id of a rule"),
        (("ACME-RG-001", "b", "--package", "acme"), "is no AREA/NAME"),
        (("ACME-RG-001", "../b", "--package", "acme"), "is no AREA/NAME"),
        (("ACME-RG-001", "a/b/c", "--package", "acme"), "is no AREA/NAME"),
        (("ACME-RG-001", "a/class", "--package", "acme"), "is no AREA/NAME"),
        (("ACME-RG-001", "a/Name", "--package", "acme"), "is no AREA/NAME"),
        (("ACME-RG-001", "a/" + "n" * 61, "--package", "acme"), "is no AREA/NAME"),
        (("ACME-RG-001", "a/b", "--package", "../acme"), "is no name for a package"),
        (("ACME-RG-001", "a/b", "--package", "Acme"), "is no name for a package"),
        (("ACME-RG-001", "a/b", "--package", "class"), "is no name for a package"),
        (("ACME-RG-001", "a/b", "--package", "stampcheck"), "installed already"),
        (("ACME-RG-001", "a/b", "--package", "stampcheck-rules"), "installed already"),
        (("ACME-RG-001", "a/b", "--package", "json"), "has a meaning of its own"),
        (("ACME-RG-001", "a/b", "--package", "pytest"), "installed already"),
        (("ACME-RG-001", "a/b", "--package", "msgspec"), "installed already"),
        (("ACME-RG-001", "a/b", "--package", "import-linter"), "installed already"),
        (("ACME-RG-001", "a/b", "--package", "tests"), "has a meaning of its own"),
        (("ACME-RG-001", "a/b"), "holds no pyproject.toml; name a new one with --package"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(
    stampcheck: Command, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = stampcheck("rules", "new", *arguments)

    assert ran.code == 2
    assert words in ran.err
    assert not tree(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[project", "is not TOML"),
        ("[project]\nname = 'acme'\n", "names no one package under stampcheck.rules"),
        ("project = 1\n", "names no one package under stampcheck.rules"),
        (
            '[project.entry-points."stampcheck.rules"]\nacme = "acme"\n',
            "there is no package 'acme'",
        ),
        ('[project.entry-points."stampcheck.rules"]\nacme = "../a"\n', "which is no plain package"),
        ('[project.entry-points."stampcheck.rules"]\nacme = 1\n', "which is no plain package"),
    ],
)
def test_a_project_that_is_no_rule_package_is_refused(
    stampcheck: Command, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    ran = stampcheck(*NEW)

    assert (ran.code, words in ran.err) == (2, True), ran.err
    assert set(tree(tmp_path)) == {"pyproject.toml"}


def test_nothing_is_ever_written_over(stampcheck: Command, tmp_path: Path) -> None:
    stampcheck(*NEW, "--package", "acme")
    before = tree(tmp_path)
    again = [
        stampcheck(*NEW, "--package", "acme"),
        stampcheck(*NEW, "--into", "acme"),
        stampcheck("rules", "new", "ACME-RG-002", "registration/foreign_group", "--into", "acme"),
        stampcheck("rules", "new", "ACME-RG-002", "other/foreign_group", "--into", "acme"),
        stampcheck("rules", "new", "ACME-RG-001", "registration/other", "--into", "acme"),
    ]

    assert {ran.code for ran in again} == {2}
    assert all("exists already" in ran.err or "is named" in ran.err for ran in again)
    assert tree(tmp_path) == before
    (tmp_path / "acme" / "tests" / "registration" / "test_third.py").touch()
    refused = stampcheck("rules", "new", "ACME-RG-003", "registration/third", "--into", "acme")
    assert "test_third.py: exists already; nothing was written" in refused.err
    assert stampcheck("rules", "new", "ACME-RG-003", "area/fourth", "--into", "acme").code == 0


def test_what_was_half_written_is_taken_away_again(stampcheck: Command, tmp_path: Path) -> None:
    stampcheck(*NEW, "--package", "acme")
    before = tree(tmp_path)
    area = tmp_path / "acme" / "tests" / "naming"
    area.write_text("a file where the folder would be")
    ran = stampcheck("rules", "new", "ACME-NA-001", "naming/odd_name", "--into", "acme")

    assert ran.code == 5
    assert "acme/tests/naming/test_odd_name.py: cannot be written" in ran.err
    assert tree(tmp_path) == before | {"acme/tests/naming": "a file where the folder would be"}
