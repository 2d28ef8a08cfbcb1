"""What an interrupted collection brought is there for the next run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stampcheck.bundle import BundleWriter, Manifest, StampEntry
from stampcheck.collect.asking import Ask
from stampcheck.collect.journal import Entry, line_of
from stampcheck.collect.ledger import FOLDER, Ledger, read_earlier
from stampcheck.document import Document, encode
from stampcheck.errors import IntegrityError, RunError, UsageError
from stampcheck.model import Reason

URL = "https://management.azure.com/subscriptions/1/providers/Microsoft.Authorization/locks"


LINE = line_of(Entry(at="2026-11-01T00:00:00Z", channel="arm", method="GET", url=URL))


def ask(label: str, kind: str = "locks") -> Ask:
    return Ask(wire="azure:AzureCloud:default", kind=kind, path="/", label=label)


def document(label: str = "azure/1/locks.json", **changed: Any) -> Document:
    request = f"{URL}?api-version=2016-09-01"
    given: dict[str, Any] = {"kind": "locks", "label": label, "request": request}
    given["collected_at"] = "2026-11-01T00:00:00Z"
    fields = given | {"status": 200, "dated_by": "collection", "body": msgspec.Raw(b'{"value":[]}')}
    return Document(**(fields | changed))


def interrupted(run: Path, *documents: Document) -> Path:
    run.mkdir()
    ledger = Ledger(run)
    for one in documents:
        ledger.keep(one)
    ledger.note(LINE)
    ledger.close()
    return run


def test_what_was_answered_before_is_found_by_label_and_url(tmp_path: Path) -> None:
    earlier = read_earlier(interrupted(tmp_path / "run", document()))

    assert earlier.answer(ask("azure/1/locks.json"), URL + "?api-version=2020-05-01") == document()
    assert earlier.answer(ask("azure/1/locks.json"), URL + "/other") is None
    assert earlier.answer(ask("azure/2/locks.json"), URL) is None
    assert earlier.answer(ask("azure/1/locks.json", "provider"), URL) is None
    assert earlier.journal == LINE


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": Reason.UNREACHABLE},
        {"reason": Reason.ACCESS_DENIED, "status": 403},
        {"body": msgspec.Raw(b'{"value":[],"nextLink":"https://x"}')},
        {"dated_by": "file time"},
        {"collected_at": ""},
        {"collected_at": "yesterday"},
    ],
)
def test_what_is_no_whole_answer_is_asked_again(tmp_path: Path, changed: dict[str, Any]) -> None:
    earlier = read_earlier(interrupted(tmp_path / "run", document(**changed)))

    assert earlier.answer(ask("azure/1/locks.json"), URL) is None


def test_an_absence_that_was_proven_is_not_asked_again(tmp_path: Path) -> None:
    gone = document(status=404, body=msgspec.Raw(b'{"error":{"code":"ResourceNotFound"}}'))
    earlier = read_earlier(interrupted(tmp_path / "run", gone))

    assert earlier.answer(ask("azure/1/locks.json"), URL) == gone


def test_a_last_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    run = interrupted(tmp_path / "run", document())
    with (run / FOLDER / "documents.jsonl").open("ab") as stream:
        stream.write(encode(document("azure/2/locks.json"))[:40])

    assert list(read_earlier(run).documents) == ["azure/1/locks.json"]


def test_a_line_that_stampcheck_did_not_write_is_refused(tmp_path: Path) -> None:
    run = interrupted(tmp_path / "run", document())
    with (run / FOLDER / "documents.jsonl").open("ab") as stream:
        stream.write(b"nonsense\n")

    with pytest.raises(UsageError, match="is not what stampcheck writes"):
        read_earlier(run)


def finished(run: Path) -> Path:
    writer = BundleWriter(run / "bundle")
    own, shared = document("a/x.json", stamps=("a",)), document()
    entry = StampEntry("a", documents=[writer.add_document(own)])
    entry.shared = [writer.add_document(shared)]
    writer.add_stamp(entry)
    writer.close(Manifest(collected_at="2026-11-01T00:00:00Z", complete=False))
    return run


def test_an_interrupted_bundle_serves_by_its_run_or_by_itself(tmp_path: Path) -> None:
    run = finished(tmp_path)

    for place in (run, run / "bundle"):
        assert sorted(read_earlier(place).documents) == ["a/x.json", "azure/1/locks.json"]


def test_a_bundle_that_was_changed_is_refused(tmp_path: Path) -> None:
    run = finished(tmp_path)
    with (run / "bundle" / "documents.jsonl").open("ab") as stream:
        stream.write(b"\n")

    with pytest.raises(IntegrityError):
        read_earlier(run)


def test_a_folder_that_holds_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run of a live collection"):
        read_earlier(tmp_path)


_FULL = """
import resource, signal, sys
from pathlib import Path
from typing import Any
from stampcheck.collect.ledger import Ledger
from stampcheck.document import Document
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
ledger = Ledger(Path(sys.argv[1]))
for number in range(100):
    ledger.{call}
"""


@pytest.mark.parametrize(
    "call",
    [
        "keep(Document(kind='locks', label=f'{number}.json'))",
        "note(b'x' * 100); ledger.check()",
    ],
)
def test_a_disk_that_is_full_is_one_sentence_that_says_what_is_kept(
    tmp_path: Path, call: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _FULL.replace("{call}", call), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    last = ran.stderr.strip().splitlines()[-1]
    assert last.startswith("stampcheck.errors.RunError: ")
    assert "cannot be written (File too large)" in last
    assert f"--resume {tmp_path}" in last


def test_a_ledger_that_failed_says_so_at_the_next_turn(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.failed = OSError(28, "No space left on device")

    with pytest.raises(RunError, match="No space left on device"):
        ledger.keep(document())
    ledger.drop()
    assert list(tmp_path.iterdir()) == []


def test_a_line_of_the_journal_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    run = interrupted(tmp_path / "run", document())
    with (run / FOLDER / "journal.jsonl").open("ab") as stream:
        stream.write(b'{"method":"G')

    assert read_earlier(run).journal == LINE


def test_what_is_noted_after_the_end_is_dropped_in_silence(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.close()
    ledger.note(b"late\n")

    assert ledger.journal.read_bytes() == b""


@pytest.mark.parametrize("name", ["documents.jsonl", "journal.jsonl"])
def test_no_link_is_followed_and_no_pipe_is_read(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "id_rsa"
    secret.write_text("TOPSECRET\n")
    for number in range(2):
        run = interrupted(tmp_path / str(number), document())
        path = run / FOLDER / name
        path.unlink()
        if number:
            os.mkfifo(path)
        else:
            path.symlink_to(secret)

        with pytest.raises(UsageError, match="is no plain file"):
            read_earlier(run)


def test_a_line_of_the_journal_is_written_anew(tmp_path: Path) -> None:
    run = interrupted(tmp_path / "run", document())
    with (run / FOLDER / "journal.jsonl").open("ab") as stream:
        forged = {"at": "x", "channel": "arm", "method": "GET", "url": "https://a/?sig=SECRET123"}
        stream.write(msgspec.json.encode(forged) + b"\n")

    assert b"SECRET123" not in read_earlier(run).journal
