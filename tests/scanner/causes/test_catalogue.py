"""The laws of the catalogue: every data file is complete, and every reference leads somewhere."""

import inspect
import os
import re
import sys
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from stampcheck.causes.catalogue import Catalogue, load, read
from stampcheck.causes.runbook import CONNECTIONS, PLACEHOLDERS, STATE_RUNBOOKS, placeholders
from stampcheck.errors import RunError, StampcheckError
from stampcheck.model import Cause, Runbook, Step
from stampcheck.registry import Loaded, load_rules

CATALOGUE = load()
CAUSES = list(CATALOGUE.causes.values())
RUNBOOKS = list(CATALOGUE.runbooks.values())
STEPS = [(runbook, step) for runbook in RUNBOOKS for step in runbook.steps]

RULE_ID = re.compile(r"AZS-[A-Z]{2}-\d{3}")
SOURCE = re.compile(
    r"register-azure-stack-hub\.md#[a-z-]+|(?:Azure|MicrosoftDocs)/[\w-]+, [\w./-]+"
)
MENTION = re.compile(r"runbook ([a-z]+(?:-[a-z]+)+|register\b)")
SENTENCE_END = (".", "?", '."')
PORTAL_VALUES = ("{{subscription_id}}", "{{resource_group}}", "{{registration_name}}")

ESSENTIAL_CAUSES = {
    "AZS-RG-001": {
        "not-registered",
        "registration-deleted",
        "activation-step-missing",
        "token-not-used",
        "wrong-azure-context",
    },
    "AZS-RG-002": {
        "capacity-subscription-expired",
        "renewal-due",
        "registration-not-renewed",
        "expired-registration-not-deleted",
    },
    "AZS-BI-001": {
        "billing-model-not-for-disconnected",
        "usage-reporting-left-on",
        "usage-reporting-turned-off",
        "billing-model-changed-without-re-registering",
    },
    "AZS-PR-001": {"lock-not-restored", "lock-removed", "lock-without-effect"},
    "AZS-TE-001": {
        "directory-tenant-changed",
        "registration-not-accessible",
        "inventory-out-of-date",
    },
    "AZS-ID-001": {
        "cloud-id-already-registered",
        "cloned-stamp",
        "same-stamp-twice",
        "left-over-registration",
    },
}


def by_id(entry: Cause | Runbook) -> str:
    """The name of a parametrised case."""
    return entry.id


def prose(step: Step) -> Iterator[str]:
    """The texts of a step that are sentences."""
    return filter(None, (step.what, step.expect, step.verify))


def is_sentence(text: str) -> bool:
    """Whether a text is short enough, begins like a sentence and ends like one."""
    return 0 < len(text) <= 600 and text == text.strip() and text.endswith(SENTENCE_END)


def chosen(runbook: Runbook, connection: str, modules: str) -> list[Step]:
    """The steps of one variant."""
    return [
        step
        for step in runbook.steps
        if step.connection in ("", connection) and step.modules in ("", modules)
    ]


def test_every_data_file_is_loaded_and_sorted_by_id() -> None:
    for folder, entries in (("causes", CATALOGUE.causes), ("runbooks", CATALOGUE.runbooks)):
        data = files("stampcheck.causes") / "data" / folder
        names = sorted(file.name.removesuffix(".toml") for file in data.iterdir())
        assert names == list(entries) == [entry.id for entry in entries.values()]


def test_the_catalogue_is_read_once() -> None:
    assert load() is load()


@pytest.mark.parametrize("rule", ESSENTIAL_CAUSES)
def test_an_essential_rule_finds_its_causes(rule: str) -> None:
    assert {cause.id for cause in CAUSES if rule in cause.explains} == ESSENTIAL_CAUSES[rule]


@pytest.mark.parametrize("cause", CAUSES, ids=by_id)
def test_a_cause_is_complete_and_in_sentences(cause: Cause) -> None:
    assert 0 < len(cause.title) <= 80
    assert not cause.title.endswith(".")
    assert is_sentence(cause.explanation)
    assert is_sentence(cause.confirm)
    assert cause.confirm.endswith("?")


@pytest.mark.parametrize("cause", CAUSES, ids=by_id)
def test_a_cause_leads_to_rules_and_to_a_runbook_that_proves_itself(cause: Cause) -> None:
    assert all(RULE_ID.fullmatch(rule) for rule in cause.explains)
    runbook = CATALOGUE.runbooks[cause.runbook]
    assert set(cause.explains) <= set(runbook.rerun)


@pytest.mark.parametrize("entry", [*CAUSES, *RUNBOOKS], ids=by_id)
def test_an_entry_names_its_source_and_when_it_was_read(entry: Cause | Runbook) -> None:
    assert SOURCE.fullmatch(entry.source)
    assert entry.reviewed == date.fromisoformat(entry.reviewed).isoformat()


