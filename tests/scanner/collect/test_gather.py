"""Live against files: the demo fleet over real sockets is judged as its files are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import JudgingOptions, judge_bundle
from stampcheck.collect.asking import Ask, Limits
from stampcheck.collect.files import Collected, collect_files
from stampcheck.collect.gather import Around, Wish, gather
from stampcheck.collect.ledger import FOLDER, read_earlier
from stampcheck.collect.plan import LIVE_KINDS
from stampcheck.collect.sign_in import Surroundings
from stampcheck.demo import COMPLETE
from stampcheck.document import Document
from stampcheck.errors import UsageError
from stampcheck.inventory import read_inventory
from stampcheck.model import Finding
from stampcheck.record import ScanRecord
from tests.emulators.synthetic import write_synthetic
from tests.emulators.world import PASSWORD, TOKEN, World, serve_world

NOW = COMPLETE.as_of
QUICK = Limits(connect=5, read=20, request=20, retries=0)
_AGED = {"cn-chengdu"}
"""Stamps whose files are old on purpose; what is asked now is never old."""

_UNSAID = {("AZS-PR-002", "cn-shanghai"), ("AZS-PR-002", "emea-malmo")}
_UNSAID |= {("AZS-PR-002", "emea-porto"), ("AZS-ST-001", "emea-porto")}
_UNSAID |= {("AZS-RG-001", "emea-tallinn")}
"""What files leave open that do not say what they list, and what a token that nobody is asked for
tells of its stamp.
"""

_ELSEWHERE = {"emea-basel", "emea-bern"}
"""Stamps that name a subscription which their inventory does not; there nobody is asked."""

_HANDED_OVER = ("*/operator.json", "emea-genoa/registration-token.txt")
"""Files that people hand over and nobody answers."""


class Unwatched:
    """Watches nothing."""

    def asked(self, ask: Ask) -> None:
        """Say nothing."""

    def answered(self, ask: Ask, documents: list[Document]) -> None:
        """Say nothing."""


def collect(
    run: Path, world: World, *, kinds: frozenset[str] = LIVE_KINDS, resume: Path | None = None
) -> Collected:
    run.mkdir()
    surroundings = Surroundings(environment=world.environment, say=lambda _: None)
    around = Around(clock=lambda: NOW, surroundings=surroundings, watcher=Unwatched())
    wish = Wish(kinds=kinds, limits=QUICK)
    earlier = read_earlier(resume) if resume else None
    return gather(run, read_inventory(world.inventory), wish, around, earlier)


def judged(bundle: Path, folder: Path, as_of: datetime) -> dict[tuple[str, str, str], Finding]:
    folder.mkdir()
    with Bundle(bundle) as opened:
        opened.verify()
        judge_bundle(opened, folder, JudgingOptions(), talk=Talk(quiet=True), as_of=as_of)
    return {(one.rule, one.stamp, one.subject): one for one in ScanRecord(folder).findings()}


def essence(one: Finding) -> tuple[object, ...]:
    return one.outcome, one.severity, one.reason, one.causes, one.expected, one.actual


@pytest.fixture(scope="module")
def by_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo fleet as its files give it: ``bundle`` and, judged, ``scan``."""
    folder = tmp_path_factory.mktemp("files")
    COMPLETE.write(folder / "evidence")
    for pattern in _HANDED_OVER:
        for path in (folder / "evidence").glob(pattern):
            path.unlink()
    inventory = read_inventory(folder / "evidence" / COMPLETE.inventory)
    collect_files(folder / "evidence", folder / "bundle", NOW, inventory, lambda _: None)
    return folder


@pytest.fixture(scope="module")
def world(by_files: Path) -> Iterator[World]:
    with serve_world(by_files / "bundle", by_files) as served:
        yield served


