"""A live scan as its user meets it, whatever one of the many does: one clear line, everybody else
complete, the right exit code.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from stampcheck.record import ScanRecord
from tests.emulators import faults
from tests.emulators.declaration import SECRET
from tests.emulators.faults import Fault
from tests.emulators.pep import Behaviour
from tests.emulators.server import Response, Servers
from tests.emulators.synthetic import write_synthetic
from tests.emulators.world import PASSWORD, TOKEN, World, serve_world
from tests.scanner.conftest import Command, Ran

STAMPS = ("stamp-s00000", "stamp-s00001", "stamp-s00002")
FIRST = STAMPS[0]
OTHERS = set(STAMPS[1:])


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_synthetic(tmp_path / "made", len(STAMPS))


def run_of(ran: Ran) -> Path:
    return Path(ran.out.splitlines()[-1])


def standings(ran: Ran) -> dict[str, str]:
    return {one.stamp: one.licence_standing for one in ScanRecord(run_of(ran)).stamps()}


def documents(ran: Ran) -> list[dict[str, Any]]:
    lines = (run_of(ran) / "bundle" / "documents.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def no_secret_shows(ran: Ran) -> bool:
    files = [path for path in run_of(ran).rglob("*") if path.is_file()]
    texts = [ran.out, ran.err, *(path.read_bytes().decode("latin-1") for path in files)]
    return not any(secret in text for text in texts for secret in (PASSWORD, TOKEN))


def scan(stampcheck: Command, world: World, *more: object, timeout: float = 30) -> Ran:
    return stampcheck("scan", "--inventory", world.inventory, "--timeout", timeout, *more)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the inventory's sign-ins take their secret from."""
    monkeypatch.setenv(SECRET, PASSWORD)


def test_a_fleet_in_order_is_licensed(stampcheck: Command, bundle: Path, tmp_path: Path) -> None:
    with serve_world(bundle, tmp_path) as world:
        ran = scan(stampcheck, world)

    assert ran.code == 0, ran.err
    assert standings(ran) == dict.fromkeys(STAMPS, "licensed")
    assert no_secret_shows(ran)


Case = tuple[str, Sequence[Fault], str]
ELSEWHERE = "https://login.example.invalid"
_RIGHT = "72f988bf-0000-4000-8000-00000000000f"

_OF_A_STAMP: Mapping[str, tuple[Callable[[], Fault], str]] = {
    "accepts and never answers": (faults.hang, "did not answer within 2 s"),
    "drips": (lambda: faults.drip(0.2), "was not whole after"),
    "sends a gigabyte": (faults.endless, "is larger than 8 MB"),
    "sends a page": (faults.html, "answered with a web page, not JSON"),
    "sends an error page": (lambda: faults.html(502), "web page, not JSON"),
    "ends the connection": (faults.cut, "connection"),
    "cuts its answer off": (lambda: faults.cut(5), "connection"),
    "redirects to another host": (
        lambda: faults.redirect(f"{ELSEWHERE}/x"),
        "redirect to login.example.invalid, which was not followed",
    ),
    "goes on at another host": (
        lambda: faults.next_link(f"{ELSEWHERE}/x", at="/subscriptions"),
        "goes on at login.example.invalid",
    ),
    "is throttled for an hour": (
        lambda: faults.throttled(3600),
        "asked to wait 3600 seconds; run again with --resume",
    ),
    "fails": (lambda: faults.failing(500), "status 500"),
    "refuses the token": (lambda: faults.unauthorized(at="/subscriptions"), "InvalidAuth"),
    "forbids it": (
        lambda: faults.forbidden("Microsoft.AzureBridge.Admin/activations/read", "activations"),
        "Microsoft.AzureBridge.Admin/activations/read",
    ),
}


@pytest.mark.parametrize("case", _OF_A_STAMP)
def test_one_stamp_in_trouble_is_one_line_and_the_others_are_complete(
    stampcheck: Command, bundle: Path, tmp_path: Path, case: str
) -> None:
    fault, words = _OF_A_STAMP[case]
    with serve_world(bundle, tmp_path, faults={FIRST: [fault()]}) as world:
        ran = scan(stampcheck, world, timeout=2 if "2 s" in words or case == "drips" else 30)

    told = [line for line in ran.err.splitlines() if line.startswith("Stamp, ")]
    assert any(words in line and FIRST in line for line in told), ran.err
    assert not any(other in line for other in OTHERS for line in told)
    assert ran.code == 3, ran.err
    assert standings(ran) == {FIRST: "not-proven"} | dict.fromkeys(OTHERS, "licensed")
    assert no_secret_shows(ran)


_OF_AZURE: Mapping[str, tuple[Callable[[], Fault], str]] = {
    "sees another tenant": (
        lambda: faults.wrong_tenant("https://login.windows.net", _RIGHT),
        f"names {_RIGHT} as the tenant to sign in to",
    ),
    "lacks the provider": (faults.not_registered, "provider is not registered"),
    "is throttled": (lambda: faults.throttled(3600, at="/locks"), "run again with --resume"),
    "hangs": (lambda: faults.hang(at="registrations"), "did not answer within 2 s"),
}


