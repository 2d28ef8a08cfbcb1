"""The inventory: strictly typed, and an error that names line, key, value and what is allowed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.bundle import Declared
from stampcheck.errors import UsageError
from stampcheck.inventory import read_inventory, render_inventory

TENANT = "72f988bf-0000-4000-8000-000000000001"
REGISTRATION = (
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/ams-01"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "fleet.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    text = f"""
schema = 1

[[stamp]]
name = "ams-01"
environment = "Production"
connection = "connected"
cloud = "azurecloud"
expected_tenant = "{{{TENANT.upper()}}}"
registration = "{REGISTRATION}"
nodes_at_registration = 4
agreement_number = "…1234"
tags = ["emea"]

[[stamp]]
name = "bre-02"
"""
    found = read_inventory(written(tmp_path, text))

    assert list(found.stamps) == ["ams-01", "bre-02"]
    assert found.stamps["ams-01"] == Declared(
        environment="production",
        connection="connected",
        cloud="AzureCloud",
        expected_tenant=TENANT,
        registration=REGISTRATION,
        nodes_at_registration=4,
        agreement_number="…1234",
        tags=("emea",),
        line=5,
    )
    assert found.named("AMS-01") == "ams-01"
    assert found.named("cph-03") == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('conection = "connected"', ("fleet.toml:3", "'conection'", "did you mean 'connection'")),
        ('connection = "maybe"', ("fleet.toml:3", "'maybe'", "connected, disconnected")),
        ("connection = true", ("fleet.toml:3", "True", "connected, disconnected")),
        ('expected_tenant = "contoso"', ("fleet.toml:3", "'contoso'", "GUID")),
        ('registration = "ams"', ("fleet.toml:3", "/subscriptions/<id>")),
        ("nodes_at_registration = 0", ("fleet.toml:3", "1 to 64")),
        ("nodes_at_registration = 4.0", ("fleet.toml:3", "whole number")),
        ('agreement_number = "12345678"', ("fleet.toml:3", "never the whole number")),
        ('tags = "emea"', ("fleet.toml:3", "list of texts")),
        ('name = "b"', ("fleet.toml", "TOML")),
        ('"zz" = 1', ("fleet.toml:3", "known are admin_endpoint")),
    ],
)
def test_a_fault_names_its_line_and_what_is_allowed(
    tmp_path: Path, line: str, words: tuple[str, ...]
) -> None:
    path = written(tmp_path, f'[[stamp]]\nname = "a"\n{line}\n')

    with pytest.raises(UsageError) as caught:
        read_inventory(path)

    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "lists no stamp"),
        ('[stamp]\nname = "a"', "two brackets"),
        ('[[stamp]]\nconnection = "connected"', "fleet.toml:1"),
        ('[[stamp]]\nname = "(unclaimed)"', "may not be (unclaimed)"),
        (
            '[[stamp]]\nname = "a"\n[[stamp]]\nname = "A"',
            "fleet.toml:4: the stamp 'A' stands twice",
        ),
        ("schema = 2", "fleet.toml:1"),
        ("[[stamp", "is not TOML"),
        ('stamps = "x"', "did you mean 'stamp'"),
    ],
)
def test_a_file_that_is_no_inventory_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match="fleet"):
        read_inventory(written(tmp_path, text))
    with pytest.raises(UsageError) as caught:
        read_inventory(written(tmp_path, text))

    assert words in str(caught.value)


def test_a_missing_or_broken_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'[[stamp]]\nname = "\xe4"\n')

    with pytest.raises(UsageError, match="cannot be read"):
        read_inventory(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_inventory(tmp_path / "latin.toml")


def test_a_key_inside_a_text_of_several_lines_is_no_key(tmp_path: Path) -> None:
    text = '[[stamp]]\nname = "a"\ntags = ["""\nconnection = 1\n"""]\nconnection = "x"\n'

    with pytest.raises(UsageError, match=r"fleet\.toml:6"):
        read_inventory(written(tmp_path, text))


names = st.text(st.sampled_from("aZ09 -_.\"'\\<>é\u200f😀=,#[]{}"), min_size=1, max_size=20).filter(
    lambda name: bool(name.strip())
)


@given(st.lists(names, min_size=1, max_size=5, unique_by=str.casefold))
def test_what_init_writes_check_reads(
    tmp_path_factory: pytest.TempPathFactory, stamps: list[str]
) -> None:
    declared = Declared(connection="connected", registration=REGISTRATION, tags=("a", "b"))
    text = render_inventory((name, declared) for name in stamps)
    found = read_inventory(written(tmp_path_factory.mktemp("inventory"), text))

    assert list(found.stamps) == stamps
    assert all(one.registration == REGISTRATION for one in found.stamps.values())


def test_a_line_of_blanks_or_a_huge_number_or_a_pipe_is_one_sentence(tmp_path: Path) -> None:
    blanks = '[[stamp]]\nname = "a"\ntags = [\n[' + " " * 100_000 + '"a", 1],\n]\n'
    with pytest.raises(UsageError, match=r"fleet\.toml:3"):
        read_inventory(written(tmp_path, blanks))
    with pytest.raises(UsageError, match="too long to be read"):
        read_inventory(written(tmp_path, "schema = " + "1" * 5000))
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_inventory(tmp_path / "pipe.toml")


@pytest.mark.parametrize("value", ['"12345678"', "12345678", '["12345678"]'])
def test_an_agreement_number_is_not_printed_whole(tmp_path: Path, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_inventory(written(tmp_path, f'[[stamp]]\nname = "a"\nagreement_number = {value}\n'))

    assert "******78" in str(caught.value)
    assert "345" not in str(caught.value)
