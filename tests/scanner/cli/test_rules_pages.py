"""``rules list``, ``rules show`` and ``rules pages``: the same words everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.registry import load_rules
from tests.plugins import RULE, install, run
from tests.scanner.conftest import Command


def test_the_list_tells_severity_needs_and_source(stampcheck: Command) -> None:
    lines = stampcheck("rules", "list").out.splitlines()

    for loaded, line in zip(load_rules(), lines, strict=True):
        info = loaded.rule.info
        assert line.split()[:2] == [info.id, info.severity.value]
        assert all(fact.name in line for fact in info.needs)
        assert line.endswith(info.source.partition(";")[0])
        assert f"  {loaded.package.name}  " in line


def test_the_list_tells_of_which_facts_one_is_needed(stampcheck: Command) -> None:
    assert ", SUBSCRIPTION_TENANT|TENANT_HISTORY  " in stampcheck("rules", "list").out


def test_a_page_shows_what_is_read_by_whom_and_how_it_is_judged(stampcheck: Command) -> None:
    page = stampcheck("rules", "show", "azs-pr-001")

    assert page.code == 0
    assert "Microsoft.Authorization/locks/read" in page.out
    assert "At risk: usage reporting, marketplace." in page.out
    assert "Says      not-applicable: There is no registration to protect." in page.out
    assert "Package: stampcheck " in page.out


def test_pages_are_written_and_then_not_stale(stampcheck: Command, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    command = ("rules", "pages", folder)

    stale = stampcheck(*command, "--check")
    written = stampcheck(*command)
    fresh = stampcheck(*command, "--check")

    assert (stale.code, written.code, fresh.code) == (1, 0, 0)
    assert f"run 'stampcheck rules pages {folder}'" in stale.err
    names = {path.stem for path in (folder / "pages").iterdir()}
    assert names == {one.rule.info.id for one in load_rules()}
    assert all(f"(pages/{name}.md)" in (folder / "CATALOGUE.md").read_text() for name in names)


def test_a_page_that_differs_is_broken_or_is_of_no_rule_is_named(
    stampcheck: Command, tmp_path: Path
) -> None:
    stampcheck("rules", "pages", tmp_path)
    pages = tmp_path / "pages"
    (pages / "AZS-RG-001.md").write_text("edited")
    (pages / "AZS-RG-002.md").write_bytes(b"\xff\xfe")
    (pages / "AZS-XX-000.md").write_text("left over")
    ran = stampcheck("rules", "pages", tmp_path, "--check")

    assert ran.code == 1
    assert "AZS-RG-001.md is stale" in ran.err
    assert "AZS-RG-002.md is missing or cannot be read" in ran.err
    assert "AZS-XX-000.md is of no rule, so remove it" in ran.err


def test_a_folder_that_cannot_be_written_is_one_sentence(
    stampcheck: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ran = stampcheck("rules", "pages", tmp_path / "file")

    assert ran.code == 5
    assert "cannot be written" in ran.err


def test_an_unknown_package_is_refused_with_a_suggestion(stampcheck: Command) -> None:
    ran = stampcheck("rules", "pages", "here", "--package", "stampchek")

    assert ran.code == 2
    assert "did you mean 'stampcheck'?" in ran.err


def test_a_foreign_package_has_pages_of_its_own(tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(site, "acme_rules", "stampcheck.rules", known_cloud_id=RULE.format(id="ACME-XX-001"))
    made = run(site, "rules", "pages", "out", "--package", "acme_rules", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert [path.name for path in (tmp_path / "out" / "pages").iterdir()] == ["ACME-XX-001.md"]
    shown = run(site, "rules", "show", "ACME-XX-001", cwd=tmp_path)
    assert "At risk: not said." in shown.stdout
    assert "Package: acme_rules 1.2" in shown.stdout
    stale = run(site, "rules", "pages", "other", "--package", "acme_rules", "--check", cwd=tmp_path)
    assert "rules pages other --package acme_rules'" in stale.stderr


@pytest.mark.parametrize("name", ["CATALOGUE.md", "pages/AZS-PR-001.md"])
def test_what_was_not_made_here_is_never_written_over(
    stampcheck: Command, tmp_path: Path, name: str
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / name).write_text("Mine.")
    ran = stampcheck("rules", "pages", tmp_path)

    assert ran.code == 2
    assert ran.err.startswith(f"Error: {tmp_path / name}: was not made by")
    assert (tmp_path / name).read_text() == "Mine."
    assert [path.name for path in tmp_path.rglob("*.md")] == [Path(name).name]


@pytest.mark.parametrize("name", ["CATALOGUE.md", "pages"])
def test_a_link_is_never_written_through(stampcheck: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).symlink_to(tmp_path / "elsewhere")
    ran = stampcheck("rules", "pages", tmp_path / "folder")

    assert ran.code == 2
    assert "is a link" in ran.err
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_source_is_no_markup_in_pages_and_catalogue(tmp_path: Path) -> None:
    source = "x` <img src=x onerror=alert(1)> | [a](javascript:alert(1)) `"
    text = RULE.format(id="ACME-ID-001").replace('"here"', repr(source))
    install(tmp_path / "site", "acme", "stampcheck.rules", known_cloud_id=text)
    ran = run(tmp_path / "site", "rules", "pages", "out", "--package", "acme", cwd=tmp_path)
    index = (tmp_path / "out" / "CATALOGUE.md").read_text()
    page = (tmp_path / "out" / "pages" / "ACME-ID-001.md").read_text()

    assert ran.returncode == 0, ran.stderr
    for made in (index, page):
        assert r"x\` \<img src=x onerror=alert(1)\> \| \[a\](javascript" in made
        assert "<img" not in made.replace(r"\<img", "")