@pytest.mark.parametrize("case", _OF_AZURE)
def test_azure_in_trouble_leaves_what_the_stamps_say(
    stampcheck: Command, bundle: Path, tmp_path: Path, case: str
) -> None:
    fault, words = _OF_AZURE[case]
    with serve_world(bundle, tmp_path, faults={"AzureCloud": [fault()]}) as world:
        ran = scan(stampcheck, world, timeout=2 if "2 s" in words else 30)
        methods = world.methods()

    assert words in ran.err, ran.err
    assert sum(line.startswith("Azure, ") for line in ran.err.splitlines()) == 1, ran.err
    # A refusal that is newer than the provider's own state is a failure of a rule by itself.
    assert ran.code in ((1, 3) if case == "lacks the provider" else (3,)), ran.err
    assert methods == {"GET"}
    kinds = {one["kind"] for one in documents(ran) if "reason" not in one}
    assert kinds >= {"activation", "stamp-information", "fabric-locations"}


_OF_A_PEP: Mapping[str, tuple[Behaviour, str]] = {
    "returns nothing": (Behaviour(shape="none"), "returned nothing"),
    "returns two objects": (Behaviour(shape="two"), "returned 2 objects"),
    "returns text": (Behaviour(shape="text"), "text"),
    "drops the connection": (Behaviour(trouble={"Receive": "drop"}), "connection"),
    "cuts its answer off": (Behaviour(trouble={"Receive": "cut"}), "connection"),
    "never answers": (Behaviour(trouble={"Receive": "hang"}), "gave no answer to Receive within"),
    "denies access": (Behaviour(trouble={"Create": "denied"}), "denies access"),
}


@pytest.mark.parametrize("case", _OF_A_PEP)
def test_privileged_endpoints_in_trouble_leave_the_rest_complete(
    stampcheck: Command, bundle: Path, tmp_path: Path, case: str
) -> None:
    behaviour, words = _OF_A_PEP[case]
    with serve_world(bundle, tmp_path, pep=behaviour) as world:
        ran = scan(stampcheck, world, timeout=5 if case == "never answers" else 30)
        shells = [shell for pep in world.peps.values() for shell in pep.shells]

    lines = [line for line in ran.err.splitlines() if line.startswith("Privileged endpoint, ")]
    assert any(words in line for line in lines), ran.err
    # The Cloud ID is known without the privileged endpoint.
    assert ran.code == 0, ran.err
    assert set(standings(ran).values()) == {"licensed"}
    assert no_secret_shows(ran)
    assert case == "never answers" or not shells


def test_a_wrong_password_is_said_once_and_nothing_could_be_collected(
    stampcheck: Command, bundle: Path, tmp_path: Path
) -> None:
    with serve_world(bundle, tmp_path, password="another-one") as world:
        ran = scan(stampcheck, world)
        refusals = [pep.refusals for pep in world.peps.values()]

    assert "the client secret is wrong (AADSTS7000215)" in ran.err
    assert refusals == [1, 1, 1]
    # The endpoints that need no sign-in were answered, and prove nothing.
    assert ran.code == 5
    assert no_secret_shows(ran)


def test_where_nothing_could_be_collected_the_exit_code_says_so(
    stampcheck: Command, tmp_path: Path
) -> None:
    with Servers() as servers:
        dead = servers.serve(lambda _: Response())
    path = tmp_path / "fleet.toml"
    path.write_text(
        f'[[stamp]]\nname = "ams"\nadmin_endpoint = "https://127.0.0.1:{dead}"\nregion = "ams"\n'
    )
    ran = stampcheck("scan", "--inventory", path, "--timeout", 2)

    assert ran.code == 5
    assert "refuses connections" in ran.err
    assert standings(ran) == {"ams": "not-proven"}


def test_a_secret_that_is_not_set_is_said_and_the_rest_goes_on(
    stampcheck: Command, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SECRET)
    with serve_world(bundle, tmp_path) as world:
        ran = scan(stampcheck, world)

    # Nothing else is asked without a sign-in.
    assert ran.code == 5
    assert f"the environment variable {SECRET} is not set" in ran.err
    assert "endpoints" in {one["kind"] for one in documents(ran) if "reason" not in one}


def test_an_expired_certificate_is_named(stampcheck: Command, bundle: Path, tmp_path: Path) -> None:
    with serve_world(bundle, tmp_path) as world, Servers() as servers:
        hub = world.fleet.hubs[FIRST]
        port = servers.serve(hub, world.authority.server_context(days=-1))
        text = world.inventory.read_text()
        world.inventory.write_text(
            text.replace(world.fleet.addresses[FIRST], f"https://127.0.0.1:{port}")
        )
        ran = scan(stampcheck, world)

    assert ran.code == 3
    assert "certificate" in ran.err
    assert "expired" in ran.err
    assert {name for name, word in standings(ran).items() if word == "licensed"} == OTHERS


