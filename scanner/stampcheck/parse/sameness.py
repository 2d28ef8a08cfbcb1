"""Whether answers speak of the same thing, in whatever spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from stampcheck.model import Missing, Reason
from stampcheck.parse.value import Unreadable, expiry, guid

if TYPE_CHECKING:
    from stampcheck.parse.evidence import Held
    from stampcheck.parse.shape import Item

_WHOSE: Final[Mapping[str, tuple[str, ...]]] = {
    "activation": ("azureRegistrationResourceIdentifier",),
    "stamp-information": ("CloudID", "DeploymentID"),
    "fabric-locations": ("stampCloudId", "stampInformationId"),
    "registration-token": ("cloudId",),
}


def is_same(left: object, right: object) -> bool:
    """Whether two values of one field are one value; what is not told contradicts nothing."""
    if left == right or left is None or right is None:
        return True
    if not (isinstance(left, str) or isinstance(right, str)):
        return isinstance(left, (dict, list)) or isinstance(right, (dict, list))
    if str(left).lower() == str(right).lower():
        return True
    try:
        one, other = expiry(left).at, expiry(right).at
    except Unreadable:
        return False
    # PowerShell cuts a date off at milliseconds.
    return one == other or bool(one and other and abs((one - other).total_seconds()) < 1)


def clash(kind: str, answers: Iterable[Held]) -> Missing | None:
    """Why answers of one kind are of different stamps, whatever their age; None where nothing
    shows that they are. The newest of another stamp supersedes nothing.
    """
    first: dict[str, tuple[str, Held]] = {}
    for held in answers:
        for item in held.items:
            for name in _WHOSE.get(kind, ()):
                told = _told(item, name)
                known, seen_in = first.setdefault(name, (told, held)) if told else ("", held)
                if known != told:
                    return Missing(
                        Reason.AMBIGUOUS,
                        f"{seen_in.label} and {held.label} name different stamps ({name} "
                        f"{known[:200]} and {told[:200]})",
                    )
    return None


def _told(item: Item, name: str) -> str:
    value = item.prop(name)
    if not isinstance(value, str):
        return ""
    try:
        return guid(value)
    except Unreadable:
        return value.strip().rstrip("/").lower() if value.strip().startswith("/") else ""
