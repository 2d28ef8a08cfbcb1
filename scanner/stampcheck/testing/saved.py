"""For authors of report formats: saved scans to render, and the contract of a format."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from stampcheck.record import ReportFormat, ScanRecord
from stampcheck.testing.contract import ContractError

Variant = Literal["plain", "hostile", "empty"]

_RENAMED: Final = "emea-prague"
_HOSTILE: Final = "=1+1'\"><script>alert(1)</script>\u202e\U0001f680,;|"
_VARIANTS: Final[tuple[Variant, ...]] = ("plain", "hostile", "empty")
_FILES: Final = ("scan.json", "findings.jsonl")


def saved_scan(folder: Path, variant: Variant = "plain") -> ScanRecord:
    """Write a small saved scan of a demo fleet into a new folder and open it.

    In the ``hostile`` one a stamp has a name that attacks whatever shows it; the ``empty`` one has
    neither stamps nor findings.
    """
    folder.mkdir(parents=True)
    for name in _FILES:
        text = (resources.files("stampcheck.testing.record") / name).read_text("utf-8")
        if variant == "hostile":
            quoted = json.dumps(_HOSTILE, ensure_ascii=False)[1:-1]
            text = text.replace(_RENAMED, quoted)
        (folder / name).write_text(text, encoding="utf-8")
    if variant == "empty":
        _empty(folder)
    return ScanRecord(folder)


def _empty(folder: Path) -> None:
    path = folder / "scan.json"
    scan = json.loads(path.read_text(encoding="utf-8"))
    scan |= {"stamps": [], "stamp_count": 0, "unclaimed": [], "cause_stamps": [], "problems": []}
    scan["problem_count"] = 0
    nothing = dict.fromkeys(("failed", "undetermined", "passed", "not_applicable"), 0)
    scan |= dict.fromkeys(("pairs", "findings", "unclaimed_findings"), nothing)
    scan |= {"failures": {}, "standings": {}, "states": {}, "consequences": {}, "reasons": {}}
    scan["rules"] = [rule | {"pairs": nothing, "findings": nothing} for rule in scan["rules"]]
    path.write_text(json.dumps(scan), encoding="utf-8")
    (folder / "findings.jsonl").write_text("", encoding="utf-8")


def assert_report(form: ReportFormat, folder: Path) -> None:
    """Hold a format to its contract, in a new folder: it writes exactly the files that it names,
    the same bytes each time, leaves the record as it is, and renders hostile and empty scans.
    ``ContractError`` says which it breaks.
    """
    for variant in _VARIANTS:
        record = saved_scan(folder / variant / "scan", variant)
        before = _contents(record.folder)
        first, second = (_rendered(form, record, folder / variant / name) for name in ("1", "2"))
        if set(first) != set(form.files):
            told = f"writes {sorted(first)} instead of {sorted(form.files)}"
            raise ContractError(f"{form.id} {told} ({variant} scan)")
        changed = [name for name in first if first[name] != second[name]]
        if changed:
            raise ContractError(
                f"{form.id} renders one scan twice to different bytes of {changed[0]}; leave out "
                "clock and randomness, and sort what is a set"
            )
        if _contents(record.folder) != before:
            raise ContractError(f"{form.id} changes the saved scan")


def _rendered(form: ReportFormat, record: ScanRecord, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    form.write(record, folder)
    return _contents(folder)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