def test_a_proxy_of_the_environment_is_for_azure_only_and_is_named(
    stampcheck: Command, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Servers() as servers:
        dead = servers.serve(lambda _: Response())
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://user:{PASSWORD[:8]}@127.0.0.1:{dead}")
    with serve_world(bundle, tmp_path) as world:
        ran = scan(stampcheck, world)

    assert ran.code == 3
    assert f"the proxy 127.0.0.1:{dead} (HTTPS_PROXY)" in ran.err
    assert PASSWORD[:8] not in ran.err
    kinds = {one["kind"] for one in documents(ran) if "reason" not in one}
    assert kinds == {"endpoints", "stamp-information"}


def test_ctrl_c_keeps_what_came_and_resume_asks_for_the_rest(
    bundle: Path, tmp_path: Path, stampcheck: Command
) -> None:
    slow = {STAMPS[2]: [faults.slow(60)]}
    with serve_world(bundle, tmp_path, faults=slow) as world:
        command = [sys.executable, "-m", "stampcheck", "scan", "--inventory", str(world.inventory)]
        ran = subprocess.Popen(
            [*command, "-o", str(tmp_path / "out")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        _wait_for(tmp_path / "out", bundle_of=10)
        ran.send_signal(2)
        out, err = ran.communicate(timeout=60)

    assert ran.returncode == 130, err
    run = Path(out.splitlines()[-1])
    manifest = json.loads((run / "bundle" / "manifest.json").read_text())
    assert manifest["complete"] is False
    assert "Traceback" not in err

    (tmp_path / "again").mkdir()
    with serve_world(bundle, tmp_path / "again") as world:
        again = scan(stampcheck, world, "--resume", run)
    assert again.code == 0, again.err
    assert set(standings(again).values()) == {"licensed"}


def _wait_for(out: Path, bundle_of: int) -> None:
    """Wait until a run has so many documents."""
    import time

    for _ in range(600):
        lines = [
            line
            for path in out.glob("*/collecting/documents.jsonl")
            for line in path.read_bytes().splitlines()
        ]
        if len(lines) >= bundle_of:
            return
        time.sleep(0.05)
    raise AssertionError("the collection brought nothing")


def test_only_the_stamp_that_was_named_is_asked(
    stampcheck: Command, bundle: Path, tmp_path: Path
) -> None:
    with serve_world(bundle, tmp_path) as world:
        ran = scan(stampcheck, world, "--stamp", FIRST)

    assert {one["label"].split("/")[0] for one in documents(ran)} <= {FIRST, "azure"}
    assert standings(ran) == {FIRST: "licensed"}


def test_collect_brings_everything_and_judges_nothing(
    stampcheck: Command, bundle: Path, tmp_path: Path
) -> None:
    with serve_world(bundle, tmp_path) as world:
        ran = stampcheck("collect", "--inventory", world.inventory, "--timeout", 5)

    assert ran.code == 0, ran.err
    folder = Path(ran.out.strip())
    lines = (folder / "documents.jsonl").read_text().splitlines()
    kinds = {json.loads(line)["kind"] for line in lines}
    assert kinds >= {"alerts", "usage-records", "scale-units", "provider", "activity-log"}
    assert stampcheck("evaluate", folder).code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name whom to ask with --inventory FILE"),
        (("--sign-in", "cly"), "did you mean 'cli'?"),
        (("--stamp", "nobody"), "There is no stamp 'nobody'"),
        (("--resume", "."), "is no run of a live collection"),
        (("--from-files", ".", "--deadline", 9), "--deadline is for asking live"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_one_sentence(
    stampcheck: Command, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text('[[stamp]]\nname = "ams"\nadmin_endpoint = "https://127.0.0.1:9"\n')
    ran = stampcheck("scan", *(("--inventory", path, *words) if words else ()))

    assert ran.code == 2
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_disk_that_fills_up_is_one_line_and_what_came_is_kept(
    bundle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with serve_world(bundle, tmp_path) as world:
        command = [sys.executable, "-m", "stampcheck", "scan", "--inventory", str(world.inventory)]
        # No file may grow beyond 20 kB, which is what a full disk looks like to a program.
        ran = subprocess.run(
            ["bash", "-c", 'trap "" XFSZ; ulimit -f 20; exec "$@"', "-", *command, "-o", str(out)],
            capture_output=True,
            text=True,
            check=False,
        )

    (line,) = ran.stderr.splitlines()
    (run,) = out.iterdir()
    assert ran.returncode == 5
    assert "cannot be written (File too large)" in line
    assert f"go on with --resume {run}" in line
    assert (run / "collecting" / "documents.jsonl").stat().st_size > 1000
