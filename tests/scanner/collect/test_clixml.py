from __future__ import annotations

from queue import Queue
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from pypsrp.complex_objects import GenericComplexObject, PSCredential
from pypsrp.serializer import Serializer

from stampcheck.collect.clixml import Unconvertible, as_json
from stampcheck.collect.redact import REDACTED

GUID = "5bf881b2-0000-4000-8000-000000000001"


def made(xml: str) -> Any:
    """What pypsrp and the conversion make of CLIXML."""
    return as_json(Serializer().deserialize(xml))


def _reference(number: int) -> str:
    return f"<Ref RefId='{number}'/>"


def properties(inner: str, names: str = "") -> str:
    types = f"<TN RefId='9'>{names}</TN>" if names else ""
    return f"<Obj RefId='0'>{types}<Props>{inner}</Props></Obj>"


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        (f"<G>{GUID}</G>", GUID),
        ("<Version>1.2108.2.65</Version>", "1.2108.2.65"),
        ("<DT>2024-05-01T10:20:30.123456Z</DT>", "2024-05-01T10:20:30.123456Z"),
        ("<I32>4</I32>", 4),
        ("<I64>-9</I64>", -9),
        ("<B>true</B>", True),
        ("<Nil/>", None),
        ("<BA>AAEC</BA>", "AAEC"),
        ("<SS>AAEC</SS>", REDACTED),
        ("<S>line_x000A_break</S>", "line\nbreak"),
        ("<S>_xD83D__xDE00_</S>", "😀"),
    ],
)
def test_a_primitive_is_its_text_or_number(xml: str, value: object) -> None:
    if xml.startswith("<SS"):
        assert as_json(ET.fromstring(xml)) == value
    else:
        assert made(xml) == value


def test_an_extended_property_hides_the_adapted_one_of_its_name() -> None:
    adapted = "<Props><S N='Name'>a</S><S N='B'>b</S></Props>"
    xml = f"<Obj RefId='0'>{adapted}<MS><S N='name'>c</S></MS></Obj>"
    assert made(xml) == {"B": "b", "name": "c"}


def test_an_enum_gives_its_name_wherever_it_stands() -> None:
    enum = (
        "<Obj{} RefId='{}'><TN RefId='{}'><T>Models.IdentitySystem</T><T>System.Enum</T>"
        "<T>System.Object</T></TN><ToString>AzureAD</ToString><I32>1</I32></Obj>"
    )
    assert made(enum.format("", 1, 1)) == "AzureAD"
    inner = enum.format(" N='IdentitySystem'", 5, 6)
    assert made(properties(inner, "<T>Own.Thing</T>")) == {"IdentitySystem": "AzureAD"}


@pytest.mark.parametrize("tag", ["LST", "IE", "STK", "QUE"])
def test_lists_that_pypsrp_leaves_as_text_are_read(tag: str) -> None:
    xml = (
        "<Obj RefId='0'><TN RefId='0'><T>Own.List</T><T>System.Object</T></TN>"
        f"<{tag}><S>a_x0026_b</S><I32>3</I32><Nil/><B>false</B><Db>1.5</Db><SS>x</SS>"
        "<Obj RefId='1'><Props><S N='Name'>n</S></Props><MS><S N='More'>m</S></MS></Obj>"
        f"<Obj RefId='2'><ToString>only text</ToString></Obj><Ref RefId='1'/></{tag}></Obj>"
    )
    one = {"Name": "n", "More": "m"}
    assert made(xml) == ["a&b", 3, None, False, "1.5", REDACTED, one, "only text", one]


