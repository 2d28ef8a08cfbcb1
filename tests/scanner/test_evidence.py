"""Every kind of document has a recipe that only reads, and no value escapes from a command."""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.collect.reader import file_time, read
from stampcheck.document import AZURE_KINDS, COLLECTED_KINDS, KINDS
from stampcheck.evidence import (
    DAYS_AGO,
    PLACEHOLDERS,
    RECIPES,
    Recipe,
    Shell,
    command,
    filled_path,
    settles,
)
from stampcheck.facts import ALL_FACTS
from stampcheck.parse.recognise import kind_of_name, kind_of_request

SHELLS: Final[tuple[Shell, ...]] = ("cli", "az", "azurerm")
WRITING: Final = re.compile(
    r"\b(New|Set|Remove|Add|Update|Register|Unregister|Start|Stop|Restart|Move|Save|Clear|Enable"
    r"|Disable|Connect|Login|Select-Az\w*)-\w+|--method (?!get)\w+|-Method (?!get\b)\w+"
    r"|\b(create|delete|update|set|add|login)\b",
    re.IGNORECASE,
)
ID: Final = "/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.AzureStack/registrations/hub"
QUOTES: Final = "'\u2018\u2019\u201a\u201b"
HOSTILE: Final = st.text(
    st.sampled_from(
        "ab1 '\"`$(){}[]<>|&;\\/%?#!*~-\n\t\0\u2018\u2019\u201a\u201bü\u2028\U0001f600"
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: bool(re.sub(r"[\x00-\x1f\u2028]", " ", text).strip()))
QUICK: Final = settings(max_examples=80, deadline=None, derandomize=True)


def plain(text: str) -> str:
    """What a command keeps of a value: no control characters, no blanks around it."""
    return re.sub(r"[\x00-\x1f\u2028]", " ", text).strip()


def ran(text: str) -> tuple[list[str], Path, bytes]:
    """What bash hands to ``az`` or ``cat``, and the one file that comes of the command."""
    stub = (
        "az() { printf '%s\\0' \"$@\" > words; printf '{\"value\":[]}'; }; "
        "cat() { printf '%s\\0' \"$@\" > words; }\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["/bin/bash", "-uc", stub + text],
            cwd=folder,
            capture_output=True,
            check=True,
            timeout=60,
        )
        assert (done.stdout, done.stderr) == (b"", b"")
        words = (Path(folder) / "words").read_bytes().decode().split("\0")[:-1]
        (file,) = [path for path in Path(folder).iterdir() if path.name != "words"]
        return words, Path(file.name), file.read_bytes()


def arguments(text: str) -> list[str]:
    """The words that bash hands to ``az`` or ``cat``; nothing else may come of the command."""
    return ran(text)[0]


def powershell_literal(text: str) -> tuple[str, str]:
    """The value of the single-quoted string that a text begins with, and the rest."""
    assert text[0] in QUOTES
    value, position = "", 1
    while True:
        if text[position] not in QUOTES:
            value, position = value + text[position], position + 1
        elif text[position + 1 : position + 2] and text[position + 1] in QUOTES:
            value, position = value + text[position], position + 2
        else:
            return value, text[position + 1 :]


def test_every_kind_has_a_recipe_in_the_order_of_the_kinds() -> None:
    """None is missing, none is invented."""
    assert tuple(RECIPES) == KINDS
    assert all(kind == recipe.kind for kind, recipe in RECIPES.items())


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_recipe_says_everything(recipe: Recipe) -> None:
    """Whom to ask, for which permission, and what it settles, in one sentence."""
    for text in (recipe.title, recipe.permission, recipe.ask, recipe.az, recipe.azurerm):
        assert text == text.strip() != ""
    assert recipe.settles.endswith(".")
    assert ". " not in recipe.settles
    assert (recipe.side == "azure") == (recipe.kind in AZURE_KINDS)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_path_asks_for_the_kind_it_stands_for(recipe: Recipe) -> None:
    """With a dated API version, where ARM is asked."""
    if recipe.path:
        host = "https://adminmanagement.east.contoso.com" if recipe.side == "stamp" else ""
        path = re.sub(r"\{registration_id\}", ID, recipe.path)
        assert kind_of_request(host + re.sub(r"\{\w+\}", "x", path)) == recipe.kind
    if recipe.side in ("azure", "stamp"):
        assert re.search(r"[?&]api-version=\d{4}-\d\d-\d\d", recipe.path)
        assert recipe.permission.endswith("/read") or recipe.permission.startswith("none")
    names = set(re.findall(r"\{(\w+)\}", recipe.path)) - DAYS_AGO.keys()
    assert names <= set(PLACEHOLDERS)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_command_writes(kind: str, shell: Shell) -> None:
    """No writing verb but for the options of a session; requests are GET."""
    text = command(kind, {}, shell=shell)
    assert not WRITING.search(text.replace("New-PSSessionOption", ""))


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_command_has_no_hole_but_one_that_says_what_to_fill_in(kind: str, shell: Shell) -> None:
    """What is unknown is named in words; with everything known nothing is left."""
    for hole in re.findall(r"<FILL: ([^>]*)>", command(kind, {}, shell=shell)):
        assert hole in PLACEHOLDERS.values()
    text = command(kind, dict.fromkeys(PLACEHOLDERS, "x") | {"registration_id": ID}, shell=shell)
    assert "FILL" not in text
    assert not re.search(r"\{(url|file|since|\w+_\w+)\}", text)


@pytest.mark.parametrize("kind", [kind for kind in COLLECTED_KINDS if RECIPES[kind].cli])
def test_a_file_is_named_so_that_a_refusal_in_it_is_of_the_right_kind(kind: str) -> None:
    """A refusal says little of itself; the name says what was asked."""
    text = command(
        kind, {"subscription_id": "S/1", "region": "east", "token_file": "t"}, shell="cli"
    )
    name = shlex.split(text)[-1]
    assert kind_of_name(name) == kind
    refusal = b'ERROR: Forbidden({"error":{"code":"AuthorizationFailed","message":"no"}})\n'
    assert read(name, refusal, file_time(0)).kind == kind


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "az rest" in RECIPES[kind].cli])
def test_the_answer_says_what_was_asked_so_that_an_empty_one_proves_an_absence(kind: str) -> None:
    """What the command writes is an envelope that is read back whole."""
    values = dict.fromkeys(PLACEHOLDERS, "x") | {"registration_id": ID, "subscription_id": "s-1"}
    words, name, data = ran(command(kind, values, shell="cli"))
    document = read(str(name), data, file_time(0))
    assert (document.kind, document.status, document.reason) == (kind, 200, None)
    assert document.request == words[words.index("--url") + 1]
    assert document.dated_by == "envelope"


