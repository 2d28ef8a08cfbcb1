"""Fleets of any size, the same bytes each time, with a known number of faults of every rule.

    python -m tests.benchmarks.generator STAMPS FOLDER [--rich]

writes a bundle and prints the outcomes that judging it by the six essential rules must give. A rich
one has the documents of the other rules too; the bare loop reads the other kind only.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stampcheck.bundle import BundleWriter, Declared, Manifest, Span, StampEntry
from stampcheck.document import Document
from tests.benchmarks import documents
from tests.benchmarks.documents import COLLECTED, Identity

PER_SUBSCRIPTION: Final = 20
RULES: Final = (
    "AZS-BI-001",
    "AZS-ID-001",
    "AZS-PR-001",
    "AZS-RG-001",
    "AZS-RG-002",
    "AZS-TE-001",
)

Expected = dict[str, Counter[str]]
"""How many stamps end in each outcome, by rule."""

_HOME: Final = "5d0f4f7e-9a0b-4b1c-8f21-0c2a44e0f9d3"
_ELSEWHERE: Final = "91c4b1de-7c57-4a2e-9d3e-2f6a8f6f7b10"
_NEVER: Final = "9999-12-30T23:59:59Z"
_NEXT_SUMMER: Final = "2027-07-01T02:56:11.024982Z"
_EXPIRED: Final = ("2026-11-01T02:56:11.024982Z", "2026-12-05T02:56:11.024982Z")

Shape = tuple[int, int]
"""A stamp has a fault where its number leaves this remainder (second) by this divisor (first)."""

_NOT_REGISTERED: Final[Shape] = (40, 3)
_REFUSED: Final[Shape] = (40, 22)
_EXPIRES: Final[Shape] = (20, 7)
_SILENT: Final[Shape] = (20, 11)
_UNLOCKED: Final[Shape] = (10, 5)
_MOVED_TENANT: Final[Shape] = (40, 17)
_CLONE: Final[Shape] = (40, 39)


def _has(fault: Shape, number: int) -> bool:
    return number % fault[0] == fault[1]


def _is_cloned(number: int, stamps: int) -> bool:
    """Whether the stamp, or the next one, bears the other's Cloud ID."""
    return _has(_CLONE, number) or (_has(_CLONE, number + 1) and number + 1 < stamps)


def outcomes(number: int, stamps: int) -> tuple[str, ...]:
    """What each of ``RULES`` must say of a stamp."""
    shared = "fail" if _is_cloned(number, stamps) else "pass"
    lock = "fail" if _has(_UNLOCKED, number) else "pass"
    if _has(_NOT_REGISTERED, number):
        return ("not-applicable", shared, lock, "fail", "not-applicable", "pass")
    if _has(_REFUSED, number):
        return ("undetermined", shared, lock, "undetermined", "undetermined", "pass")
    billing = "fail" if _has(_SILENT, number) else "pass"
    expiry = "fail" if _has(_EXPIRES, number) else "pass"
    tenant = "fail" if _has(_MOVED_TENANT, number) else "pass"
    return (billing, shared, lock, "pass", expiry, tenant)


def expected(stamps: int) -> Expected:
    """The outcomes of a whole fleet."""
    table: Expected = {rule: Counter() for rule in RULES}
    for number in range(stamps):
        for rule, outcome in zip(RULES, outcomes(number, stamps), strict=True):
            table[rule][outcome] += 1
    return table


def _guid(*parts: object) -> str:
    return str(uuid.UUID(int=random.Random(repr(parts)).getrandbits(128), version=4))


