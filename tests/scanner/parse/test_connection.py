"""Connected or disconnected: declared, else derived; AD FS alone says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.bundle import Declared
from stampcheck.parse.connection import connection
from tests.scanner.parse import builders as b


def stamp(principal: Any, syndication: Any, identity: Any) -> list[Any]:
    return [
        b.bare("registration.json", b.registration(objectId=principal)),
        b.bare("activation.json", b.activation(marketplaceSyndicationEnabled=syndication)),
        b.bare("i.json", b.information(IdentitySystem=identity)),
    ]


@pytest.mark.parametrize(
    ("traces", "found"),
    [
        ((b.PRINCIPAL, False, "ADFS"), "connected"),
        ((b.PRINCIPAL, None, None), "connected"),
        ((None, True, "ADFS"), "connected"),
        (("x", True, None), "connected"),
        ((None, False, "ADFS"), "disconnected"),
        ((b.ZEROS, "False", "adfs"), "disconnected"),
    ],
)
def test_a_connection_is_derived_from_both_sides(traces: tuple[Any, ...], found: str) -> None:
    assert b.value(connection(b.evidence(*stamp(*traces)))) == found


@pytest.mark.parametrize(
    "traces",
    [
        (None, False, "AzureAD"),
        (None, False, None),
        (None, None, "ADFS"),
        ("x", False, "ADFS"),
    ],
)
def test_anything_else_is_ambiguous(traces: tuple[Any, ...]) -> None:
    assert b.reason(connection(b.evidence(*stamp(*traces)))) == "ambiguous"


def test_what_the_inventory_declares_goes_first() -> None:
    declared = Declared(connection="disconnected")
    documents = stamp(b.PRINCIPAL, syndication=True, identity="AzureAD")

    assert b.value(connection(b.evidence(*documents, declared=declared))) == "disconnected"
    assert b.reason(connection(b.evidence())) == "ambiguous"


@pytest.mark.parametrize("word", ["perhaps", "x" * 100_000, "\x00", "connected\ndisconnected"])
def test_an_unfamiliar_declared_word_is_ambiguous_and_stops_nothing(word: str) -> None:
    declared = Declared(connection=word)
    documents = stamp(b.PRINCIPAL, syndication=True, identity="AzureAD")

    assert b.reason(connection(b.evidence(*documents, declared=declared))) == "ambiguous"