@pytest.fixture(scope="module")
def live(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that collected the whole demo fleet live."""
    run = tmp_path_factory.mktemp("live") / "run"
    collect(run, world)
    return run


def test_the_demo_fleet_is_judged_live_as_by_its_files(
    by_files: Path, live: Path, tmp_path: Path
) -> None:
    expected = judged(by_files / "bundle", tmp_path / "files", NOW)
    found = judged(live / "bundle", tmp_path / "live", NOW)

    assert found.keys() == expected.keys()
    differing = {key for key in found if essence(found[key]) != essence(expected[key])}
    known = _AGED | _ELSEWHERE
    assert {(rule, stamp) for rule, stamp, _ in differing if stamp not in known} == _UNSAID


def test_nothing_but_reading_was_done(live: Path, world: World) -> None:
    lines = (live / "bundle" / "journal.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    by_channel: dict[str, set[str]] = {}
    for entry in entries:
        by_channel.setdefault(entry["channel"], set()).add(entry["method"])

    assert by_channel.keys() == {"arm", "stamp", "sign-in", "pep"}
    assert by_channel["arm"] | by_channel["stamp"] == {"GET"} == world.methods()
    assert by_channel["sign-in"] == {"GET", "POST"}
    assert by_channel["pep"] <= {"Authenticate", "Create", "Command", "Receive", "Signal", "Delete"}
    assert {command for pep in world.peps.values() for command in pep.commands} == {
        "Get-AzureStackStampInformation"
    }
    assert not any(pep.shells or pep.plain for pep in world.peps.values())


def test_every_answer_has_its_line_in_the_journal(live: Path) -> None:
    with Bundle(live / "bundle") as bundle:
        asked = {one.request for one in bundle.documents() if one.request.startswith("https://")}
    lines = (live / "bundle" / "journal.jsonl").read_text().splitlines()

    assert asked <= {json.loads(line)["url"] for line in lines}


def secrets_in(text: str) -> list[str]:
    return [secret for secret in (PASSWORD, TOKEN) if secret in text]


def test_no_secret_is_in_any_file_of_a_run(live: Path, tmp_path: Path) -> None:
    judged(live / "bundle", tmp_path / "scan", NOW)
    files = [path for folder in (live, tmp_path) for path in folder.rglob("*") if path.is_file()]

    assert len(files) > 5
    assert not [
        path for path in files if secrets_in(path.read_bytes().decode("utf-8", "surrogateescape"))
    ]


_UNMADE = {"scale-units", "scale-unit-nodes", "usage-records"}
"""Kinds that the made-up bundle lacks, so that its emulator answers them with a made-up gap."""

_HOST = re.compile(r"https://127\.0\.0\.1:\d+")


def essential(bundle: Path) -> list[tuple[str, ...]]:
    """What the documents of a bundle say, whatever port it came from."""
    with Bundle(bundle) as opened:
        documents = [
            opened.document(span)
            for entry in opened.entries()
            for span in (*entry.documents, *entry.shared)
        ]
    return sorted(
        (
            one.kind,
            one.label,
            ",".join(one.stamps),
            _HOST.sub("", one.request),
            str(one.status),
            str(one.reason),
            _HOST.sub("", bytes(one.body).decode()),
        )
        for one in documents
    )


def test_scanning_what_a_bundle_serves_gives_that_bundle_back(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    kinds = LIVE_KINDS - _UNMADE
    with serve_world(write_synthetic(tmp_path / "made", 4), tmp_path) as world:
        collect(first, world, kinds=kinds)
    (tmp_path / "again").mkdir()
    with serve_world(first / "bundle", tmp_path / "again") as world:
        collect(second, world, kinds=kinds)

    there, back = essential(first / "bundle"), essential(second / "bundle")
    assert len(there) > 40
    assert back == there


def test_only_what_the_chosen_rules_need_is_asked(tmp_path: Path) -> None:
    with serve_world(write_synthetic(tmp_path / "made", 1), tmp_path) as world:
        collect(tmp_path / "run", world, kinds=frozenset(("activation",)))

    with Bundle(tmp_path / "run" / "bundle") as bundle:
        kinds = {one.kind for one in bundle.documents()}
    assert kinds == {"endpoints", "stamp-subscriptions", "activation"}


def test_a_killed_run_goes_on_without_asking_again_what_it_has(tmp_path: Path) -> None:
    killed, run = tmp_path / "killed", tmp_path / "run"
    with serve_world(write_synthetic(tmp_path / "made", 2), tmp_path) as world:
        collect(killed, world)
        # As a kill leaves it: no bundle, and a line of the last document that was cut off.
        whole = (killed / "bundle" / "documents.jsonl").read_bytes()
        (killed / "bundle").rename(tmp_path / "whole")
        (killed / FOLDER).mkdir()
        (killed / FOLDER / "documents.jsonl").write_bytes(whole[: len(whole) * 2 // 3])
        (killed / FOLDER / "journal.jsonl").write_bytes(b"")
        before = len(world.servers.requests)
        kept = len(read_earlier(killed).documents)
        collect(run, world, resume=killed)
        asked = len(world.servers.requests) - before

    assert kept > 10
    assert essential(run / "bundle") == essential(tmp_path / "whole")
    sign_ins = 4
    assert asked <= whole.count(b"\n") - kept + sign_ins
    assert not (run / FOLDER).exists()


def test_an_inventory_that_names_nobody_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text('schema = 1\n[[stamp]]\nname = "ams"\n')
    surroundings = Surroundings(environment={}, say=lambda _: None)
    around = Around(clock=lambda: NOW, surroundings=surroundings, watcher=Unwatched())

    with pytest.raises(UsageError, match="names nobody who could be asked"):
        gather(tmp_path, read_inventory(path), Wish(kinds=LIVE_KINDS), around)
