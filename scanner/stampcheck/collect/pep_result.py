"""What a cmdlet's result comes to: one object, or what is wrong with it (facts/pep.md 3 and 4)."""

from __future__ import annotations

from typing import Any, Final

from stampcheck.collect import clixml
from stampcheck.collect.pep_fault import Refusal, told
from stampcheck.collect.pep_session import Result
from stampcheck.model import Reason

_DROPPED: Final = frozenset(
    ("pscomputername", "runspaceid", "psshowcomputername", "rootcacertificates", "hardwareinfo")
)
"""What the recipe leaves out, in lower case (scripts/recipe.py)."""

_DENIED: Final = (18, 25)  # PermissionDenied, SecurityError
_INVISIBLE: Final = ("ScriptsNotAllowed", "CommandNotFoundException")


def complaint(cmdlet: str, result: Result) -> Refusal | None:
    """What the cmdlet itself reported as an error, or None where it completed without one."""
    if not result.errors:
        return None if result.is_complete else _stopped(cmdlet)
    # The last one is that which ended the pipeline, where one did.
    name, category, text = result.errors[-1]
    if name.startswith(_INVISIBLE):
        phrase = (
            f"does not let the account run {cmdlet} ({name}): it is not a privileged endpoint, or "
            "the account is not the stamp's CloudAdmin"
        )
        return Refusal(Reason.ACCESS_DENIED, phrase, final=True)
    if category in _DENIED:
        phrase = f"denies {cmdlet}: {text}"
        return Refusal(Reason.ACCESS_DENIED, phrase, final=True)
    return Refusal(Reason.UNREACHABLE, f"could not complete {cmdlet}: {text}")


def _stopped(cmdlet: str) -> Refusal:
    return Refusal(Reason.UNREACHABLE, f"stopped {cmdlet} before it was done")


def one_object(cmdlet: str, output: list[object]) -> dict[str, Any] | Refusal:
    """The one object of the output as JSON, without what the recipe leaves out."""
    if not output:
        return Refusal(Reason.MALFORMED, f"returned nothing for {cmdlet}")
    if len(output) > 1:
        return Refusal(Reason.MALFORMED, f"returned {len(output)} objects where one is expected")
    try:
        value = clixml.as_json(output[0])
    except clixml.Unconvertible as error:
        return Refusal(Reason.MALFORMED, f"returned an object that cannot be read: {told(error)}")
    if not isinstance(value, dict):
        return Refusal(Reason.MALFORMED, f"returned {_kind(value)} instead of an object")
    kept = {name: inner for name, inner in value.items() if name.lower() not in _DROPPED}
    return kept or Refusal(Reason.MALFORMED, "returned an object without properties")


def _kind(value: object) -> str:
    names = {str: "a text", list: "a list", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")