def identity(number: int) -> Identity:
    """The ids and settings of a stamp; a clone bears the Cloud ID of its neighbour."""
    by_capacity = number % 4 == 3 and not _has(_SILENT, number)
    expires = _NEXT_SUMMER if by_capacity else _NEVER
    if _has(_EXPIRES, number):
        expires = _EXPIRED[number // 20 % 2]
    name = f"stamp-{number:06}"
    return Identity(
        name=name,
        cloud_id=_guid("cloud", number - 1 if _has(_CLONE, number) else number),
        deployment_id=_guid("deployment", number),
        principal=_guid("principal", number),
        provider_subscription=_guid("provider", number),
        subscription=_guid("subscription", number // PER_SUBSCRIPTION),
        registration=f"AzureStack-{name}",
        billing_model="Capacity" if by_capacity else "PayAsYouUse",
        expires=expires,
        reports_usage=not by_capacity and not _has(_SILENT, number),
    )


def own_documents(number: int, one: Identity) -> Iterator[Document]:
    """The documents that serve this stamp alone."""
    yield documents.registration(one)
    if _has(_NOT_REGISTERED, number):
        yield documents.activation_absent(one)
        yield documents.stamp_subscriptions(one)
    elif _has(_REFUSED, number):
        yield documents.activation_refused(one)
    else:
        yield documents.activation(one)
    yield documents.stamp_information(one)
    yield documents.role_assignments(one, wiped=_has(_MOVED_TENANT, number))


def further_documents(one: Identity) -> Iterator[Document]:
    """What only the rules beyond the six look at, of this stamp alone."""
    yield documents.alerts(one)
    yield documents.fabric_locations(one)
    yield documents.scale_units(one)


def shared_documents(numbers: range) -> Iterator[Document]:
    """The documents of the subscription that these stamps share."""
    stamps = [identity(number) for number in numbers]
    protected = [
        one for number, one in zip(numbers, stamps, strict=True) if not _has(_UNLOCKED, number)
    ]
    subscription = stamps[0].subscription
    yield documents.subscription(subscription, _HOME)
    yield documents.locks(subscription, protected)
    yield documents.provider(subscription)


def _declared(number: int) -> Declared:
    """The inventory names the tenant of every second subscription; the other half is judged by
    Azure's own traces.
    """
    tenant = _HOME if number // PER_SUBSCRIPTION % 2 == 0 else ""
    if _has(_MOVED_TENANT, number):
        tenant = _ELSEWHERE
    return Declared(environment="production", expected_tenant=tenant, line=number + 1)


def write_bundle(folder: Path, stamps: int, *, rich: bool = False) -> None:
    """Write a bundle of so many stamps."""
    writer = BundleWriter(folder)
    for first in range(0, stamps, PER_SUBSCRIPTION):
        numbers = range(first, min(first + PER_SUBSCRIPTION, stamps))
        shared = [writer.add_document(document) for document in shared_documents(numbers)]
        for number in numbers:
            one = identity(number)
            told = [*own_documents(number, one), *(further_documents(one) if rich else ())]
            own = [_add(writer, document, one.name) for document in told]
            writer.add_stamp(
                StampEntry(
                    one.name, _declared(number), in_inventory=True, documents=own, shared=shared
                )
            )
    writer.close(Manifest(collected_at=COLLECTED, sources=["generated"]))


def _add(writer: BundleWriter, document: Document, stamp: str) -> Span:
    document.stamps = (stamp,)
    return writer.add_document(document)


def write_files(folder: Path, stamps: int) -> None:
    """Write the same documents as people hand them over: a folder a stamp, shared files on top."""
    for document in shared_documents(range(stamps)):
        _write_file(folder / document.label.rpartition("/")[2], document)
    for number in range(stamps):
        for document in own_documents(number, identity(number)):
            _write_file(folder / document.label, document)


def _write_file(path: Path, document: Document) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(document.body))


def main() -> None:
    """Write a bundle and print what must be found in it."""
    stamps, folder = int(sys.argv[1]), Path(sys.argv[2])
    write_bundle(folder, stamps, rich="--rich" in sys.argv[3:])
    json.dump(expected(stamps), sys.stdout)


if __name__ == "__main__":
    main()
