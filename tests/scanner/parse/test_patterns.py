"""Regular expressions over hostile texts: none lets one run of characters be shared out."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from stampcheck import article, parse

# One run without bound, then at most what may be left out, then the same run again: the time of
# a failing match grows with the square of the text.
SHARED_RUN = re.compile(
    r"(\\[swdSWD]|\[(?:\\.|[^\]\\])+\]|\.)[*+]\??(?:(?:\\.|[^\\*+()|\[\]])\?)*\1[*+]"
)
NESTED_RUN = re.compile(r"\((?:\?:)?(?:\\[swd]|\.)[*+]\)[*+]")


def patterns(package: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value


PATTERNS = dict([*patterns(parse), *patterns(article)])


def is_bounded(pattern: str) -> bool:
    return not SHARED_RUN.search(pattern) and not NESTED_RUN.search(pattern)


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_no_run_of_characters_can_be_shared_out(pattern: re.Pattern[str]) -> None:
    assert is_bounded(pattern.pattern)


@pytest.mark.parametrize(
    "pattern", [r"<\s*/?\s*newline\s*>", r"\s+\s*x", r"(?:\s*)*", r"[a-z]*-?[a-z]+", r"(\w+)+"]
)
def test_a_pattern_that_shares_out_is_found(pattern: str) -> None:
    assert not is_bounded(pattern)


def test_the_patterns_of_all_modules_are_seen() -> None:
    assert {"stampcheck.parse.alerts._MARKUP", "stampcheck.parse.value._ISO"} <= PATTERNS.keys()
