"""Stamp information in every shape in which a privileged endpoint may send it.

Which of them a real one sends is UNVERIFIED: facts/pep.md 3.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from psrpcore.types import (
    PSCustomObject,
    PSDict,
    PSGuid,
    PSInt,
    PSList,
    PSNoteProperty,
    PSObject,
    PSString,
    PSVersion,
)

Shape = Literal[
    "class",
    "custom",
    "deserialized",
    "ordered",
    "hashtable",
    "typed",
    "text",
    "list",
    "two",
    "none",
]
"""How an object goes over the wire; ``typed`` has GUIDs and versions where others have text."""

_CLASS = "CloudEngine.Controllers.Models.StampInformation"
_TEXT = "System.String, mscorlib"
_ADDED = {
    "PSComputerName": "azs-ercs01",
    "RunspaceId": UUID(int=7),
    "PSShowComputerName": True,
}


def outputs(body: dict[str, Any], shape: Shape) -> list[Any]:
    """What the pipeline writes: one object, unless the shape says otherwise."""
    if shape == "none":
        return []
    if shape == "two":
        return [_object(body, "class"), _object(body, "class")]
    if shape == "text":
        return [PSString("Stamp information is being collected")]
    if shape == "list":
        return [PSList([PSString("1.2108.2.65")])]
    return [_object(body, shape)]


def _object(body: dict[str, Any], shape: Shape) -> Any:
    if shape == "custom":
        return PSCustomObject(**{name: _custom(value) for name, value in body.items()})
    if shape in ("ordered", "hashtable"):
        return _dictionary(body, is_ordered=shape == "ordered")
    made = _classed(body, f"Deserialized.{_CLASS}" if shape == "deserialized" else _CLASS)
    if shape == "typed":
        made.PSObject.adapted_properties = [
            PSNoteProperty(name, value=_typed(name, value)) for name, value in body.items()
        ]
    if shape == "deserialized":
        made.PSObject.extended_properties = [
            PSNoteProperty(name, value=PSGuid(int=7) if isinstance(value, UUID) else value)
            for name, value in _ADDED.items()
        ]
    return made


def _classed(body: dict[str, Any], name: str) -> Any:
    """An object of a class: its properties are adapted ones, its lists and maps generic."""
    made = PSObject()
    made.PSObject.type_names = [name, "System.Object"]
    made.PSObject.to_string = name
    made.PSObject.adapted_properties = [
        PSNoteProperty(field, value=_value(value)) for field, value in body.items()
    ]
    return made


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        made = PSDict({name: _value(inner) for name, inner in value.items()})
        made.PSObject.type_names = [
            f"System.Collections.Generic.Dictionary`2[[{_TEXT}],[{_TEXT}]]",
            "System.Object",
        ]
        return made
    if isinstance(value, list):
        return _listed(value)
    return PSInt(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _listed(values: list[Any]) -> Any:
    """A list of text, or of a class of its own, which pypsrp leaves as raw CLIXML."""
    of_objects = any(isinstance(value, dict) for value in values)
    kind = "CloudEngine.Controllers.Models.VMInformation" if of_objects else "System.String"
    inner = [_classed(value, kind) if isinstance(value, dict) else value for value in values]
    made = PSList(inner)
    made.PSObject.type_names = [
        f"System.Collections.Generic.List`1[[{kind}, Models]]",
        "System.Object",
    ]
    return made


def _custom(value: Any) -> Any:
    if isinstance(value, dict):
        return PSCustomObject(**{name: _custom(inner) for name, inner in value.items()})
    if isinstance(value, list):
        return PSList([_custom(inner) for inner in value])
    return value


def _dictionary(body: dict[str, Any], *, is_ordered: bool) -> Any:
    made = PSDict({name: _custom(value) for name, value in body.items()})
    if is_ordered:
        made.PSObject.type_names = [
            "System.Collections.Specialized.OrderedDictionary",
            "System.Object",
        ]
    return made


def _typed(name: str, value: Any) -> Any:
    if name.endswith("ID") and isinstance(value, str) and len(value) == 36:
        return PSGuid(value)
    return PSVersion(value) if name.endswith("Version") else _value(value)
