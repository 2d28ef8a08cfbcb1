"""Packages of rules and reports: found by entry point, and refused where they are not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stampcheck.errors import UsageError
from stampcheck.registry import load_formats, load_rules
from tests.plugins import RULE, install, run


def test_ours_come_by_entry_point_sorted_by_id() -> None:
    loaded = load_rules()
    ids = [one.rule.info.id for one in loaded]

    assert ids == sorted(ids)
    assert {one.package.name for one in loaded} == {"stampcheck"}
    assert [form.id for form, _ in load_formats()] == [
        *("csv", "html", "ics", "junit", "markdown", "ocsf", "sarif", "xlsx")
    ]


def test_a_required_package_must_be_there() -> None:
    assert load_rules(["stampcheck"])
    with pytest.raises(UsageError, match="'acme-rules' is required"):
        load_rules(["acme-rules"])


def test_a_foreign_rule_judges_beside_ours_and_its_package_is_named(
    tmp_path: Path, evidence: Path
) -> None:
    install(
        tmp_path / "site", "acme", "stampcheck.rules", known_cloud_id=RULE.format(id="ACME-ID-001")
    )
    ran = run(tmp_path / "site", "scan", "--from-files", evidence, "-o", "out", cwd=tmp_path)
    (scan,) = (tmp_path / "out").glob("*/scan.json")
    head = json.loads(scan.read_text())

    assert ran.returncode == 3, ran.stderr
    assert {"name": "acme", "version": "1.2"} in head["packages"]
    assert "ACME-ID-001" in {rule["id"] for rule in head["rules"]}
    assert f"{len(load_rules()) + 1} rules x 1 stamp" in ran.stderr


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ({"known_cloud_id": RULE.format(id="AZS-RG-001")}, "AZS-RG-001 is defined twice"),
        ({"known_cloud_id": "import nowhere"}, "cannot be loaded: ModuleNotFoundError"),
        ({"known_cloud_id": "1 / 0"}, "cannot be loaded: ZeroDivisionError"),
        ({"nothing": ""}, "holds no rule"),
    ],
)
def test_a_package_that_is_not_whole_refuses_to_start(
    tmp_path: Path, evidence: Path, modules: dict[str, str], words: str
) -> None:
    install(tmp_path / "site", "acme", "stampcheck.rules", **modules)
    ran = run(tmp_path / "site", "scan", "--from-files", evidence, cwd=tmp_path)

    assert ran.returncode == 2
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


FORMAT = """
from stampcheck.record import report_format

@report_format("boom", "A format that breaks", ("boom.txt",))
def boom(record, folder):
    (folder / "boom.txt").write_text("half")
    raise RuntimeError("no ink")
"""


def test_a_format_that_breaks_loses_no_other(tmp_path: Path, evidence: Path) -> None:
    install(tmp_path / "site", "acme", "stampcheck.reports", boom=FORMAT)
    options = ("--format", "boom", "--format", "csv", "-o", "out")
    ran = run(tmp_path / "site", "scan", "--from-files", evidence, *options, cwd=tmp_path)
    (folder,) = (tmp_path / "out").iterdir()

    assert ran.returncode == 5
    assert "format boom (acme 1.2) failed: RuntimeError: no ink" in ran.stderr
    assert (folder / "findings.csv").is_file()
    assert not (folder / "boom.txt").exists()


CHOOSING = """
from stampcheck.record import ReportOption, report_format

@report_format(
    "ledger", "A ledger", ("ledger.txt",),
    ReportOption("{name}", "What it is kept in. [euro]", ("euro", "krona")),
    ReportOption("clerk-name", "Who keeps it."),
)
def ledger(record, folder, *, currency="euro", clerk_name="nobody"):
    (folder / "ledger.txt").write_text(f"{{clerk_name}} keeps it in {{currency}}")