@pytest.mark.parametrize("shell", ["az", "azurerm"])
@pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if RECIPES[kind].side in ("azure", "stamp") and kind != "endpoints"],
)
def test_powershell_writes_an_envelope_too(kind: str, shell: Shell) -> None:
    """Its parts are strings around the raw answer."""
    text = command(kind, {}, shell=shell)
    parts = (
        '\'{"stampcheck":1,"kind":"' + kind + '","request":\'',
        '","body":\'',
        "+ '}' | Out-File",
    )
    assert all(part in text for part in parts)


def test_a_registration_id_and_its_parts_give_each_other() -> None:
    """Whichever the evidence holds is enough."""
    parts = {"subscription_id": "s-1", "resource_group": "rg", "registration_name": "hub"}
    for kind in ("registration", "role-assignments"):
        for shell in SHELLS:
            from_id = command(kind, {"registration_id": ID}, shell=shell)
            assert from_id == command(kind, parts, shell=shell)
            assert ID in from_id


def test_the_start_of_the_log_is_reckoned_by_the_shell_or_given() -> None:
    """The command stays true on the day it is run."""
    values = {"subscription_id": "s"}
    words = arguments(command("activity-log", values, shell="cli"))
    assert re.search(r"ge%20%27\d{4}-\d\d-\d\dT00:00:00Z%27", words[words.index("--url") + 1])
    given_day = command("activity-log", values | {"since": "2030-01-31"}, shell="az")
    assert "ge%20%272030-01-31T00:00:00Z%27" in given_day
    assert "Get-Date" not in given_day