def test_ordered_dictionaries_and_dictionaries_in_them_are_read() -> None:
    inner = "<Obj N='Value' RefId='2'><DCT><En><S N='Key'>k</S><S N='Value'>v</S></En></DCT></Obj>"
    xml = (
        "<Obj RefId='0'><TN RefId='0'><T>System.Collections.Specialized.OrderedDictionary</T>"
        "<T>System.Object</T></TN><DCT><En><S N='Key'>Admin</S>" + inner + "</En>"
        "<En><S N='Key'>Empty</S></En></DCT><MS><S N='PSComputerName'>ercs</S></MS></Obj>"
    )
    assert made(xml) == {"Admin": {"k": "v"}, "Empty": None}


def test_objects_of_unknown_types_are_read_from_their_text() -> None:
    text = (
        "<Obj RefId='0'><TN RefId='0'><T>Odd</T></TN><MS><G N='CloudID'>" + GUID + "</G></MS></Obj>"
    )
    assert made(text) == {"CloudID": GUID}


def test_a_string_with_notes_is_its_string() -> None:
    xml = "<Obj RefId='0'><S>plain</S><MS><S N='PSComputerName'>ercs</S></MS></Obj>"
    assert made(xml) == "plain"
    raw = "<Obj RefId='3'><TN RefId='1'><T>System.String</T><T>Odd</T></TN><S>plain</S></Obj>"
    assert made(raw) == "plain"
    inner = "<TN RefId='1'><T>Odd.Enum</T></TN><ToString>ADFS</ToString><I32>2</I32>"
    number = f"<Obj RefId='3'>{inner}</Obj>"
    assert made(number) == "ADFS"


def test_a_text_that_only_looks_like_an_object_stays_a_text() -> None:
    assert as_json("<Obj is not closed") == "<Obj is not closed"
    holder = GenericComplexObject()
    holder.property_sets = ["<LST is not closed"]
    assert as_json(holder) == "<LST is not closed"


def test_objects_that_hold_themselves_end_in_null() -> None:
    holder = GenericComplexObject()
    holder.extended_properties = {"me": holder, "list": [holder], "name": "a"}
    assert as_json(holder) == {"me": None, "list": [None], "name": "a"}
    inner = "<LST><Ref RefId='1'/><Ref RefId='8'/><S/></LST>"
    raw = f"<Obj RefId='1'><TN RefId='1'><T>Odd</T></TN>{inner}</Obj>"
    assert made(raw) == [None, None, ""]


def test_references_cannot_multiply_without_end() -> None:
    levels = "".join(
        f"<Obj RefId='{level}'><LST>{_reference(level - 1) * 10}</LST></Obj>"
        for level in range(1, 15)
    )
    raw = f"<Obj RefId='99'><TN RefId='1'><T>Odd</T></TN><LST>{levels}</LST></Obj>"
    with pytest.raises(Unconvertible, match="more than"):
        made(raw)


def test_depth_is_bounded() -> None:
    deep: Any = "end"
    for _ in range(40):
        deep = [deep]
    with pytest.raises(Unconvertible, match="deeper"):
        as_json(deep)
    raw = "<Obj><TN><T>Odd</T></TN>" + "<LST>" * 40 + "</LST>" * 40 + "</Obj>"
    with pytest.raises(Unconvertible, match="deeper"):
        as_json(raw)


def test_what_is_no_json_is_made_harmless_or_refused() -> None:
    queue: Queue[int] = Queue()
    queue.put(1)
    holder = GenericComplexObject()
    holder.adapted_properties = {"big": 2**70, "half": "\ud83d", "queue": queue, "bytes": b"\0\1"}
    holder.extended_properties = {"id": UUID(GUID), "map": {7: (1, 2)}}
    assert as_json(holder) == {
        "big": str(2**70),
        "half": "?",
        "queue": [1],
        "bytes": "AAE=",
        "id": GUID,
        "map": {"7": [1, 2]},
    }
    assert as_json(PSCredential(username="me", password="hunter2hunter2")) == REDACTED  # type: ignore[no-untyped-call]
    assert as_json(GenericComplexObject()) == {}
    with pytest.raises(Unconvertible, match="type object"):
        as_json(object())
