"""The report as one HTML file that loads nothing: a summary, then the sections of ``SECTIONS``.

Above ``LIMIT`` findings the file is the summary page and says where the rest is.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

from stampcheck.model import Standing, State
from stampcheck.record import ScanRecord, Templates, report_format
from stampcheck_reports import balance, template
from stampcheck_reports.cause_view import Gaps
from stampcheck_reports.reading import LIMIT, Reading, read
from stampcheck_reports.sections import SECTIONS
from stampcheck_reports.sections import shown as shown_sections

_STYLES: Final = (
    "tokens",
    "page",
    "summary",
    "explorer",
    "matrix",
    "panel",
    *(section.style for section in SECTIONS if section.style),
    "print",
)
_SCRIPTS: Final = (
    "dom",
    "lazy",
    "data",
    "state",
    "search",
    "stampfacet",
    "filter",
    "group",
    "list",
    "matrix",
    "facet",
    "copy",
    "runbook",
    "proof",
    "finding",
    "stamp",
    "panel",
    "cause",
    "theme",
    "print",
    "explorer",
    "main",
)


@report_format(
    "html",
    "One page that explains itself and loads nothing",
    ("report.html",),
    templates=Templates(template.originals, template.check),
)
def html_format(record: ScanRecord, folder: Path) -> None:
    """Write report.html."""
    (folder / "report.html").write_text(page(record), encoding="utf-8", newline="\n")


def page(record: ScanRecord) -> str:
    """The whole page; equal records give equal pages."""
    from markupsafe import Markup

    reading = read(record)
    style = template.joined("styles", _STYLES, "css", record.templates) + _margins(record)
    script = template.joined("scripts", _SCRIPTS, "js", record.templates)
    context = {
        **_context(reading),
        "style": Markup(style),  # noqa: S704 (a source file, ours or the user's own, and digits)
        "script": Markup(script),  # noqa: S704 (a source file, ours or the user's own)
        "policy": policy(style, script),
    }
    filters = {"filled": Gaps(record.scan).filled}
    return template.render("report.html", record.templates, context, filters)


def policy(style: str, script: str) -> str:
    """The content security policy: our own style and script by digest, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _margins(record: ScanRecord) -> str:
    """What stands on every printed page: the digest of the bundle, the date and the page number."""
    scan = record.scan
    words = f"stampcheck, bundle SHA-256 {scan.bundle.digest}, as of {scan.as_of}"
    plain = re.sub(r"[^A-Za-z0-9 :,.-]", "", words)
    return (
        f'@page {{ @bottom-left {{ content: "{plain}"; }} '
        '@bottom-right { content: counter(page) " of " counter(pages); } }\n'
    )


def _context(reading: Reading) -> dict[str, Any]:
    scan = reading.scan
    return {
        "scan": scan,
        "total": scan.findings.total,
        "explorer": scan.findings.total <= LIMIT,
        "data": reading.data.decode("ascii"),
        "sections": shown_sections(reading),
        "headline": balance.headline(scan),
        "coverage": balance.coverage(scan.pairs),
        "segments": balance.segments,
        "waived_count": reading.waived_count,
        "standings": [(word.value, scan.standings.get(word.value, 0)) for word in Standing],
        "states": [(word.value, scan.states.get(word.value, 0)) for word in State],
        "at_risk": [(word, number) for word, number in scan.consequences.items() if number],
    }
