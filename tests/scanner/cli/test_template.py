"""Templates of one's own on the command line: checked before anything is done, handed out whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanner.conftest import Command


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "footer.html").write_text("<p>Contoso, {{ scan.stamp_count }} stamps</p>")
    return folder


def test_a_scan_an_evaluation_and_a_report_take_them(
    stampcheck: Command, evidence: Path, ours: Path
) -> None:
    ran = stampcheck("scan", "--from-files", evidence, "--template", ours, "-q", "-o", "a")
    run = ran.out.strip()
    judged = stampcheck("evaluate", run, "--template", ours, "-q", "-o", "b").out.strip()
    again = stampcheck("report", run, "--template", ours, "-q", "-o", "c").out.strip()

    for folder in (run, judged, again):
        assert "<p>Contoso, 1 stamps</p>" in (Path(folder) / "report.html").read_text()


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("\n{% nothing %}", (), "footer.html line 2: Encountered unknown tag 'nothing'"),
        ("x", ("--format", "csv"), "--template is for formats with templates; add --format html"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_read(
    stampcheck: Command, evidence: Path, ours: Path, text: str, more: tuple[str, ...], words: str
) -> None:
    (ours / "footer.html").write_text(text)
    ran = stampcheck("scan", "--from-files", evidence, "--template", ours, "-o", "a", *more)

    assert ran.code == 2
    assert words in ran.err
    assert not Path("a").exists()


def test_what_shows_while_rendering_loses_the_page_alone(
    stampcheck: Command, evidence: Path, ours: Path
) -> None:
    (ours / "footer.html").write_text("{{ scan.nothing }}")
    ran = stampcheck("scan", "--from-files", evidence, "--template", ours, "-q", "-o", "a")
    (folder,) = Path("a").iterdir()

    assert ran.code == 5
    told = " ".join(ran.err.split())
    assert f"format html (stampcheck 0.1.0) failed: {ours}/footer.html line 1: " in told
    assert (folder / "findings.csv").exists()
    assert not (folder / "report.html").exists()


def test_ours_are_handed_out_into_a_new_folder_and_change_nothing(
    stampcheck: Command, evidence: Path
) -> None:
    run = stampcheck("scan", "--from-files", evidence, "-q", "-o", "a").out.strip()
    exported = stampcheck("report", "--export-templates", "mine")
    again = stampcheck("report", run, "--template", "mine", "-q", "-o", "b").out.strip()

    assert (exported.code, exported.out) == (0, "mine\n")
    assert (Path(again) / "report.html").read_bytes() == (Path(run) / "report.html").read_bytes()
    assert stampcheck("report", "--export-templates", "mine").code == 2
    assert "Name the folder of a run" in stampcheck("report").err
