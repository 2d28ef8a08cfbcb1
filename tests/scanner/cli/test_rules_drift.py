"""``rules drift`` and ``rules passages`` as their user meets them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.plugins import install, run
from tests.scanner.article.sample import ARTICLE, LOCK_ON, NAME, OFF_BEFORE
from tests.scanner.conftest import Command

RULE = f"""
from stampcheck.facts import CLOUD_ID
from stampcheck.model import Passage, RuleInfo, Severity, Verdict, stamp_rule

@stamp_rule(RuleInfo(
    id="ACME-PR-001", title="The lock is off", severity=Severity.LOW, rationale="It matters.",
    needs=(CLOUD_ID,), fails_when="Never.", passes_when="Always.", causes=("lock-removed",),
    remediation="Nothing.", source="{NAME}#locks", reviewed="2026-11-22",
    passages=(Passage("locks", "{OFF_BEFORE}"),),
))
def lock_off(stamp):
    yield Verdict.passed(stamp, actual=stamp[CLOUD_ID])
"""


def test_passages_are_listed_with_what_a_rule_stores_of_them(
    stampcheck: Command, tmp_path: Path
) -> None:
    article = tmp_path / NAME
    article.write_text(ARTICLE)
    ran, part = (
        stampcheck("rules", "passages", article),
        stampcheck("rules", "passages", article, "locks-1"),
    )

    assert (ran.code, part.code) == (0, 0)
    assert f"locks  {OFF_BEFORE}  Take it off before a move." in ran.out
    assert part.out == f"locks-1  {LOCK_ON}  Keep the lock on.\n"
    unknown = stampcheck("rules", "passages", article, "lock")
    assert unknown.code == 2
    assert "did you mean 'locks'?" in unknown.err


def test_long_passages_are_cut_and_steer_no_terminal(stampcheck: Command, tmp_path: Path) -> None:
    article = tmp_path / "a.md"
    article.write_text("# A\n\n\x1b[31mred " + "x" * 900)
    ran = stampcheck("rules", "passages", article)

    assert "\x1b" not in ran.out
    assert len(ran.out) < 120


def test_rules_of_others_take_part(tmp_path: Path) -> None:
    install(tmp_path / "site", "acme_rules", "stampcheck.rules", lock_off=RULE)
    article = tmp_path / NAME

    def drift(text: str, *options: str) -> tuple[int, str]:
        article.write_text(text)
        ran = run(tmp_path / "site", "rules", "drift", article, *options, cwd=tmp_path)
        assert not ran.stderr
        return ran.returncode, ran.stdout

    same = drift(ARTICLE)
    assert same[0] == 0
    assert "Rules that rely on it: 1." in same[1]
    assert same[1].endswith("Nothing drifted.\n")

    code, text = drift(ARTICLE.replace("Take it off", "Leave \x1b[2Jit on"))
    assert code == 1
    assert "ACME-PR-001: " in text
    assert "\x1b" not in text
    assert "To review (1)" in text
    assert "ACME-PR-001 The lock is off (reviewed 2026-11-22): a passage" in text

    code, text = drift(ARTICLE.replace("Take it off", "Leave it on"), "--format", "json")
    assert code == 1
    assert json.loads(text)["passages"][0]["passage"] == {
        "anchor": "locks",
        "digest": OFF_BEFORE,
        "state": "gone",
        "instead": json.loads(text)["passages"][0]["passage"]["instead"],
    }
    moved = drift(ARTICLE.replace("## Locks\n\n>", "## Keys\n\n>"))
    assert "moved to keys" in moved[1]


def test_a_copy_of_our_article_that_lost_nearly_everything_is_known_by_its_name(
    stampcheck: Command, tmp_path: Path
) -> None:
    copy = tmp_path / "register-azure-stack-hub.md"
    copy.write_text("# Other\n\n## Registration failures\n\nNothing fails any more.\n")
    ran = stampcheck("rules", "drift", copy)

    assert ran.code == 1
    assert "now there: Nothing fails any more." in ran.out
    assert "Headings that are gone" in ran.out
    assert "AZS-TE-001 Directory tenant of the subscription changed (reviewed" in ran.out
    assert "cause:directory-tenant-changed: a sentence that leads to it was changed" in ran.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"# Hello\n\nworld.\n", "is no copy of an article that a rule names"),
        (b"", "is no copy of an article"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"x" * 2_000_001, "is larger than 2 MB"),
        (b"\x00" * 100, "is no copy of an article"),
    ],
)
def test_a_file_that_is_no_such_article_is_one_sentence(
    stampcheck: Command, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "other.md"
    path.write_bytes(content)
    ran = stampcheck("rules", "drift", path)

    assert ran.code == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert not ran.out


def test_what_is_no_file_is_refused(stampcheck: Command, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")

    for path in (tmp_path, tmp_path / "pipe.md", tmp_path / "none.md", "a" * 300):
        ran = stampcheck("rules", "drift", path)
        assert ran.code == 2, path
        assert ran.err.count("\n") == 1
