"""What changed between two scans as one HTML page that loads nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stampcheck.change import Comparison, diff_format
from stampcheck_reports.changes_view import changes_context
from stampcheck_reports.html import policy
from stampcheck_reports.template import environment, joined

_STYLES: Final = ("tokens", "page", "summary", "changes", "print")


@diff_format("html", "One page that loads nothing", "diff.html")
def changes_html(comparison: Comparison, path: Path) -> None:
    """Write the file."""
    from markupsafe import Markup

    style = joined("styles", _STYLES, "css")
    page = (
        environment()
        .get_template("diff.html")
        .render(
            own=changes_context(comparison),
            style=Markup(style),  # noqa: S704 (our own source file)
            policy=policy(style, ""),
            explorer=False,
        )
    )
    path.write_text(page, encoding="utf-8", newline="\n")