def test_usage_is_asked_for_by_one_day_that_is_over() -> None:
    """Two days in one path, reckoned by the shell or given."""
    values = {"provider_subscription_id": "p"}
    words = arguments(command("usage-records", values, shell="cli"))
    asked = re.findall(r"(\d{4}-\d\d-\d\d)T00:00:00Z", words[words.index("--url") + 1])
    first, last = (datetime.fromisoformat(day) for day in asked)
    assert last - first == timedelta(days=1)
    in_powershell = command("usage-records", values, shell="az")
    assert "AddDays(-2)" in in_powershell
    assert "AddDays(-1)" in in_powershell
    given_days = values | {"usage_from": "2030-01-30", "usage_until": "2030-01-31"}
    url = filled_path(RECIPES["usage-records"].path, given_days)
    assert "reportedStartTime=2030-01-30T00:00:00Z&reportedEndTime=2030-01-31T" in url
    assert url in command("usage-records", given_days, shell="az")


@pytest.mark.parametrize("name", [".", "..", "<FILL: x>"])
def test_a_path_is_filled_in_whole_and_leads_nowhere_else(name: str) -> None:
    """What is missing or climbs is an error of the caller's, never a request."""
    path = RECIPES["role-assignments"].path
    assert filled_path(path, {"registration_id": ID}).startswith(f"{ID}/providers/")
    hostile = ID.replace("/hub", f"/{name}")
    with pytest.raises(ValueError, match="value"):
        filled_path(path, {"registration_id": hostile})
    with pytest.raises(ValueError, match="missing"):
        filled_path(path, {})


def test_what_settles_a_fact_comes_in_the_order_of_the_fact() -> None:
    """Each once, for every fact that documents can answer."""
    for fact in ALL_FACTS:
        assert tuple(recipe.kind for recipe in settles(fact.documents)) == fact.documents
    assert settles(()) == ()
    assert settles(("locks", "locks")) == (RECIPES["locks"],)
    with pytest.raises(KeyError):
        settles(("unrecognised",))


@QUICK
@given(HOSTILE, HOSTILE)
def test_bash_hands_a_value_over_as_it_is(name: str, group: str) -> None:
    """One word each, no expansion, no second command, no second file."""
    values = {"subscription_id": "s", "resource_group": group, "registration_name": name}
    words, _, data = ran(command("registration", values, shell="cli"))
    assert read("r.json", data, file_time(0)).status == 200
    url = words[words.index("--url") + 1]
    path, _, query = url.partition("?")
    parts = [unquote(part) for part in path.split("/")]
    assert (parts[4], parts[8], query) == (plain(group), plain(name), "api-version=2017-06-01")
    assert len(parts) == 9
    assert arguments(command("registration-token", {"token_file": name}, shell="cli")) == [
        "--",
        plain(name),
    ]


@QUICK
@given(HOSTILE)
def test_powershell_hands_a_value_over_as_it_is(value: str) -> None:
    """The string ends where it should, typographic quotation marks included."""
    text = command("stamp-information", {"privileged_endpoint": value}, shell="az")
    found, rest = powershell_literal(text.partition(" -ComputerName ")[2])
    assert (found, rest.split()[0]) == (plain(value), "-ConfigurationName")
    scope = command("role-assignments", {"registration_id": value}, shell="azurerm")
    found, rest = powershell_literal(scope.partition(" -Scope ")[2])
    assert (found, rest.split()[0]) == (plain(value), "-ErrorAction")


@QUICK
@given(HOSTILE)
def test_a_value_in_a_powershell_path_is_encoded(value: str) -> None:
    """Nothing of it but its letters reaches the shell."""
    text = command("locks", {"subscription_id": value}, shell="az")
    found, rest = powershell_literal(text.partition(" -Path ")[2])
    assert unquote(found.split("?")[0].split("/")[2]) == plain(value)
    assert rest.startswith("; '{")
    found, rest = powershell_literal(text.partition(" -InputObject ")[2])
    assert unquote(found.split("?")[0].split("/")[2]) == plain(value)
    assert rest.startswith(") + ',")


def test_a_lone_surrogate_is_no_crash() -> None:
    """Evidence may hold anything that JSON can."""
    assert "%3F" in command("locks", {"subscription_id": "\ud800"}, shell="cli")
