"""Green is no proof where the real behaviour is not known: each such place is told in README."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
MARK = re.compile(r"# UNVERIFIED: facts/azure\.md ([\d., and]*\d) \((.+)\)")


def sources() -> list[Path]:
    return [path for path in sorted(HERE.glob("*.py")) if not path.name.startswith("test_")]


def marked() -> list[str]:
    return [
        f"| `{path.name}` | {places} | {what} |"
        for path in sources()
        for places, what in MARK.findall(path.read_text(encoding="utf-8"))
    ]


def test_each_unverified_behaviour_stands_in_the_readme() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    missing = [row for row in marked() if row not in readme]
    assert missing == []


def test_the_readme_names_no_behaviour_that_is_not_marked() -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    listed = [line for line in readme.splitlines() if re.match(r"\| `\w+\.py` \| \d", line)]
    assert sorted(listed) == sorted(marked())


def test_each_mark_says_where_and_what() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sources()]
    marks = sum(text.count("# UNVERIFIED: facts/azure.md ") for text in texts)
    assert marks == len(marked()) > 5
