"""Exports with pseudonyms: written apart, searched for originals, shown only if none is left."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.bundle import Bundle
from stampcheck.change import CHANGES_FILE
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import Formats, write_reports
from stampcheck.errors import UsageError
from stampcheck.integrity.run_manifest import write_run_manifest
from stampcheck.model import UNCLAIMED
from stampcheck.record import Scan, ScanRecord
from stampcheck.redaction.evidence import learn_bundle, rewrite_bundle
from stampcheck.redaction.key import read_key, write_key
from stampcheck.redaction.leak import Search, refuse
from stampcheck.redaction.pseudonym import Pseudonyms
from stampcheck.redaction.rewriting import Rewriter
from stampcheck.redaction.saved_scan import learn_scan, rewrite_scan
from stampcheck.redaction.vocabulary import vocabulary
from stampcheck.registry import REPORTS, RULES, points

KEY: Final = "redact-key.json"


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be exported; either may be missing."""

    record: ScanRecord | None = None
    bundle: Bundle | None = None

    @property
    def scan(self) -> Scan | None:
        """The head of the record, if there is one."""
        return self.record.scan if self.record else None


def export(
    folder: Path, key: Path, talk: Talk, scan: Scan | None, fill: Callable[[Path, Rewriter], bool]
) -> bool:
    """Fill a new folder with pseudonyms; whether every format succeeded. Nothing is left where an
    original is found in what was written: ``RunError``.
    """
    if key.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{key}: the key may not lie in what is handed on; name another place.")
    packages = sorted(
        {point.value.partition(".")[0] for point in (*points(REPORTS), *points(RULES))}
    )
    words = vocabulary(("stampcheck", *packages), scan)
    pseudonyms = read_key(key, secrets.token_hex(16), words)
    scratch = folder.with_name(f".{folder.name}.part")
    scratch.mkdir(parents=True)
    try:
        succeeded = fill(scratch, Rewriter(pseudonyms))
        with talk.progress("Looking for originals") as progress:
            refuse(Search(pseudonyms).in_folder(scratch))
            progress(1)
        write_key(key, pseudonyms)
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _say(pseudonyms, key, talk)
    return succeeded


def _say(pseudonyms: Pseudonyms, key: Path, talk: Talk) -> None:
    talk.say(
        f"{len(pseudonyms.entries):,} pseudonyms. What they stand for is in {key}: keep it, and "
        "never hand it on."
    )


def export_run(
    original: Original, folder: Path, key: Path, talk: Talk, formats: Formats = ()
) -> bool:
    """Export a saved scan with its reports, a bundle, or both."""
    _refuse_redacted(original)
    return export(
        folder,
        key,
        talk,
        original.scan,
        lambda scratch, rewriter: _fill(original, scratch, rewriter, formats, talk),
    )


def _refuse_redacted(original: Original) -> None:
    is_record = original.record is not None and original.record.scan.redacted
    is_bundle = original.bundle is not None and original.bundle.manifest.redacted
    if is_record or is_bundle:
        raise UsageError("Pseudonyms stand there already; name what they were made of.")


def _fill(
    original: Original, scratch: Path, rewriter: Rewriter, formats: Formats, talk: Talk
) -> bool:
    record, bundle = original.record, original.bundle
    if bundle is not None:
        rewriter.names.reserve(one.name for one in bundle.entries() if one.name != UNCLAIMED)
    if record is not None:
        rewriter.names.reserve(stamp.stamp for stamp in record.stamps())
    if bundle is not None:
        learn_bundle(bundle, rewriter)
        rewriter.forget()
    if record is not None:
        learn_scan(record, rewriter)
        rewriter.forget()
    if bundle is not None:
        rewrite_bundle(bundle, scratch / "bundle", rewriter)
    if record is None:
        return True
    redacted = _record(record, scratch, rewriter, has_evidence=bundle is not None)
    succeeded = write_reports(redacted, scratch, formats, talk)
    write_run_manifest(scratch, redacted.scan)
    if (record.folder / CHANGES_FILE).is_file():
        talk.say("The comparison is left out; 'stampcheck diff' compares two exports of one key.")
    return succeeded


def _record(
    record: ScanRecord, scratch: Path, rewriter: Rewriter, *, has_evidence: bool
) -> ScanRecord:
    if not has_evidence:
        return rewrite_scan(record, scratch, rewriter)
    with Bundle(scratch / "bundle") as evidence:
        return rewrite_scan(record, scratch, rewriter, evidence)
