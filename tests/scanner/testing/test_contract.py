"""The contract of rules notices each way to break it, and says so in words of its own."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from stampcheck.model import Rule
from stampcheck.testing import ContractError, assert_contract, breaches, stamp

CLOUD_ID = "5bf881b2-3333-4000-8000-000000000001"
NUMBERS = itertools.count()
SOURCE = '''
"""A fault."""

from collections.abc import Iterator

from stampcheck.facts import CLOUD_ID, LOCKS
from stampcheck.model import Example, Known, Outcome, RuleInfo, Severity, Stamp, Verdict, stamp_rule
{imports}
SEEN = []
EXAMPLES = (
    Example(Outcome.FAIL, {{CLOUD_ID: "a", LOCKS: ()}}),
    Example(Outcome.PASS, {{CLOUD_ID: "b", LOCKS: ()}}),
)

@stamp_rule(RuleInfo(
    id="ACME-ID-001", title="A fault", severity=Severity.LOW, rationale="It matters.",
    needs=(CLOUD_ID,), uses=(LOCKS,), fails_when="It is a.", passes_when="It is not a.",
    causes=("cloned-stamp",), remediation="Nothing.", examples=EXAMPLES, source="here",
    reviewed="2026-11-22",
))
def a_fault(stamp: Stamp) -> Iterator[Verdict]:
{body}
'''
GAPS = """
    state = stamp.witness(LOCKS)
    value = stamp[CLOUD_ID]
    if {first}:
        yield Verdict.not_applicable(stamp, message="No.")
    elif {second}:
        yield Verdict.failed(stamp, causes=("cloned-stamp",), message="No.")
    else:
        yield Verdict.passed(stamp)
"""
BODY = """
    stamp.witness(LOCKS)
    if stamp[CLOUD_ID] == "a":
        yield Verdict.failed(stamp, causes=("cloned-stamp",), message="It is a.")
    else:
        yield Verdict.passed(stamp)
"""
Make = Callable[..., Rule]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A rule as an author may write it, in a package of its own."""
    monkeypatch.syspath_prepend(tmp_path)

    def made(
        imports: str = "",
        body: str = BODY,
        replace: tuple[str, str] = ("", ""),
        cause: str = "",
    ) -> Rule:
        package = f"acme_rules_{next(NUMBERS)}"
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
        (tmp_path / package / "more.py").write_text("def of(stamp): ...\n")
        (tmp_path / package / "words.py").write_text("import requests\n")
        if cause:
            (tmp_path / package / "causes").mkdir()
            (tmp_path / package / "causes" / "own-cause.toml").write_text(cause)
        text = SOURCE.format(imports=imports, body=body).replace(*replace)
        (tmp_path / package / "a_fault.py").write_text(text)
        rule = importlib.import_module(f"{package}.a_fault").a_fault
        assert isinstance(rule, Rule)
        return rule

    return made


def test_a_rule_with_its_examples_keeps_it(make: Make) -> None:
    assert_contract(make())
    assert_contract(make(), stamp(CLOUD_ID=CLOUD_ID))


@pytest.mark.parametrize(
    ("imports", "words"),
    [
        ("import os", "imports os, which is not pure"),
        ("import subprocess as s", "imports subprocess, which is not pure"),
        ("from pathlib import Path", "imports pathlib, which is not pure"),
        ("import requests", "imports requests, which is not of the standard library"),
        ("from stampcheck import engine", "imports stampcheck.engine; only stampcheck.model"),
        ("from stampcheck.engine import judge_stamp", "imports stampcheck.engine; only"),
        ("from . import words as w\nw = 1", "imports requests, which is not of the standard"),
        ("open(__file__).close()", "calls open()"),
        ("from tokenize import open as show\nshow(__file__).close()", "when it is imported"),
    ],
)
def test_what_a_rule_may_not_import(make: Make, imports: str, words: str) -> None:
    assert any(words in breach for breach in breaches(make(imports)))


def test_pure_modules_and_its_own_package_may_be_imported(make: Make) -> None:
    assert not breaches(make("import re, math, statistics\nfrom datetime import timedelta"))


