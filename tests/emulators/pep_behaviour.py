"""What a privileged endpoint on loopback is like, and what goes wrong at it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from tests.emulators.jea import Reply
from tests.emulators.stamp_objects import Shape

USER = "AZURESTACK\\cloudadmin"
PASSWORD = "Sup3r:Secret-planted!"

Stage = Literal["sign-in", "Create", "Open", "Command", "Receive", "Delete"]
"""When something goes wrong; ``Open`` is what a shell receives before its first command."""

Trouble = Literal[
    "hang", "drop", "cut", "drip", "huge", "redirect", "clear", "clear-xml", "no-xml", "html-500",
    "plain-500", "404", "other-message", "no-psrp", "denied", "unknown", "quota", "gone", "late",
    "close", "no-negotiate", "broken-seal", "always-late",
    "open-door",
]  # fmt: skip
"""What goes wrong. ``late`` answers once that there is nothing yet, ``close`` ends the connection
after a whole answer, as an idle time-out does; ``open-door`` lets in whoever comes."""

_RESOURCE = "http://schemas.microsoft.com/powershell/PrivilegedEndpoint"
FAULTS = {
    "denied": (5, "Access is denied."),
    "unknown": (2150858811, f"The resource URI ({_RESOURCE}) was not found in the catalog."),
    "quota": (
        2150859173,
        "This user is allowed a maximum number of 5 concurrent shells, which has been exceeded.",
    ),
    "gone": (2150858843, "The request contained invalid selectors for the resource."),
    "late": (2150858793, "The WS-Management service cannot complete the operation in time."),
    "always-late": (2150858793, "The WS-Management service cannot complete the operation in time."),
}


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint is like. ``delay`` seconds pass before each answer; ``drip`` are the seconds
    between two bytes.
    """

    information: dict[str, Any] = {}
    shape: Shape = "class"
    reply: Reply = Reply()
    user: str = USER
    password: str = PASSWORD
    trouble: dict[Stage, Trouble] = {}
    delay: float = 0
    drip: float = 0.2
    redirect: str = "http://127.0.0.1:1/wsman"
    cmdlets: tuple[str, ...] = ("Get-AzureStackStampInformation",)