@pytest.mark.parametrize("cause", CAUSES, ids=by_id)
def test_a_documented_cause_names_the_article(cause: Cause) -> None:
    assert not cause.documented or cause.source.startswith("register-azure-stack-hub.md#")


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=by_id)
def test_a_runbook_begins_with_where_the_reader_is(runbook: Runbook) -> None:
    first = runbook.steps[0]
    assert first.what.startswith("You are here: ")
    assert all(value in first.what for value in PORTAL_VALUES)
    assert (first.connection, first.modules, first.powershell) == ("", "", "")


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=by_id)
def test_a_runbook_ends_with_the_rules_to_run_again(runbook: Runbook) -> None:
    assert runbook.rerun
    assert len(set(runbook.rerun)) == len(runbook.rerun)
    assert all(RULE_ID.fullmatch(rule) for rule in runbook.rerun)


@pytest.mark.parametrize(("runbook", "step"), STEPS)
def test_a_step_is_in_sentences_and_can_be_checked(runbook: Runbook, step: Step) -> None:
    assert 0 < len(runbook.title) <= 80
    assert not runbook.title.endswith(".")
    assert all(is_sentence(text) for text in prose(step))
    assert step.where
    assert not step.where.endswith(".")
    assert step.expect or step.verify


@pytest.mark.parametrize(("runbook", "step"), STEPS)
def test_every_placeholder_is_known_and_stands_without_quotes(runbook: Runbook, step: Step) -> None:
    assert set(placeholders(step)) <= PLACEHOLDERS.keys(), runbook.id
    for text in (*prose(step), step.where, step.powershell):
        assert text.count("{{") == text.count("}}") == len(re.findall(r"\{\{[a-z_]+\}\}", text))
        assert not re.search(r"""['"\u2018\u2019]\{\{|\}\}['"\u2018\u2019]""", text)


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=by_id)
def test_both_module_families_get_the_same_steps(runbook: Runbook) -> None:
    for connection in CONNECTIONS:
        az, azure_rm = (chosen(runbook, connection, family) for family in ("Az", "AzureRM"))
        assert [step.what for step in az] == [step.what for step in azure_rm]
        assert [step.where for step in az] == [step.where for step in azure_rm]
        assert [step.expect for step in az] == [step.expect for step in azure_rm]


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=by_id)
def test_a_step_for_az_is_followed_by_its_twin_for_azurerm(runbook: Runbook) -> None:
    families = [step.modules for step in runbook.steps]
    assert families.count("Az") == families.count("AzureRM")
    assert all(after == "AzureRM" for before, after in pairwise(families) if before == "Az")


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=by_id)
def test_a_runbook_sends_the_reader_only_to_runbooks_that_exist(runbook: Runbook) -> None:
    texts = (text for step in runbook.steps for text in prose(step))
    mentioned = {name for text in texts for name in MENTION.findall(text)}
    assert mentioned <= CATALOGUE.runbooks.keys() - {runbook.id}


@pytest.mark.parametrize("cause", CAUSES, ids=by_id)
def test_a_cause_sends_the_reader_only_to_runbooks_that_exist(cause: Cause) -> None:
    texts = (cause.title, cause.explanation, cause.confirm)
    assert {name for text in texts for name in MENTION.findall(text)} <= CATALOGUE.runbooks.keys()


@pytest.mark.parametrize("loaded", load_rules(), ids=lambda loaded: loaded.rule.info.id)
def test_a_rule_sends_the_reader_only_to_runbooks_that_exist(loaded: Loaded) -> None:
    text = inspect.getsource(sys.modules[loaded.rule.module])
    assert set(MENTION.findall(text)) <= CATALOGUE.runbooks.keys()


@pytest.mark.parametrize("loaded", load_rules(), ids=lambda loaded: loaded.rule.info.id)
def test_a_rule_and_its_causes_name_each_other(loaded: Loaded) -> None:
    info = loaded.rule.info
    explaining = {cause.id for cause in CAUSES if info.id in cause.explains}
    assert explaining == set(info.causes)


def test_every_runbook_is_reached_from_a_state_a_cause_or_another_runbook() -> None:
    mentioned = {
        name for _, step in STEPS for text in prose(step) for name in MENTION.findall(text)
    }
    reached = {*STATE_RUNBOOKS.values(), *(cause.runbook for cause in CAUSES), *mentioned}
    assert reached == CATALOGUE.runbooks.keys()


GOOD_CAUSE = """
id = "a-cause"
title = "A cause"
explanation = "It is so."
source = "Azure/AzureStack-Tools, README.md"
reviewed = "2026-11-22"
documented = false
explains = ["AZS-RG-001"]
confirm = "Is it so?"
runbook = "a-runbook"
"""
GOOD_RUNBOOK = """
id = "a-runbook"
title = "A runbook"
source = "Azure/AzureStack-Tools, README.md"
reviewed = "2026-11-22"
rerun = ["AZS-RG-001"]

[[steps]]
what = "Look."
connection = "connected"
"""