def test_a_late_import_of_the_standard_library_is_no_input(make: Make) -> None:
    body = "    from datetime import datetime\n    datetime.strptime('2026', '%Y')\n" + BODY

    assert not breaches(make(body=body))


CONDITIONS = {
    "passes over nothing": (
        "    yield Verdict.not_applicable(stamp, message='Never mind.')",
        "says not-applicable of a stamp of which nothing is known",
    ),
    "fails over nothing": (
        "    yield Verdict.failed(stamp, causes=('cloned-stamp',), message='No.')",
        "says fail of a stamp of which nothing is known",
    ),
    "fails by a gap": (
        GAPS.format(first="False", second="value == 'a' or not isinstance(state, Known)"),
        "fails once LOCKS is taken away",
    ),
    "passes by a gap": (
        GAPS.format(first="False", second="value == 'a' and isinstance(state, Known)"),
        "passes once LOCKS is taken away",
    ),
    "not applicable by a gap": (
        GAPS.format(first="not isinstance(state, Known)", second="value == 'a'"),
        "says not applicable once LOCKS is taken away",
    ),
    "crashes": ("    1 / 0\n    yield", "ZeroDivisionError"),
    "crashes over nothing": (
        "    len(stamp.witness(CLOUD_ID).value)\n" + BODY,
        "AttributeError: 'Missing' object has no attribute 'value' (nothing is known of the stamp)",
    ),
    "crashes by a gap": (
        GAPS.format(first="False", second="value == 'a' or state.value is None"),
        "AttributeError: 'Missing' object has no attribute 'value' (without LOCKS)",
    ),
    "crashes by one reason": (
        GAPS.format(
            first="False",
            second="value == 'a' or 1 / (getattr(state, 'reason', '') != 'ambiguous') < 0",
        ),
        "ZeroDivisionError: division by zero (without LOCKS)",
    ),
    "says nothing by a gap": (
        "    stamp[CLOUD_ID]\n    if not isinstance(stamp.witness(LOCKS), Known):\n        return\n"
        + BODY,
        "said nothing about this stamp. (without LOCKS)",
    ),
    "says nothing": ("    stamp[CLOUD_ID]\n    yield from ()", "said nothing"),
    "reads what it did not declare": (
        "    from stampcheck.facts import NODES\n    stamp[NODES]\n    yield",
        "it reads NODES, so name that in needs or uses",
    ),
    "wrong example": (BODY.replace('== "a"', '== "b"'), "example 1, fail of CLOUD_ID, LOCKS, giv"),
    "remembers": ("    SEEN.append(stamp.name)\n" + BODY, "keeps state in its module"),
    "remembers and says so": (
        "    SEEN.append(1)\n"
        + BODY.replace("passed(stamp", "passed(stamp, actual=str(len(SEEN))"),
        "says something else when it judges the same again",
    ),
    "prints": ("    print(stamp.name)\n" + BODY, "calls print()"),
    "asks the clock": (
        "    from datetime import datetime\n    datetime.now()\n" + BODY,
        "the date is the fact AS_OF",
    ),
    "looks behind the stamp": ("    stamp.facts.clear()\n" + BODY, "looks into .facts"),
    "has a global": ("    global SEEN\n" + BODY, "keeps state in SEEN (global)"),
    "reads a file": (
        "    from tokenize import open as show\n    show('/etc/hostname').close()\n" + BODY,
        "does input or output: open",
    ),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_a_rule_may_not_do(make: Make, condition: str) -> None:
    body, words = CONDITIONS[condition]
    found = breaches(make(body=body))

    assert any(words in breach for breach in found), found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title="A fault"', 'title="A fault."', "the title must have 1 to 80 characters"),
        ('title="A fault"', 'title=""', "the title must have 1 to 80 characters"),
        ('"It matters."', '"It matters"', "rationale must be sentences that end in a stop"),
        (
            'title="A fault"',
            'title="A fault", undetermined_when="No stop"',
            "undetermined_when must be sentences that end in a stop",
        ),
        ('title="A fault"', 'title="A fault", undetermined_when=5', "no text as undetermined_when"),
        ('reviewed="2026-11-22"', 'reviewed="2026-13-22"', "the ISO date"),
        ('source="here"', 'source=""', "needs a source"),
        ('causes=("cloned-stamp",)', "causes=()", "names no cause"),
        ("needs=(CLOUD_ID,)", "needs=()", "needs no fact"),
        ('"ACME-ID-001"', '"acme-1"', "has an id that is not like AZS-XX-000"),
        ("uses=(LOCKS,)", 'uses=("LOCKS",)', "has no tuples of facts"),
        ("needs=(CLOUD_ID,)", "needs=(CLOUD_ID)", "mind the comma of a single one"),
        ("uses=(LOCKS,)", "any_of=(LOCKS,)", "mind the comma of a single one"),
        ('causes=("cloned-stamp",)', 'causes=("cloned-stamp")', "mind the comma of a single one"),
        ('title="A fault"', 'title="A\\nfault"', "has a title that must be one line"),
        ('title="A fault"', 'title="A\\u202efault"', "has a title that must be one line"),
        ('source="here"', 'source="a\\x1b[31m"', "has a source that must be one line"),
        ('"It matters."', '"It\\x07."', "has a rationale that must hold no control characters"),
        ("examples=EXAMPLES", "examples=EXAMPLES[1:]", "has no example of fail"),
        ("examples=EXAMPLES", "examples=EXAMPLES[:1]", "has no example of pass"),
        (
            "examples=EXAMPLES",
            'examples=EXAMPLES, not_applicable_when="Never."',
            "has no example of not-applicable",
        ),
        ('{CLOUD_ID: "a", LOCKS: ()}', "{CLOUD_ID: None}", "example 1 cannot be read: None is no"),
        ('{CLOUD_ID: "a", LOCKS: ()}', '{"CLOUD_ID": "a"}', "'CLOUD_ID' is no fact of stampcheck"),
        ('{CLOUD_ID: "a", LOCKS: ()}', "5", "example 1 cannot be read"),
        ("def a_fault", "def b_fault", "a_fault and function b_fault differ"),
    ],
)
def test_what_a_rule_must_tell(make: Make, old: str, new: str, words: str) -> None:
    if "b_fault" in new:
        text = "\na_fault = b_fault"
        found = breaches(make(body=BODY + text, replace=(old, new)))
    else:
        found = breaches(make(replace=(old, new)))

    assert any(words in breach for breach in found), found


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "    from stampcheck.facts import NODES\n    stamp[NODES]\n" + BODY,
            "it reads NODES, so name that in needs or uses of its RuleInfo",
        ),
        ("    return Verdict.passed(stamp)", "end the function's verdicts with yield"),
        ("    yield Verdict.passed(stamp, actual=5)", "actual must be text (str), not int"),
    ],
)
def test_a_slip_is_told_once(make: Make, body: str, words: str) -> None:
    told = [found for found in breaches(make(body=body)) if "never read" not in found]

    assert len(told) == 1
    assert words in told[0]


