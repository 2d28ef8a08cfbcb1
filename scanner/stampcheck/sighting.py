"""What a look at one address found, before anybody signs in."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Certificate(msgspec.Struct, frozen=True):
    """The certificate that a host showed, whether it is trusted or not."""

    subject: str
    issuer: str
    not_after: datetime


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. ``trusted`` is None where no certificate was seen; ``skew_seconds`` is the
    host's clock minus ours, None where it told no time; ``detail`` says what went wrong.
    """

    origin: str
    reachable: bool = False
    trusted: bool | None = None
    certificate: Certificate | None = None
    skew_seconds: int | None = None
    proxy: str = ""
    detail: str = ""
