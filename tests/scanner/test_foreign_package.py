"""A complete package of somebody else, as its user meets it: installed, used, broken, removed."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.newcomer import Newcomer

TREE = Path(__file__).parents[2]
SOURCE = TREE / "fixtures" / "packages" / "contoso-stamp-rules"
REPORT_SOURCE = TREE / "fixtures" / "packages" / "contoso-stamp-reports"
RECORD = TREE / "fixtures" / "records" / "schema-1"
FLEET = TREE / "fixtures" / "fleets" / "complete"
SCAN = ("stampcheck", "scan", "--from-files", FLEET, "-q", "-o")
REPORT = ("stampcheck", "report", RECORD, "--format", "contoso-tickets", "--format", "csv", "-o")
NAME = "contoso-stamp-rules"
REPORTS_NAME = "contoso-stamp-reports"


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Somebody who installed the wheels of the packages, built from their sources."""
    folder = tmp_path_factory.mktemp("user")
    sources = [shutil.copytree(one, folder / one.name) for one in (SOURCE, REPORT_SOURCE)]
    newcomer = Newcomer(folder / "venv")
    built = newcomer.run("pip", "wheel", "--no-deps", "-w", folder, *sources, cwd=folder)
    assert built.returncode == 0, built.stderr
    wheels = sorted(folder.glob("*.whl"))
    assert [wheel.name.partition("-py3")[0] for wheel in wheels] == [
        "contoso_stamp_reports-1.4.0",
        "contoso_stamp_rules-2.1.0",
    ]
    installed = newcomer.run("pip", "install", *wheels, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    return newcomer


@pytest.fixture
def package(user: Newcomer) -> Iterator[Path]:
    """The installed package, to be broken; it is put back."""
    yield from to_be_broken(user, "contoso_stamp_rules")


@pytest.fixture
def reports(user: Newcomer) -> Iterator[Path]:
    """The installed package of reports, to be broken; it is put back."""
    yield from to_be_broken(user, "contoso_stamp_reports")


def to_be_broken(user: Newcomer, name: str) -> Iterator[Path]:
    folder = user.site / name
    kept = user.folder / "kept"
    shutil.copytree(folder, kept)
    yield folder
    shutil.rmtree(folder)
    kept.rename(folder)


def broken(ran: CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with this code, and one sentence that says these words."""
    assert ran.returncode == code, ran.stderr
    assert ran.stderr.startswith("Error: ")
    assert ran.stderr.count("\n") == 1
    assert "Traceback" not in ran.stderr
    for word in words:
        assert word in ran.stderr


@pytest.mark.parametrize("source", [SOURCE, REPORT_SOURCE], ids=lambda source: source.name)
def test_its_own_tests_pass(user: Newcomer, tmp_path: Path, source: Path) -> None:
    shutil.copytree(source, tmp_path / "source")
    ran = user.run("pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path / "source")

    assert ran.returncode == 0, ran.stdout


def test_its_rules_and_causes_are_listed_and_shown(user: Newcomer, tmp_path: Path) -> None:
    listed = user.run("stampcheck", "rules", "list", cwd=tmp_path).stdout
    shown = user.run("stampcheck", "rules", "show", "contoso-rg-001", cwd=tmp_path).stdout
    cause = user.run("stampcheck", "causes", "show", "registration-named-by-hand", cwd=tmp_path)
    other = user.run("stampcheck", "causes", "show", "registered-in-foreign-tenant", cwd=tmp_path)

    assert "CONTOSO-RG-001  low" in listed
    assert NAME in listed
    assert "registration-named-by-hand: The registration was named by hand" in shown
    assert "contoso-stamp-rules 2.1.0" in shown
    assert "Look up the name that the handbook lists" in cause.stdout
    assert "Select-AzSubscription" in other.stdout


@pytest.mark.parametrize("name", [NAME, "contoso_stamp_rules", "Contoso.Stamp_Rules"])
def test_its_rules_keep_the_contract(user: Newcomer, tmp_path: Path, name: str) -> None:
    ran = user.run("stampcheck", "rules", "test", name, cwd=tmp_path)

    assert ran.returncode == 0, ran.stdout
    assert [line.split()[:2] for line in ran.stdout.splitlines()] == [
        ["ok", "CONTOSO-RG-001"],
        ["ok", "CONTOSO-TE-001"],
    ]
    assert ran.stderr == "2 of 2 rules keep the contract: contoso-stamp-rules 2.1.0.\n"


def test_a_scan_has_its_findings_and_names_it_everywhere(user: Newcomer, tmp_path: Path) -> None:
    loud = [word for word in SCAN if word != "-q"]
    ran = user.run(*loud, "out", "--require", NAME, cwd=tmp_path)
    (folder,) = (tmp_path / "out").iterdir()
    head = json.loads((folder / "scan.json").read_text())
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = {(row["rule_id"], row["outcome"], row["causes"]) for row in csv.DictReader(stream)}
    with (folder / "rules.csv").open(encoding="utf-8-sig", newline="") as stream:
        packages = {row["rule_id"]: row for row in csv.DictReader(stream)}
    page = (folder / "report.html").read_text()

    assert ran.returncode == 1, ran.stderr
    assert ("CONTOSO-RG-001", "fail", "registration-named-by-hand") in found
    assert ("CONTOSO-TE-001", "fail", "registered-in-foreign-tenant") in found
    assert {"name": NAME, "version": "2.1.0"} in head["packages"]
    assert packages["CONTOSO-RG-001"]["package"] == NAME
    assert packages["CONTOSO-RG-001"]["package_version"] == "2.1.0"
    assert f"Rules and causes of {NAME} 2.1.0, stampcheck 0.1.0." in ran.stderr
    assert f"{NAME} 2.1.0" in page
    assert "give-the-handbook-name" in {runbook["id"] for runbook in head["runbooks"]}


def test_workers_find_its_rules_and_causes_too(user: Newcomer, tmp_path: Path) -> None:
    one = user.run(*SCAN, "one", "--rule", "CONTOSO-RG-001", "--format", "csv", cwd=tmp_path)
    two = user.run(
        *SCAN, "two", "--rule", "CONTOSO-RG-001", "--format", "csv", "--workers", 2, cwd=tmp_path
    )
    counts = [
        json.loads(next(tmp_path.glob(f"{name}/*/scan.json")).read_text())["pairs"]
        for name in ("one", "two")
    ]

    assert one.returncode == two.returncode == 3
    assert counts[0] == counts[1]


def test_a_syntax_error_refuses_to_start(user: Newcomer, package: Path, tmp_path: Path) -> None:
    with (package / "naming" / "unlabelled_registration.py").open("a") as stream:
        stream.write("def broken(:\n")
    ran = user.run(*SCAN, "out", cwd=tmp_path)

    broken(ran, 2, "contoso_stamp_rules (contoso-stamp-rules) cannot be loaded: SyntaxError")
    assert "unlabelled_registration.py, line" in ran.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero (unlabelled_registration.py, line"),
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("import sys; sys.exit(0)", "unlabelled_registration ends the program"),
    ],
)
def test_a_module_that_breaks_on_import_refuses_to_start(
    user: Newcomer, package: Path, tmp_path: Path, line: str, words: str
) -> None:
    with (package / "naming" / "unlabelled_registration.py").open("a") as stream:
        stream.write(line + "\n")

    broken(user.run("stampcheck", "rules", "list", cwd=tmp_path), 2, NAME, words)


def change(package: Path, old: str, new: str) -> None:
    path = package / "naming" / "unlabelled_registration.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"CONTOSO-RG-001"', '"AZS-RG-001"', "Rule AZS-RG-001 is defined twice"),
        ('"CONTOSO-RG-001"', '"CONTOSO-TE-001"', "Rule CONTOSO-TE-001 is defined twice"),
        ('"CONTOSO-RG-001"', '"rule one"', "has an id that is not like AZS-XX-000"),
        ("needs=(REGISTRATION_PRESENT, REGISTRATION_ID)", "needs=()", "needs no fact"),
        ("severity=Severity.LOW", 'severity="low"', "'low' as severity"),
        ('causes=("registration-named-by-hand",),\n        r', 'causes=("x"),\n        r', "comma"),
    ],
)
def test_a_rule_that_cannot_be_taken_refuses_to_start(
    user: Newcomer, package: Path, tmp_path: Path, old: str, new: str, words: str
) -> None:
    change(package, old, new)

    broken(user.run("stampcheck", "rules", "list", cwd=tmp_path), 2, words, NAME)


def test_a_rule_that_breaks_while_judging_is_a_row(
    user: Newcomer, package: Path, tmp_path: Path
) -> None:
    change(package, "name = stamp[REGISTRATION_ID].name", "name = stamp[REGISTRATION_ID].nome")
    ran = user.run(*SCAN, "out", "--rule", "CONTOSO-RG-001", "--format", "csv", cwd=tmp_path)
    tested = user.run("stampcheck", "rules", "test", NAME, cwd=tmp_path)
    lines = next(tmp_path.glob("out/*/findings.jsonl")).read_text().splitlines()
    reasons = {finding.get("reason") for finding in map(json.loads, lines)}

    assert ran.returncode == 3
    assert "rule-crashed" in reasons
    assert tested.returncode == 1
    assert "has no attribute 'nome'" in tested.stdout
    assert "1 of 2 rules keep the contract" in tested.stderr


def test_a_rule_that_ends_the_program_is_a_row(
    user: Newcomer, package: Path, tmp_path: Path
) -> None:
    change(package, "name = stamp[REGISTRATION_ID].name", "raise SystemExit(0)")
    ran = user.run(*SCAN, "out", "--rule", "CONTOSO-RG-001", "--format", "csv", cwd=tmp_path)

    assert ran.returncode == 3
    assert "it tried to end the program" in next(tmp_path.glob("out/*/findings.jsonl")).read_text()


def test_a_cause_that_explains_a_rule_which_is_not_installed_breaks_the_contract(
    user: Newcomer, package: Path, tmp_path: Path
) -> None:
    path = package / "causes" / "registration-named-by-hand.toml"
    text = path.read_text().replace('"CONTOSO-RG-001"', '"CONTOSO-RG-001", "CONTOSO-RG-009"')
    path.write_text(text)
    ran = user.run("stampcheck", "rules", "test", NAME, cwd=tmp_path)

    assert ran.returncode == 1
    assert (
        "BROKEN  cause registration-named-by-hand explains CONTOSO-RG-009, which is not installed"
    ) in ran.stdout
    assert "2 of 2 rules keep the contract" in ran.stderr


def test_modules_in_a_folder_that_is_no_package_are_never_lost_silently(
    user: Newcomer, package: Path, tmp_path: Path
) -> None:
    (package / "naming" / "__init__.py").unlink()

    ran = user.run("stampcheck", "rules", "list", cwd=tmp_path)

    broken(ran, 2, "naming/unlabelled_registration.py is never found", "__init__.py")


def test_a_package_without_a_rule_refuses_to_start(
    user: Newcomer, package: Path, tmp_path: Path
) -> None:
    for area in ("naming", "tenancy"):
        shutil.rmtree(package / area)

    broken(user.run(*SCAN, "out", cwd=tmp_path), 2, NAME, "holds no rule")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("causes/registration-named-by-hand", "runbook = ", "runbok = ", "unknown field `runbok`"),
        (
            "causes/registration-named-by-hand",
            "give-the-handbook-name",
            "give-no-name",
            "there is no 'give-no-name'",
        ),
        ("runbooks/give-the-handbook-name", "{{resource_group}}", "{{group}}", "no placeholder"),
    ],
)
def test_causes_that_are_wrong_refuse_to_start(
    user: Newcomer, package: Path, tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    path = package / f"{file}.toml"
    path.write_text(path.read_text().replace(old, new))

    broken(user.run("stampcheck", "causes", "list", cwd=tmp_path), 2, NAME, f"{file}.toml", words)


def test_a_cause_whose_signature_misses_its_own_sample_refuses_to_start(
    user: Newcomer, package: Path, tmp_path: Path
) -> None:
    path = package / "causes" / "registration-named-by-hand.toml"
    signature = (
        '\n[[signatures]]\npattern = "named [a-z]{1,9}"\nliteral = "named"\nsamples = ["named 9"]\n'
        'likelihood = "likely"\nreference = "r"\n'
    )
    path.write_text(path.read_text() + signature)

    ran = user.run("stampcheck", "causes", "list", cwd=tmp_path)
    broken(ran, 2, NAME, "registration-named-by-hand.toml", "signatures[0].pattern: does not match")


@pytest.mark.parametrize("kind", ["causes", "runbooks"])
def test_a_cause_or_runbook_of_two_packages_refuses_to_start(
    user: Newcomer, package: Path, tmp_path: Path, kind: str
) -> None:
    ours = TREE / "scanner" / "stampcheck" / "causes" / "data" / kind
    taken = min(ours.glob("*.toml"))
    shutil.copy(taken, package / kind)

    ran = user.run("stampcheck", "causes", "list", cwd=tmp_path)

    broken(ran, 2, f"{taken.stem!r} is defined twice: in stampcheck and in {NAME}")


def test_its_format_is_rendered_beside_ours_of_a_saved_scan(user: Newcomer, tmp_path: Path) -> None:
    ran = user.run(*REPORT, "out", cwd=tmp_path)
    (folder,) = (tmp_path / "out").iterdir()
    tickets = (folder / "tickets.jsonl").read_text(encoding="utf-8").splitlines()

    assert ran.returncode == 0, ran.stderr
    assert {"tickets.jsonl", "findings.csv"} <= {path.name for path in folder.iterdir()}
    assert {json.loads(line)["stamp"] for line in tickets} == {"emea-prague", "emea-zurich"}


def test_its_format_gets_pseudonyms_as_ours_do(user: Newcomer, tmp_path: Path) -> None:
    ran = user.run(*REPORT, "out", "--redact", cwd=tmp_path)
    (tickets,) = tmp_path.glob("out/*/tickets.jsonl")

    assert ran.returncode == 0, ran.stderr
    assert {json.loads(line)["stamp"] for line in tickets.read_text().splitlines()} == {
        "STAMP-03",
        "STAMP-04",
    }


def test_a_format_that_breaks_loses_no_other(user: Newcomer, reports: Path, tmp_path: Path) -> None:
    edit(reports / "tickets.py", "for ticket in", "1 / 0\n        for ticket in")
    ran = user.run(*REPORT, "out", cwd=tmp_path)
    (folder,) = (tmp_path / "out").iterdir()

    assert ran.returncode == 5
    assert "Error: format contoso-tickets (contoso-stamp-reports 1.4.0) failed: " in ran.stderr
    assert "ZeroDivisionError: division by zero" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert sorted(path.name for path in folder.iterdir()) == [
        *("causes.csv", "findings.csv", "rules.csv", "run-manifest.json", "stamps.csv"),
        "waivers.csv",
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("import json", "import json; 1 / 0", "cannot be loaded: ZeroDivisionError"),
        ('"contoso-tickets"', '"csv"', "Report format 'csv' is defined twice"),
        ('"tickets.jsonl",', '"scan.json",', "may not write 'scan.json'"),
        ('"tickets.jsonl",', '"../x",', "may not write '../x'"),
    ],
)
def test_a_format_that_cannot_be_taken_refuses_to_start(
    user: Newcomer, reports: Path, tmp_path: Path, old: str, new: str, words: str
) -> None:
    edit(reports / "tickets.py", old, new)

    broken(user.run(*REPORT, "out", cwd=tmp_path), 2, words, "contoso")
    assert not (tmp_path / "out").exists()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_removed_its_format_is_gone(user: Newcomer, tmp_path: Path) -> None:
    removed = user.run("pip", "uninstall", "-y", REPORTS_NAME, cwd=tmp_path)

    assert removed.returncode == 0, removed.stderr
    broken(user.run(*REPORT, "out", cwd=tmp_path), 2, "no report format 'contoso-tickets'")


def test_removed_it_is_gone_and_missed(user: Newcomer, tmp_path: Path) -> None:
    removed = user.run("pip", "uninstall", "-y", NAME, cwd=tmp_path)
    listed = user.run("stampcheck", "rules", "list", cwd=tmp_path).stdout
    scanned = user.run(*SCAN, "out", "--require", NAME, cwd=tmp_path)
    tested = user.run("stampcheck", "rules", "test", "stamp-check", cwd=tmp_path)

    assert removed.returncode == 0, removed.stderr
    assert "CONTOSO" not in listed
    broken(scanned, 2, f"'{NAME}' is required, but not installed")
    broken(tested, 2, "no rule package 'stamp-check'; did you mean 'stampcheck'?")
