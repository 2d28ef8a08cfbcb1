"""Demo fleets with pseudonyms: judged again to the same record, and nothing of anybody in it."""

from __future__ import annotations

import base64
import gzip
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import Formats, JudgingOptions, chosen_formats, judge_bundle
from stampcheck.cli.redacting import Original, export_run
from stampcheck.demo import FLEETS, Fleet
from stampcheck.errors import RunError, UsageError
from stampcheck.model import sort_key
from stampcheck.record import ReportFormat, ScanRecord
from stampcheck.redaction.key import read_key
from stampcheck.redaction.leak import Search
from stampcheck.registry import EVERY_FORMAT, Package
from tests.scanner.test_scan import scanned

TALK = Talk(quiet=True)
FORMATS = {"complete": (EVERY_FORMAT,), "troubled": ("html", "csv")}
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
PERSON = re.compile(r"[\w.]+@contoso\.example")


class Exported(NamedTuple):
    """A scan and its export."""

    fleet: Fleet
    evidence: Path
    record: ScanRecord
    folder: Path
    key: Path
    formats: Formats


@pytest.fixture(scope="module", params=FLEETS, ids=lambda fleet: fleet.name)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    place = tmp_path_factory.mktemp("redacted")
    record = scanned(request.param, place, formats=("csv",))
    folder, key = place / "export", place / "key.json"
    formats = chosen_formats(FORMATS[request.param.name])
    with Bundle(place / "bundle") as bundle:
        original = Original(record=record, bundle=bundle)
        assert export_run(original, folder, key, TALK, formats)
    return Exported(request.param, place / "evidence", record, folder, key, formats)


def told_facts(record: ScanRecord) -> list[tuple[str, dict[str, str]]]:
    """The facts by stamp; a gap by its reason, since long words of it are left out."""
    return [
        (one.stamp, {name: fact.reason or fact.value for name, fact in one.facts.items()})
        for one in record.facts()
    ]


def test_judged_again_it_is_the_same_record(exported: Exported, tmp_path: Path) -> None:
    with Bundle(exported.folder / "bundle") as bundle:
        bundle.verify()
        options = JudgingOptions()
        judge_bundle(bundle, tmp_path, options, talk=TALK, as_of=exported.fleet.as_of)
    again, redacted = ScanRecord(tmp_path), ScanRecord(exported.folder)

    assert list(again.findings()) == list(redacted.findings())
    assert list(again.stamps()) == list(redacted.stamps())
    assert told_facts(again) == told_facts(redacted) != []
    assert again.scan.bundle == redacted.scan.bundle
    assert again.scan.pairs == redacted.scan.pairs == exported.record.scan.pairs


def test_only_names_change(exported: Exported) -> None:
    before, after = exported.record, ScanRecord(exported.folder)
    told = [(one.rule, one.outcome, one.severity, one.reason) for one in before.findings()]
    names = [stamp.stamp for stamp in after.stamps()]

    assert sorted(map(str, told)) == sorted(
        str((one.rule, one.outcome, one.severity, one.reason)) for one in after.findings()
    )
    assert names == sorted((f"STAMP-{n:02}" for n in range(1, len(names) + 1)), key=sort_key)
    assert after.scan.redacted
    assert after.scan.scan_id != before.scan.scan_id
    ids = {one.finding_id for one in before.findings()}
    assert not ids & {one.finding_id for one in after.findings()}


def text_of(path: Path) -> str:
    """The text of a file, of a workbook that of its members; of a page its data too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    text = path.read_text(encoding="utf-8-sig")
    packed = re.findall(r">(H4sI[A-Za-z0-9+/=]+)<", text)
    return text + "".join(gzip.decompress(base64.b64decode(one)).decode() for one in packed)


def test_nothing_of_anybody_is_left(exported: Exported) -> None:
    """Sought without the code that replaces and looks: every id and person of the evidence."""
    originals: set[str] = set()
    for path in exported.evidence.rglob("*"):
        if path.is_file():
            text = path.read_bytes().replace(b"\0", b"").decode("utf-8", "replace")
            originals.update(found.lower() for found in GUID.findall(text))
            originals.update(PERSON.findall(text))
    originals -= {"6f12a6df-dd06-4f3e-bcb1-ce8be600526a"}  # a built-in role
    files = [path for path in exported.folder.rglob("*") if path.is_file()]
    written = "".join(map(text_of, files)).lower()

    names = {path.name for path in files}
    assert names >= {name for form, _ in exported.formats for name in form.files}
    assert len(originals) > 100
    told = set(GUID.findall(written)) | set(PERSON.findall(written))
    assert not originals & told
    dashless = {one.replace("-", "") for one in originals}
    assert not dashless & set(re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", written))
    for name in (stamp.stamp for stamp in exported.record.stamps()):
        assert f'"{name.lower()}"' not in written
        assert f"{name.lower()}/" not in written


def test_the_key_is_not_in_the_export_and_goes_on(exported: Exported, tmp_path: Path) -> None:
    key = read_key(exported.key, "f" * 32, ())
    with Bundle(exported.record.folder.parent / "bundle") as bundle:
        export_run(Original(bundle=bundle), tmp_path / "again", exported.key, TALK)
    first, second = (folder / "bundle" for folder in (exported.folder, tmp_path / "again"))

    assert not list(exported.folder.rglob("*key*"))
    assert first.joinpath("documents.jsonl").read_bytes() == (
        second.joinpath("documents.jsonl").read_bytes()
    )
    assert read_key(exported.key, "f" * 32, ()).entries == key.entries


def test_a_format_that_tells_an_original_has_the_export_withheld(
    exported: Exported, tmp_path: Path
) -> None:
    stamp = next(one for one in exported.record.stamps() if one.cloud_id)

    def tell(_: ScanRecord, folder: Path) -> None:
        (folder / "leak.txt").write_text(stamp.cloud_id.upper())

    formats = [(ReportFormat("leak", "Tells", ("leak.txt",), tell), Package("leaky", "1.0"))]
    original = Original(record=exported.record)

    with pytest.raises(RunError, match=r"withheld: leak\.txt would tell what CLOUD-\d+"):
        export_run(original, tmp_path / "out", tmp_path / "k", TALK, formats)
    assert not list(tmp_path.iterdir())


def test_what_holds_pseudonyms_already_is_refused(exported: Exported, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="stand there already"):
        export_run(
            Original(record=ScanRecord(exported.folder)), tmp_path / "out", tmp_path / "k", TALK
        )


def test_a_key_in_the_export_is_refused(exported: Exported, tmp_path: Path) -> None:
    folder = tmp_path / "out"

    with pytest.raises(UsageError, match="may not lie in what is handed on"):
        export_run(Original(record=exported.record), folder, folder / "key", TALK)


def test_the_search_would_have_found_the_originals(exported: Exported) -> None:
    search = Search(read_key(exported.key, "f" * 32, ()))

    assert len(set(search.in_folder(exported.record.folder))) > 100
    assert not [
        leak for leak in search.in_folder(exported.folder / "bundle") if GUID.match(leak.original)
    ]
