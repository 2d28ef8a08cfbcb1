"""Each command as its user meets it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.record import ScanRecord
from stampcheck.registry import load_rules
from tests.scanner.conftest import CLOUD_ID, REGISTRATION, Command, Ran, write

RULES = len(load_rules())


def run_of(ran: Ran) -> Path:
    return Path(ran.out.splitlines()[-1])


def test_a_scan_writes_every_file_and_says_where(stampcheck: Command, evidence: Path) -> None:
    ran = stampcheck("scan", "--from-files", evidence)

    assert ran.code == 3
    assert {path.name for path in run_of(ran).iterdir()} == {
        "bundle",
        "causes.csv",
        "facts.jsonl",
        "findings.csv",
        "findings.jsonl",
        "report.html",
        "rules.csv",
        "run-manifest.json",
        "scan.json",
        "stamps.csv",
        "waivers.csv",
    }
    assert f"{RULES} rules x 1 stamp = pairs" in ran.err


def test_both_sums_agree_everywhere(stampcheck: Command, expired: Path) -> None:
    ran = stampcheck("scan", "--from-files", expired)
    folder = run_of(ran)
    record = ScanRecord(folder)
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    lines = (folder / "findings.jsonl").read_text().splitlines()
    (stamp,) = record.stamps()
    page = (folder / "report.html").read_text()

    assert record.scan.pairs.total == len(record.scan.rules) * record.scan.stamp_count == RULES
    assert record.scan.findings.total == len(rows) == len(lines) == RULES
    failed = sum(row["outcome"] == "fail" for row in rows)
    assert failed == record.scan.findings.failed == stamp.pairs.failed == 1
    assert sum(rule.pairs.failed for rule in record.scan.rules) == 1
    assert f"{RULES} rules × 1 stamp = {RULES} pairs" in " ".join(page.split())
    told = [int(word) for word in ran.err.split("findings")[1].split()[:5]]
    sums = record.scan.findings
    counts = [sums.failed, sums.undetermined, sums.passed, sums.not_applicable]
    assert told == [*counts, RULES]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--exit-zero",), 0),
        (("--skip-rule", "AZS-RG-002"), 3),
        (("--skip-rule", "AZS-RG-002", "--allow-undetermined"), 0),
        (("--rule", "AZS-RG-001"), 0),
        (("--rule", "azs-rg-001"), 0),
        (("--rule", "AZS-RG-002", "--as-of", "2019-12-01", "--fail-on", "high"), 0),
        (("--rule", "AZS-RG-002", "--as-of", "2019-12-01", "--fail-on", "low"), 1),
        (("--severity", "critical"), 1),
        (("--rule", "AZS-ID-001", "--stamp", "AMS-01"), 3),
        (("--require", "stampcheck"), 1),
        (("--workers", "2"), 1),
    ],
)
def test_the_exit_code_says_how_it_stands(
    stampcheck: Command, expired: Path, options: tuple[str, ...], code: int
) -> None:
    assert stampcheck("scan", "--from-files", expired, "-q", *options).code == code


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rule", "AZS-RG-01"), "did you mean 'AZS-RG-001'"),
        (("--skip-rule", "nonsense"), "known are AZS-AC-001"),
        (("--format", "htm"), "did you mean 'html'"),
        (("--severity", "hihg"), "did you mean 'high'"),
        (("--fail-on", "never"), "critical, high"),
        (("--stamp", "ams-02"), "did you mean 'ams-01'"),
        (("--as-of", "22.11.2026"), "2026-11-22"),
        (("--profile", "none.toml"), "none.toml: cannot be read"),
        (("--inventory", "none.toml"), "none.toml: cannot be read"),
        (("--baseline", "none"), "there is no such scan"),
        (("--require", "strange-rules"), "'strange-rules' is required"),
        (("--nonsense",), "No such option"),
    ],
)
def test_a_wrong_word_is_one_sentence_with_a_suggestion(
    stampcheck: Command, evidence: Path, options: tuple[str, ...], words: str
) -> None:
    ran = stampcheck("scan", "--from-files", evidence, "-q", *options)

    assert ran.code == 2
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_what_is_not_there_is_exit_2(stampcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text("{}")

    for arguments in (
        ("scan", "--from-files", "nowhere"),
        ("scan", "--from-files", "file.json"),
        ("scan",),
        ("evaluate", "nowhere"),
        ("report", "nowhere"),
        ("explain", "ams-01", "--in", "nowhere"),
        ("explain", "ams-01"),
        ("rules", "show", "nonsense"),
        ("causes", "show", "nonsense"),
        ("causes", "show", "re-registr"),
        ("find", "nonsense"),
        ("inventory", "check", "nowhere"),
    ):
        ran = stampcheck(*arguments)
        assert (ran.code, "Traceback" in ran.err) == (2, False), arguments
        assert ran.err.count("\n") <= 4, ran.err


def test_its_own_runs_are_no_evidence(stampcheck: Command, evidence: Path) -> None:
    codes = [
        stampcheck("scan", "--from-files", evidence, "-o", evidence / "out", "-q") for _ in range(2)
    ]
    stamps = [[one.stamp for one in ScanRecord(run_of(ran)).stamps()] for ran in codes]

    assert stamps == [["ams-01"], ["ams-01"]]


def test_an_empty_folder_is_not_success(stampcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "empty" / "inside").mkdir(parents=True)

    ran = stampcheck("scan", "--from-files", "empty")

    assert ran.code == 4
    assert "holds no evidence" in ran.err
    assert list((tmp_path / "stampcheck-out").iterdir()) == []


def test_a_bundle_that_was_changed_is_exit_6(stampcheck: Command, evidence: Path) -> None:
    bundle = run_of(stampcheck("collect", "--from-files", evidence, "-q"))
    with (bundle / "documents.jsonl").open("ab") as stream:
        stream.write(b"\n")

    ran = stampcheck("evaluate", bundle)

    assert ran.code == 6
    assert "documents.jsonl" in ran.err


def test_a_bundle_judged_twice_gives_the_same_bytes(stampcheck: Command, evidence: Path) -> None:
    bundle = run_of(stampcheck("collect", "--from-files", evidence, "-q"))
    first, second = (
        run_of(stampcheck("evaluate", bundle, "-q", "--as-of", "2026-11-01")) for _ in range(2)
    )

    assert first != second
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_a_saved_scan_renders_to_the_same_bytes(stampcheck: Command, evidence: Path) -> None:
    first = run_of(stampcheck("scan", "--from-files", evidence, "-q"))
    again = run_of(stampcheck("report", first))

    assert {path.name for path in again.iterdir()} >= {"report.html", "findings.csv"}
    made = [path for path in again.iterdir() if path.name != "run-manifest.json"]
    assert all(path.read_bytes() == (first / path.name).read_bytes() for path in made)


def test_the_number_of_processes_changes_nothing(stampcheck: Command, evidence: Path) -> None:
    for number in range(2, 8):
        write(
            evidence / f"bre-{number:02}" / "stampinfo.json",
            {"CloudID": CLOUD_ID, "StampVersion": "1.1"},
        )
    bundle = run_of(stampcheck("collect", "--from-files", evidence, "-q"))
    one, two = (
        run_of(stampcheck("evaluate", bundle, "-q", "--workers", number)) for number in (1, 2)
    )

    assert (one / "findings.jsonl").read_bytes() == (two / "findings.jsonl").read_bytes()
    assert (one / "scan.json").read_bytes() == (two / "scan.json").read_bytes()


def test_explain_shows_facts_conditions_verdict_and_runbook(
    stampcheck: Command, expired: Path
) -> None:
    stampcheck("scan", "--from-files", expired, "-q")
    ran = stampcheck("explain", "AMS-01", "AZS-RG-002")

    assert ran.code == 0
    for words in (
        "ACTIVATION_EXPIRES = 2020-01-01T23:59:59Z",
        "[ams-01/activation.json properties.expiration]",
        "fails when:",
        "fail/critical",
        "Run rule AZS-RG-002 again.",
        f"'{REGISTRATION.rpartition('/')[2]}'",
    ):
        assert words in ran.out, ran.out


def test_explain_ranks_the_causes_before_the_rules(stampcheck: Command, expired: Path) -> None:
    stampcheck("scan", "--from-files", expired, "-q")
    out = stampcheck("explain", "ams-01").out
    ranked, _, rest = out.partition("AZS-BI-001")

    assert "bundle SHA-256" in ranked.splitlines()[1]
    assert ranked.splitlines()[3] == "Causes, the likeliest first"
    assert "explains 1 of 1, contradicted by none [AZS-RG-002]" in ranked
    assert "at risk: licence standing, renewal" in rest


def test_explain_takes_the_runbook_of_the_likeliest_cause_of_the_rule_that_is_named(
    stampcheck: Command, expired: Path
) -> None:
    path = expired / "ams-01" / "activation.json"
    on, off = '"usageReportingEnabled": true', '"usageReportingEnabled": false'
    path.write_text(path.read_text().replace(on, off))
    stampcheck("scan", "--from-files", expired, "-q")
    runbooks = load().runbooks

    for rule, runbook in ((), "renew-after-expiry"), (("AZS-BI-001",), "usage-reporting-on"):
        out = stampcheck("explain", "ams-01", *rule).out
        assert "explains 1 of 2" in out
        assert f"\n{runbooks[runbook].title}\n" in out


@pytest.mark.parametrize("place", ["evidence", "bundle", "run"])
def test_explain_reads_a_folder_a_bundle_and_a_run(
    stampcheck: Command, evidence: Path, place: str
) -> None:
    run = run_of(stampcheck("scan", "--from-files", evidence, "-q"))
    path = {"evidence": evidence, "bundle": run / "bundle", "run": run}[place]

    ran = stampcheck("explain", "ams-01", "--in", path)

    assert ran.code == 0
    assert ran.out.count("Conditions") == RULES


def test_explain_judges_for_another_date(stampcheck: Command, expired: Path) -> None:
    stampcheck("scan", "--from-files", expired, "-q")
    ran = stampcheck("explain", "ams-01", "AZS-RG-002", "--as-of", "2019-12-20")

    assert "fail/medium" in ran.out


def test_find_takes_any_spelling_of_a_cloud_id(stampcheck: Command, evidence: Path) -> None:
    stampcheck("scan", "--from-files", evidence, "-q")
    found = stampcheck("find", "{" + CLOUD_ID.upper() + "}")
    nobody = stampcheck("find", CLOUD_ID.replace("5", "6"))

    assert (found.code, found.out) == (0, f"ams-01\tactive\t{REGISTRATION}\n")
    assert (nobody.code, nobody.out) == (0, "")
    assert "Nobody" in nobody.err


def test_request_gives_command_right_and_person(stampcheck: Command, evidence: Path) -> None:
    stampcheck("scan", "--from-files", evidence, "-q")
    ran = stampcheck("request", "--shell", "cli")

    assert ran.code == 0
    assert "Microsoft.Authorization/roleAssignments/read" in ran.out
    assert "a Reader of the Azure subscription" in ran.out
    assert "az rest" in ran.out


def test_request_names_the_script_where_the_operators_machine_decides(
    stampcheck: Command, expired: Path
) -> None:
    stampcheck("scan", "--from-files", expired, "-q")
    ran = stampcheck("request")

    assert "the operator who runs the registration" in ran.out
    assert "doctor --operator-script" in ran.out


def test_inventory_init_and_check_go_round(stampcheck: Command, evidence: Path) -> None:
    written = stampcheck("inventory", "init", evidence, "-o", "fleet.toml")
    checked = stampcheck("inventory", "check", "fleet.toml")
    again = stampcheck("inventory", "init", evidence, "-o", "fleet.toml")
    scanned = stampcheck("scan", "--from-files", evidence, "--inventory", "fleet.toml", "-q")

    assert (written.code, checked.code, again.code) == (0, 0, 2)
    assert "1 stamps, no fault" in checked.out
    assert "never overwritten" in again.err
    assert scanned.code == 3
    (stamp,) = ScanRecord(run_of(scanned)).stamps()
    assert stamp.in_inventory


def test_a_stamp_that_only_the_inventory_knows_is_a_row(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    (tmp_path / "fleet.toml").write_text('[[stamp]]\nname = "bre-02"\n')
    ran = stampcheck("scan", "--from-files", evidence, "--inventory", "fleet.toml", "-q")
    record = ScanRecord(run_of(ran))

    assert [stamp.stamp for stamp in record.stamps()] == ["ams-01", "bre-02"]
    assert record.scan.pairs.total == 2 * RULES


def test_a_baseline_is_the_reference_for_the_tenant(stampcheck: Command, evidence: Path) -> None:
    def subscription(tenant: str) -> None:
        body = {
            "id": f"/subscriptions/{REGISTRATION.split('/')[2]}",
            "subscriptionId": REGISTRATION.split("/")[2],
            "tenantId": f"72f988bf-0000-4000-8000-00000000000{tenant}",
            "state": "Enabled",
        }
        write(evidence / "ams-01" / "subscription.json", body)

    subscription("1")
    scan = ("scan", "--from-files", evidence, "-q", "--rule", "AZS-TE-001")
    earlier = run_of(stampcheck(*scan))
    same = stampcheck(*scan, "--baseline", earlier)
    subscription("2")
    moved = stampcheck(*scan, "--baseline", earlier)

    assert (same.code, moved.code) == (0, 1)


def test_rules_and_causes_are_listed_and_shown(stampcheck: Command) -> None:
    rules, causes = stampcheck("rules", "list"), stampcheck("causes", "list")

    assert rules.out.count("\n") == RULES
    assert "AZS-RG-001" in causes.out
    for line in rules.out.splitlines():
        shown = stampcheck("rules", "show", line.split()[0].lower())
        assert "Fails when" in shown.out
    for line in causes.out.splitlines():
        shown = stampcheck("causes", "show", line.split()[0])
        assert "\n  Confirm " in shown.out


@pytest.mark.parametrize("side", ["azure", "stamp"])
@pytest.mark.parametrize("shell", ["az", "azurerm", "cli"])
def test_export_scripts_are_printed(stampcheck: Command, side: str, shell: str) -> None:
    ran = stampcheck("export-script", "--side", side, "--shell", shell)

    assert ran.code == 0
    assert "stampcheck" in ran.out


def test_the_output_folder_may_exist_but_not_be_a_file(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("kept")
    (tmp_path / "file").write_text("kept")

    assert stampcheck("scan", "--from-files", evidence, "-o", "out", "-q").code == 3
    ran = stampcheck("scan", "--from-files", evidence, "-o", "file", "-q")
    odd = stampcheck("scan", "--from-files", evidence, "-o", "/proc/nowhere", "-q")

    assert (ran.code, odd.code) == (2, 2)
    assert "is a file" in ran.err
    assert (tmp_path / "file").read_text() == "kept"
    assert (tmp_path / "out" / "mine.txt").read_text() == "kept"


def test_two_runs_of_one_second_are_two_folders(stampcheck: Command, evidence: Path) -> None:
    folders = [run_of(stampcheck("collect", "--from-files", evidence, "-q")) for _ in range(3)]

    assert len({folder.parent for folder in folders}) == 3


def test_a_newer_record_is_refused(stampcheck: Command, evidence: Path) -> None:
    folder = run_of(stampcheck("scan", "--from-files", evidence, "-q"))
    path = folder / "scan.json"
    path.write_text(path.read_text().replace('"schema_version": 1', '"schema_version": 9', 1))

    ran = stampcheck("report", folder)

    assert ran.code == 2
    assert "newer" in ran.err


def test_demo_writes_both_fleets_and_one_of_them_later(stampcheck: Command) -> None:
    ran = stampcheck("demo", "-o", "demo", "--format", "csv")
    pages = [Path(line) for line in ran.out.splitlines()]

    assert ran.code == 0
    assert [page.parent.name for page in pages] == ["complete", "troubled", "later"]
    assert all((page / "findings.csv").is_file() for page in pages)
    sums = json.loads((pages[0] / "scan.json").read_text())["pairs"]
    assert all(number > 0 for number in sums.values())


def test_a_bundle_that_was_exchanged_is_exit_6(stampcheck: Command, evidence: Path) -> None:
    first = run_of(stampcheck("scan", "--from-files", evidence, "-q"))
    write(evidence / "bre-02" / "stampinfo.json", {"CloudID": CLOUD_ID, "StampVersion": "1.1"})
    other = run_of(stampcheck("scan", "--from-files", evidence, "-q"))
    (first / "bundle").rename(first / "mine")
    (other / "bundle").rename(first / "bundle")

    for command in (("explain", "ams-01"), ("request",), ("find", CLOUD_ID)):
        assert stampcheck(*command, "--in", first).code == 6


def test_a_scan_of_a_part_says_so(stampcheck: Command, evidence: Path) -> None:
    options = ("--stamp", "ams-01", "--skip-rule", "AZS-TE-001")
    record = ScanRecord(run_of(stampcheck("scan", "--from-files", evidence, "-q", *options)))

    assert "only these stamps: ams-01" in record.scan.profile
    assert "without these rules: AZS-TE-001" in record.scan.profile


def test_a_wrong_word_leaves_no_empty_run(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    bundle = run_of(stampcheck("collect", "--from-files", evidence, "-q"))
    before = sorted((tmp_path / "stampcheck-out").iterdir())

    assert stampcheck("evaluate", bundle, "--rule", "NOPE").code == 2
    assert sorted((tmp_path / "stampcheck-out").iterdir()) == before


def test_a_demo_opens_no_connection(tmp_path: Path) -> None:
    program = (
        "import sys; seen = []; "
        "hook = lambda event, _: seen.append(event) if event.startswith('socket.') else None; "
        "sys.addaudithook(hook); "
        "from stampcheck.cli.main import run; code = run(['demo', '-q', '-o', 'demo']); "
        "print(code, seen)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert ran.stdout.splitlines()[-1] == "0 []"


def test_the_seed_of_hashes_changes_no_byte(stampcheck: Command, tmp_path: Path) -> None:
    run = Path(stampcheck("demo", "-o", "demo", "-q", "--format", "csv").out.splitlines()[0])
    made = []
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "stampcheck", "evaluate", run / "bundle", "-q", "-o", seed],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        )
        (folder,) = (tmp_path / seed).iterdir()
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})

    assert made[0] == made[1]


def test_evidence_from_the_future_proves_no_pass(stampcheck: Command, evidence: Path) -> None:
    later = datetime(2099, 1, 1, tzinfo=UTC).timestamp()
    for path in evidence.rglob("*.json"):
        os.utime(path, (later, later))
    run = run_of(stampcheck("scan", "--from-files", evidence, "-q"))
    record = ScanRecord(run)

    assert {found.reason for found in record.findings() if found.rule == "AZS-RG-001"} == {"stale"}
    assert record.scan.standings == {"not-proven": 1}


def test_an_inventory_says_where_its_secrets_go(stampcheck: Command, tmp_path: Path) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text(
        '[sign_in.audit]\nmethod = "client-secret"\ntenant = "contoso.com"\n'
        'client_id = "04b07795-0000-4000-8000-000000000002"\nsecret = "env:AWS_SECRET"\n'
        'authority = "https://login.evil.example"\n'
        "[azure]\nsign_in = 'audit'\n"
        '[[stamp]]\nname = "ams"\nsubscription = "04b07795-0000-4000-8000-000000000003"\n'
        'admin_endpoint = "https://adminmanagement.ams.b.c"\n'
    )
    ran = stampcheck("inventory", "check", path)

    assert "sign-in audit (env:AWS_SECRET) is used for https://management.azure.com" in ran.out
    assert "signed in to at https://login.evil.example" in ran.out
    assert "the account of the Azure CLI is used for https://adminmanagement.ams.b.c" in ran.out