CAUSE = """
id = "own-cause"
title = "A cause"
explanation = "It is so."
source = "here"
reviewed = "2026-11-22"
documented = false
explains = ["ACME-ID-001"]
confirm = "Is it so?"
runbook = "re-register"
"""
OWN = ('"cloned-stamp"', '"own-cause"')


def test_a_cause_of_its_own_package_is_known(make: Make) -> None:
    own = BODY.replace(*OWN)

    assert not breaches(make(body=own, replace=OWN, cause=CAUSE))


@pytest.mark.parametrize(
    ("replace", "cause", "words"),
    [
        (('"cloned-stamp"', '"cloned-stam"'), "", "'cloned-stam', which is in no catalogue"),
        (OWN, "", "names cause 'own-cause', which is in no catalogue"),
        (OWN, CAUSE.replace("ACME", "OTHER"), "whose explains does not list ACME-ID-001"),
        (OWN, CAUSE.replace("title", "titel"), "causes that cannot be used: causes/own-cause.toml"),
        (OWN, CAUSE.replace("re-register", "none"), "there is no 'none'"),
    ],
)
def test_a_cause_that_a_scan_would_not_take_is_told(
    make: Make, replace: tuple[str, str], cause: str, words: str
) -> None:
    found = breaches(make(body=BODY.replace(*replace), replace=replace, cause=cause))

    assert any(words in breach for breach in found), found