"""


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((), "nobody keeps it in euro"),
        (("--ledger-currency", "krona", "--ledger-clerk-name", "Ida"), "Ida keeps it in krona"),
    ],
)
def test_a_foreign_format_offers_options_as_ours_do(
    tmp_path: Path, evidence: Path, words: tuple[str, ...], text: str
) -> None:
    install(
        tmp_path / "site", "acme", "stampcheck.reports", ledger=CHOOSING.format(name="currency")
    )
    scan = ("scan", "--from-files", evidence, "-o", "out", "--format", "ledger", *words)
    ran = run(tmp_path / "site", *scan, cwd=tmp_path)
    shown = run(tmp_path / "site", "scan", "--help", cwd=tmp_path)

    assert ran.returncode == 3, ran.stderr
    assert next(tmp_path.glob("out/*/ledger.txt")).read_text() == text
    assert "--ledger-currency WORD" in shown.stdout
    assert "csv, html, ics, junit, ledger, markdown" in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("colour", "offers --ledger-colour, but its function has no keyword argument 'colour'"),
        ("Currency", "may not offer '--ledger-Currency'"),
        ("clerk-name", "may not offer '--ledger-clerk-name'"),
    ],
)
def test_an_option_that_cannot_be_is_refused(tmp_path: Path, name: str, words: str) -> None:
    install(tmp_path / "site", "acme", "stampcheck.reports", ledger=CHOOSING.format(name=name))
    ran = run(tmp_path / "site", "report", "anything", cwd=tmp_path)

    assert ran.returncode == 2
    assert words in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_an_option_of_a_command_is_not_a_format_s_to_offer(tmp_path: Path) -> None:
    text = CHOOSING.replace('"ledger", "A', '"max", "A').format(name="currency")
    text = (
        text.replace('"currency"', '"rate"').replace("currency=", "rate=").replace("{currency}", "")
    )
    install(tmp_path / "site", "acme", "stampcheck.reports", ledger=text)
    ran = run(tmp_path / "site", "scan", "--from-files", "anything", cwd=tmp_path)

    assert ran.returncode == 2
    assert (
        "A report format offers --max-rate, which is an option of 'stampcheck scan'" in ran.stderr
    )


PRINTING = "print('imported')\n" + RULE.replace("    yield", "    print('judged')\n    yield")


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_rule_prints_is_no_data_of_a_scan(
    tmp_path: Path, evidence: Path, workers: int
) -> None:
    install(
        tmp_path / "site",
        "acme",
        "stampcheck.rules",
        known_cloud_id=PRINTING.format(id="ACME-ID-001"),
    )
    scan = ("scan", "--from-files", evidence, "-o", "out", "-q", "--workers", workers)
    ran = run(tmp_path / "site", *scan, cwd=tmp_path)
    (folder,) = (tmp_path / "out").iterdir()

    assert ran.stdout.split() == [f"out/{folder.name}"]
    assert "imported" in ran.stderr
    assert "judged" in ran.stderr


@pytest.mark.parametrize(
    "narrowed", [("--skip-rule", "ACME-ID-001"), ("--rule", "AZS-RG-001"), ("--severity", "high")]
)
def test_a_required_package_must_judge(
    tmp_path: Path, evidence: Path, narrowed: tuple[str, ...]
) -> None:
    install(
        tmp_path / "site", "acme", "stampcheck.rules", known_cloud_id=RULE.format(id="ACME-ID-001")
    )
    scan = ("scan", "--from-files", evidence, "-o", "out", "--require", "acme")
    ran = run(tmp_path / "site", *scan, *narrowed, cwd=tmp_path)

    assert ran.returncode == 2
    assert "'acme' is required, but none of its rules is left to judge by" in ran.stderr
    assert not (tmp_path / "out").exists()


def test_only_a_distribution_is_required_and_no_module() -> None:
    with pytest.raises(UsageError, match="'stampcheck_rules' is required"):
        load_rules(["stampcheck_rules"])
