"""Asks and the Documents of answers to them, for the tests of the plans."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from stampcheck.collect.answered import answered
from stampcheck.collect.asking import Answer, Ask, Failure, Fetched
from stampcheck.collect.plan import Plan
from stampcheck.document import KINDS, Document
from stampcheck.model import Reason
from stampcheck.targets import CLOUDS, Azure, Reach, Target
from tests.scanner.parse import builders as b

AT = datetime(2026, 11, 1, tzinfo=UTC)
TODAY = date(2026, 11, 22)
EVERYTHING = frozenset(KINDS)
ADMIN = "https://adminmanagement.ams.contoso.com"


def reach(*targets: Target, azure: Azure | None = None) -> Reach:
    return Reach(azure=azure or Azure(), clouds=CLOUDS, targets={one.name: one for one in targets})


def plan(*targets: Target, azure: Azure | None = None, wanted: Iterable[str] = EVERYTHING) -> Plan:
    return Plan(reach(*targets, azure=azure), frozenset(wanted), TODAY)


def told(ask: Ask, body: Any, status: int = 200) -> list[Document]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answered(
        ask, Fetched(Answer(url="https://x" + ask.path, status=status, body=data, at=AT))
    )


def failed(ask: Ask, detail: str = "TLS: the CA is not known") -> list[Document]:
    failure = Failure(url="https://x" + ask.path, reason=Reason.UNREACHABLE, detail=detail, at=AT)
    return answered(ask, Fetched(failure=failure))


def labels(asks: Iterable[Ask]) -> list[str]:
    return [ask.label for ask in asks]


def of(asks: Iterable[Ask], end: str) -> Ask:
    """The one ask whose label ends so."""
    (found,) = [ask for ask in asks if ask.label.endswith(end)]
    return found


def registered(number: int, group: str = "azurestack", subscription: str = b.SUB) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{group}{b.REGISTRATIONS}/hub-{number}"
