"""A rule as SARIF describes it to whoever opens one of its results."""

from __future__ import annotations

from typing import Any, Final

from stampcheck.model import Severity
from stampcheck.record import RuleRecord, Scan
from stampcheck_reports.markdown_text import plain
from stampcheck_reports.statement import SCORES

LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFORMATIONAL: "note",
}
_TAGS: Final = ("security", "compliance", "azure-stack-hub", "registration")
_MOST_TAGS: Final = 10
"""GitHub shows so many tags of a rule."""


def descriptors(scan: Scan) -> list[dict[str, Any]]:
    """The rules of a scan, in its order."""
    titles = {cause.id: cause.title for cause in scan.causes}
    versions = {package.name: package.version for package in scan.packages}
    return [_descriptor(rule, titles, versions) for rule in scan.rules]


def _descriptor(
    rule: RuleRecord, titles: dict[str, str], versions: dict[str, str]
) -> dict[str, Any]:
    severity = Severity(rule.severity)
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.rationale},
        "help": {"text": _help(rule), "markdown": _markdown(rule, titles)},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "security-severity": f"{SCORES[severity]:.1f}",
            "precision": "very-high",
            "tags": [*_TAGS, *rule.consequences][:_MOST_TAGS],
            "severity": rule.severity,
            "scope": "fleet" if rule.is_fleet else "stamp",
            "package": rule.package,
            "package_version": versions.get(rule.package, ""),
            "causes": [{"id": one, "title": titles.get(one, "")} for one in rule.causes],
            "consequences": rule.consequences,
            "source": rule.source,
            "reviewed": rule.reviewed,
        },
    }


def _endings(rule: RuleRecord) -> list[tuple[str, str]]:
    every = (
        ("Fails when", rule.fails_when),
        ("Undetermined when", rule.undetermined_when),
        ("Passes when", rule.passes_when),
        ("Not applicable when", rule.not_applicable_when),
        ("Why it matters", rule.rationale),
        ("What to do", rule.remediation),
        ("Source", f"{rule.source} (reviewed {rule.reviewed})"),
    )
    return [(title, text) for title, text in every if text]


def _help(rule: RuleRecord) -> str:
    return "\n".join(f"{title}: {text}" for title, text in _endings(rule))


def _markdown(rule: RuleRecord, titles: dict[str, str]) -> str:
    lines = [f"**{title}:** {plain(text, 4000)}" for title, text in _endings(rule)]
    causes = [f"- {plain(one)}: {plain(titles.get(one, ''))}" for one in rule.causes]
    return "\n\n".join([*lines, "**Documented causes:**\n\n" + "\n".join(causes)])