def write(folder: Path, cause: str = GOOD_CAUSE, runbook: str = GOOD_RUNBOOK) -> Path:
    """A catalogue of one cause and one runbook."""
    for name, text in (("causes/a-cause", cause), ("runbooks/a-runbook", runbook)):
        file = folder / f"{name}.toml"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    return folder


def test_a_catalogue_can_be_read_from_any_folder(tmp_path: Path) -> None:
    catalogue = read(write(tmp_path))
    assert isinstance(catalogue, Catalogue)
    assert (list(catalogue.causes), list(catalogue.runbooks)) == (["a-cause"], ["a-runbook"])


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("documented = 3", "documented = false", "causes/a-cause.toml: .*documented"),
        ("", 'title = "A cause"', "causes/a-cause.toml: .*title"),
        ('titel = "A"\ntitle = "A"', 'title = "A cause"', "causes/a-cause.toml: .*titel"),
        ('id = "other"', 'id = "a-cause"', "causes/a-cause.toml: id: 'other'"),
        ('runbook = "none"', 'runbook = "a-runbook"', "causes/a-cause.toml: runbook: .*'none'"),
        ("title = A cause", 'title = "A cause"', "causes/a-cause.toml: .*line 3"),
        (r'title = "A\u001b[31m"', 'title = "A cause"', "causes/a-cause.toml: title: .*one line"),
        (r'title = "A\u202e"', 'title = "A cause"', "causes/a-cause.toml: title: .*one line"),
        (r'title = "A\nb"', 'title = "A cause"', "causes/a-cause.toml: title: .*one line"),
        (
            r'explanation = "\u0007."',
            'explanation = "It is so."',
            "causes/a-cause.toml: explanation: may hold no control characters",
        ),
    ],
)
def test_a_wrong_cause_is_refused_with_file_and_field(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    folder = write(tmp_path, cause=GOOD_CAUSE.replace(right, wrong))
    with pytest.raises(StampcheckError, match=said):
        read(folder)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('wath = "Look."', 'what = "Look."', r"steps\[0\]"),
        ('connection = "online"', 'connection = "connected"', r"steps\[0\].connection: 'online'"),
        ('billing = "Custom"', 'connection = "connected"', r"steps\[0\].billing: 'Custom'"),
        ('modules = "az"', 'connection = "connected"', r"steps\[0\].modules: 'az'"),
        ('what = "See {{my_name}}."', 'what = "Look."', r"steps\[0\]: \{\{my_name\}\}"),
        ("rerun = [1]", 'rerun = ["AZS-RG-001"]', "rerun"),
        (r'what = "\u001b[2J"', 'what = "Look."', "steps: may hold no control characters"),
        (r'rerun = ["\u202e"]', 'rerun = ["AZS-RG-001"]', "rerun: may hold no control characters"),
    ],
)
def test_a_wrong_runbook_is_refused_with_file_and_field(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    folder = write(tmp_path, runbook=GOOD_RUNBOOK.replace(right, wrong))
    with pytest.raises(RunError, match=f"runbooks/a-runbook.toml: .*{said}"):
        read(folder)


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "causes" / "a-cause.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RunError, match=r"causes/a-cause\.toml: "):
        read(folder)


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "runbooks" / "folder.toml").mkdir()
    with pytest.raises(RunError, match=r"runbooks/folder\.toml: cannot be read"):
        read(folder)


@pytest.mark.parametrize("name", ["A-Cause", "a|b`c <x>", "a_cause", "a" * 61, "\u0430-cause"])
def test_an_id_is_lower_case_letters_digits_and_dashes(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    text = GOOD_CAUSE.replace('id = "a-cause"', f'id = "{name}"')
    (folder / "causes" / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match="id: must be 1 to 60 lower-case letters"):
        read(folder)


def test_only_regular_files_of_a_bounded_size_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path)
    odd = folder / "causes" / "b-cause.toml"
    os.mkfifo(odd)
    with pytest.raises(RunError, match=r"b-cause.toml: cannot be read .it is no regular file"):
        read(folder)
    odd.unlink()
    odd.symlink_to(folder / "causes" / "a-cause.toml")
    with pytest.raises(RunError, match=r"b-cause.toml: cannot be read .it is no regular file"):
        read(folder)
    odd.unlink()
    odd.write_text(GOOD_CAUSE + "#" * 200_000)
    with pytest.raises(RunError, match=r"b-cause.toml: is longer than 200000 bytes"):
        read(folder)


def test_a_missing_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="causes: cannot be read"):
        read(tmp_path)