def test_a_rule_that_never_passes_needs_no_example_of_it(make: Make) -> None:
    told = 'causes=("cloned-stamp",), remediation="Nothing.", examples=EXAMPLES'
    never = make(
        imports="from stampcheck.model import Reason",
        body=BODY.replace("passed(stamp", "undetermined(stamp, reason=Reason.STALE, message=''"),
        replace=(
            f'passes_when="It is not a.",\n    {told}',
            f'passes_when="Never by itself.",\n    {told}[:1]',
        ),
    )

    assert never.info.passes_when == "Never by itself."
    assert not breaches(never)


OPEN = """
    if stamp[CLOUD_ID] == "a":
        yield Verdict.failed(stamp, causes=("cloned-stamp",), message="It is a.")
    else:
        stamp[LOCKS]
        yield Verdict.passed(stamp)
"""
TOLD = ('title="A fault"', 'title="A fault", undetermined_when="LOCKS is not known."')


def test_a_rule_that_is_open_without_what_it_only_uses_says_so(make: Make) -> None:
    (breach,) = breaches(make(body=OPEN))

    assert breach == "is undetermined once LOCKS is taken away; say so in undetermined_when"
    assert not breaches(make(body=OPEN, replace=TOLD))


READ = "stamp.witness(LOCKS)"


@pytest.mark.parametrize(
    ("imports", "read"),
    [
        ("", READ),
        ("LATER = (LOCKS,)", "stamp.first(*LATER)"),
        ("LATER: tuple[object, ...] = (LOCKS,)", "stamp.first(*LATER)"),
        ("def later(stamp): return stamp.witness(LOCKS)", "later(stamp)"),
        ("class Later:\n    word = LOCKS", "stamp.witness(Later.word)"),
        (
            "from stampcheck.facts import LOCKS as held",
            "stamp.witness(held)",
        ),
        (
            "import stampcheck.facts as facts",
            "stamp.witness(facts.LOCKS)",
        ),
        ("from . import more", "more.of(stamp)"),
    ],
)
def test_a_fact_is_read_wherever_the_rule_leads_to_it(make: Make, imports: str, read: str) -> None:
    rule = make(imports, BODY.replace(READ, read))

    assert not [breach for breach in breaches(rule) if "never reads" in breach]


@pytest.mark.parametrize("imports", ["", "LATER = (LOCKS,)", "def later(stamp): return LOCKS"])
def test_a_fact_that_is_declared_for_nothing_is_told(make: Make, imports: str) -> None:
    assert breaches(make(imports, BODY.replace(READ, "pass"))) == [
        "declares LOCKS and never reads it"
    ]


def test_a_rule_that_shows_an_undetermined_example_says_when_it_is(make: Make) -> None:
    more = "examples=(*EXAMPLES, Example(Outcome.UNDETERMINED, {LOCKS: ()}))"

    (breach,) = breaches(make(replace=("examples=EXAMPLES", more)))

    assert breach == "shows an undetermined example, but undetermined_when does not say when"
    told = f'{more}, undetermined_when="LOCKS is all there is."'
    assert not breaches(make(replace=("examples=EXAMPLES", told)))


def test_all_breaches_are_told_at_once_and_the_examples_only_asked_for_without_samples(
    make: Make,
) -> None:
    rule = make("import os", replace=("examples=EXAMPLES", "examples=()"))

    with pytest.raises(ContractError, match=r"imports os, .*; has no example of fail; has no"):
        assert_contract(rule)
    with pytest.raises(ContractError, match=r"^ACME-ID-001: imports os, which is not pure$"):
        assert_contract(rule, stamp(CLOUD_ID=CLOUD_ID))
