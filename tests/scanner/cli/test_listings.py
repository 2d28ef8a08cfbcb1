"""The lists of rules and causes: readable at a terminal, one line an entry for a search."""

from __future__ import annotations

from stampcheck.causes.catalogue import load
from stampcheck.cli.rules import listing
from stampcheck.registry import load_rules
from tests.scanner.conftest import Command


def test_at_a_terminal_a_rule_fits_its_width() -> None:
    for width in (80, 100):
        lines = list(listing(load_rules(), width))
        heads = [line for line in lines if not line.startswith(" ")]

        assert max(map(len, lines)) < width
        assert [head.split()[0] for head in heads] == [one.rule.info.id for one in load_rules()]


def test_a_listing_at_a_terminal_says_what_the_line_says() -> None:
    loaded = load_rules()
    wrapped = " ".join(" ".join(listing(loaded, 100)).split())

    for one in loaded:
        assert ", ".join(fact.name for fact in one.rule.info.needs) in wrapped
        assert one.rule.info.title in wrapped
        assert one.rule.info.source.partition(";")[0] in wrapped


def test_elsewhere_a_rule_is_one_line(stampcheck: Command) -> None:
    lines = stampcheck("rules", "list").out.splitlines()

    assert len(lines) == len(load_rules())
    assert not any(",A" in line for line in lines)


def test_a_runbook_is_shown_by_its_own_id(stampcheck: Command) -> None:
    for name, runbook in load().runbooks.items():
        ran = stampcheck("causes", "show", name.upper(), "--connection", "connected")
        assert ran.out.startswith(f"{runbook.title}\n")

    wrong = stampcheck("causes", "show", "re-registr")
    assert "There is no cause or runbook 're-registr'; did you mean 're-register'?" in wrong.err
