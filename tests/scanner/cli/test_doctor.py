"""``stampcheck doctor``: the operator's script, and a fleet over real sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from stampcheck.cli.console import Talk
from stampcheck.cli.doctor import Means, examine
from stampcheck.cli.health_page import WIDTH, as_text
from stampcheck.collect.files import collect_files
from stampcheck.demo import COMPLETE
from stampcheck.health import Sights, SourceHealth, State
from stampcheck.inventory import Inventory, read_inventory
from stampcheck.mending import Gap, Health
from stampcheck.scripts.operator import render_operator
from stampcheck.sighting import Probe
from stampcheck.targets import Reach
from tests.emulators.declaration import SECRET, SignIns
from tests.emulators.faults import Fault, cut, forbidden
from tests.emulators.fleet import Fleet, Options
from tests.emulators.server import Servers
from tests.emulators.sts import Sts
from tests.emulators.synthetic import write_synthetic
from tests.emulators.tls import Authority
from tests.scanner.conftest import Command

PLANTED = "planted-client-secret-5f3a"
INVENTORY = '[[stamp]]\nname = "ams-01"\n'


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "fleet.toml"
    path.write_text(INVENTORY)
    return path


def test_the_operator_script_is_printed_as_it_is(stampcheck: Command) -> None:
    ran = stampcheck("doctor", "--operator-script")

    assert (ran.code, ran.out) == (0, render_operator())
    assert "operator.json" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--inventory"),
        (("--rule", "AZS-RG-01", "--role"), "did you mean"),
        (("--stamp", "ams-01"), "--inventory"),
        (("--inventory", "none.toml"), "none.toml"),
        (("--inventory", "fleet.toml", "--stamp", "ams-1"), "did you mean 'ams-01'"),
    ],
)
@pytest.mark.usefixtures("inventory")
def test_what_cannot_be_done_is_said_with_exit_code_2(
    stampcheck: Command, words: Sequence[str], told: str
) -> None:
    ran = stampcheck("doctor", *words)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


class Emulated:
    """Three stamps with an authority, over real sockets, and the inventory that names them."""

    def __init__(self, folder: Path, servers: Servers) -> None:
        self._folder = folder
        self._servers = servers
        self.authority = Authority(folder)
        self.sts = Sts(secret=PLANTED)
        self.fleet: Fleet | None = None

    def inventory(self, **faults: Sequence[Fault]) -> Path:
        port = self._servers.serve(self.sts.answer, self.authority.server_context())
        sign_ins = SignIns(entra=f"https://127.0.0.1:{port}")
        bundle = write_synthetic(self._folder / "served", 3)
        options = Options(faults={name.replace("_", "-"): told for name, told in faults.items()})
        self.fleet = Fleet(bundle, self._servers, self.authority, sign_ins, options)
        return self.fleet.inventory(self._folder / "live.toml")


@pytest.fixture
def emulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulated]:
    with Servers() as servers:
        made = Emulated(tmp_path, servers)
        monkeypatch.setenv(SECRET, PLANTED)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.authority.ca_bundle))
        yield made


Doctor = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def doctor(stampcheck: Command) -> Doctor:
    def run(inventory: Path, *words: object) -> tuple[int, dict[str, Any]]:
        ran = stampcheck(
            "doctor", "--inventory", inventory, "--format", "json", "--timeout", 5, *words
        )
        assert PLANTED not in ran.out + ran.err
        read: dict[str, Any] = json.loads(ran.out)
        assert read["exit_code"] == ran.code
        return ran.code, read

    return run


def by(read: dict[str, Any], stamp: str, source: str) -> dict[str, Any]:
    return next(one for one in read["sources"] if (one["stamp"], one["source"]) == (stamp, source))


def test_a_fleet_that_answers_is_fine(emulated: Emulated, doctor: Doctor) -> None:
    code, read = doctor(emulated.inventory())

    assert (code, read["gaps"]) == (0, [])
    for source in ("azure", "stamp"):
        one = by(read, "stamp-s00001", source)
        assert (one["reachable"], one["signed_in"]) == ("yes", "yes")
        # What a built-in role allows is known without asking.
        assert one["permitted"].pop("role-definitions", "not-asked") == "not-asked"
        assert set(one["permitted"].values()) == {"yes"}
        assert abs(one["clock_skew_seconds"]) <= 2
        assert one["certificate_days"] in (29, 30)
    assert by(read, "stamp-s00001", "pep")["reachable"] == "not-asked"


def test_a_refusal_is_one_of_azure_and_names_rule_and_permission(
    emulated: Emulated, doctor: Doctor
) -> None:
    refused = forbidden("Microsoft.Authorization/locks/read", at="/locks")

    code, read = doctor(emulated.inventory(AzureCloud=[refused]))

    assert code == 3
    assert by(read, "stamp-s00000", "azure")["permitted"]["locks"] == "no"
    gap = next(gap for gap in read["gaps"] if gap["rule"] == "AZS-PR-001")
    assert len(gap["stamps"]) == 3
    assert gap["mends"] == ["grant Microsoft.Authorization/locks/read on Azure to audit"]


def test_a_stamp_that_breaks_off_leaves_the_others_fine(emulated: Emulated, doctor: Doctor) -> None:
    code, read = doctor(emulated.inventory(stamp_s00001=[cut()]))

    assert code == 3
    assert by(read, "stamp-s00000", "stamp")["signed_in"] == "yes"
    assert by(read, "stamp-s00001", "stamp")["signed_in"] != "yes"
    assert {"AZS-RG-002"} <= {gap["rule"] for gap in read["gaps"]}


def test_a_wrong_secret_is_not_signed_in_anywhere(emulated: Emulated, doctor: Doctor) -> None:
    emulated.sts.secret = "another"

    code, read = doctor(emulated.inventory())

    assert code == 3
    assert {one["signed_in"] for one in read["sources"] if one["source"] != "pep"} == {"no"}
    assert any("mend the sign-in audit to Azure" in gap["mends"] for gap in read["gaps"])


def test_one_stamp_and_one_rule_ask_for_no_more_than_they_need(
    emulated: Emulated, doctor: Doctor
) -> None:
    _, read = doctor(emulated.inventory(), "--stamp", "stamp-s00002", "--rule", "AZS-RG-002")

    assert {one["stamp"] for one in read["sources"]} == {"stamp-s00002"}
    assert "locks" not in by(read, "stamp-s00002", "azure")["permitted"]


def test_a_stamp_is_judged_by_the_whole_inventory_as_a_scan_of_it_is(
    emulated: Emulated, doctor: Doctor, stampcheck: Command
) -> None:
    inventory = emulated.inventory()
    words = ("--stamp", "STAMP-S00002")

    _, read = doctor(inventory, *words)
    run = stampcheck("scan", "--inventory", inventory, "--timeout", 5, "-o", "out", *words)

    findings = next(Path("out").rglob("findings.jsonl")).read_text().splitlines()
    told = [json.loads(line) for line in findings]
    undetermined = {one["rule"] for one in told if one["outcome"] == "undetermined"}
    assert run.code in (0, 1, 3)
    assert {one["stamp"] for one in read["sources"]} == {"stamp-s00002"}
    assert {gap["rule"] for gap in read["gaps"]} == undetermined
    assert {stamp for gap in read["gaps"] for stamp in gap["stamps"]} <= {"stamp-s00002"}


def test_only_the_chosen_stamp_is_asked(emulated: Emulated, doctor: Doctor) -> None:
    inventory = emulated.inventory()
    doctor(inventory, "--stamp", "stamp-s00002")

    assert emulated.fleet is not None
    asked = {name for name, hub in emulated.fleet.hubs.items() if hub.asked}
    assert asked == {"stamp-s00002"}


def test_doctor_can_be_paced_as_a_scan_can(emulated: Emulated, doctor: Doctor) -> None:
    paced = ("--max-rate", 200, "--workers", 2, "--deadline", 60)

    assert doctor(emulated.inventory(), *paced)[0] == 0


def test_doctor_reads_and_nothing_else_and_leaves_nothing_behind(
    emulated: Emulated, stampcheck: Command, tmp_path: Path
) -> None:
    inventory = emulated.inventory()
    before = sorted(tmp_path.rglob("*"))

    ran = stampcheck("doctor", "--inventory", inventory, "--timeout", 5)

    assert ran.code == 0
    assert "All fine: a scan would determine every rule. 3 sources were not asked" in ran.out
    assert sorted(tmp_path.rglob("*")) == before
    fleet = emulated.fleet
    assert fleet is not None
    methods = {
        asked.method for one in (*fleet.arms.values(), *fleet.hubs.values()) for asked in one.asked
    }
    assert methods == {"GET"}


def test_with_everybody_gone_the_exit_code_is_5(tmp_path: Path, doctor: Doctor) -> None:
    path = tmp_path / "gone.toml"
    path.write_text(
        '[cloud.AzureCloud]\narm = "https://127.0.0.1:9"\nauthority = "https://127.0.0.1:9"\n'
        'audience = "https://127.0.0.1:9"\n'
        '[azure]\nsign_in = "a"\n[sign_in.a]\nmethod = "workload-identity"\n'
        '[[stamp]]\nname = "a"\nadmin_endpoint = "https://127.0.0.1:9"\n'
        'privileged_endpoints = ["127.0.0.1:9"]\n'
    )

    code, read = doctor(path)

    assert code == 5
    assert {one["reachable"] for one in read["sources"]} == {"no"}


def test_the_demo_fleet_read_from_files_gives_a_page_of_100_columns(tmp_path: Path) -> None:
    """The seam: collect and probe are passed in."""
    evidence = tmp_path / "evidence"
    COMPLETE.write(evidence)
    assert COMPLETE.inventory
    declared = read_inventory(evidence / COMPLETE.inventory)

    def collect(
        inventory: Inventory, kinds: frozenset[str], stamps: tuple[str, ...], run: Path
    ) -> object:
        assert stamps == ()
        assert "locks" in kinds
        return collect_files(evidence, run / "bundle", COMPLETE.as_of, inventory, lambda _: None)

    def probe(_: Reach) -> Sights:
        return Sights(clouds={"AzureCloud": Probe(origin="https://arm", reachable=True)})

    means = Means(collect=collect, probe=probe, clock=lambda: COMPLETE.as_of)
    health = examine(declared, (), means, Talk(quiet=True))

    assert {one.stamp for one in health.sources} == set(declared.stamps)
    assert health.gaps
    assert health.exit_code == 3
    assert max(map(len, as_text(health).splitlines())) <= WIDTH


def test_hostile_names_and_texts_stay_on_their_line_and_steer_nothing() -> None:
    hostile = "a\x1b[31m\n\u202eb" + "長" * 60
    source = SourceHealth(
        stamp=hostile,
        source="stamp",
        address="",
        account="",
        reachable=State.NO,
        signed_in=State.UNKNOWN,
        permitted={"activation": State.UNKNOWN},
        notes=(f"activation: {hostile}",),
    )
    gap = Gap(rule="AZS-RG-001", stamps=(hostile,), reason="unreachable", why=hostile, mends=())

    text = as_text(Health(sources=(source,), gaps=(gap,), notes=(hostile,)))

    assert "\x1b" not in text
    assert "\u202e" not in text
    table = text.splitlines()[:2]
    assert table[1].startswith("a\ufffd[31m \ufffdb長")
