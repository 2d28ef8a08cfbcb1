"""The bare competitor: one loop over msgspec structs, six rules as ifs, the same rows.

    python -m tests.benchmarks.bare_loop BUNDLE FINDINGS.CSV

It knows the generated fleet and no other: which document stands where, no other spelling, no
missing field, no proof of an absence but one, no law over what a rule says.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TextIO, TypeVar

import msgspec

from tests.benchmarks import bare_shapes as shapes
from tests.benchmarks.bare_rules import STAMP_RULES, Holder, Row, shared_cloud_id
from tests.benchmarks.bare_shapes import Case, Entry, Shared, Span

T = TypeVar("T")

_COLUMNS: Final = (
    "schema_version,scan_id,finding_id,as_of,stamp,cloud_id,subscription_id,registration_id,"
    "rule_id,rule_title,subject,outcome,severity,reason,message,expected,actual,causes,waived,"
    "source,consequences,bundle_digest\r\n"
)
_SCAN: Final = "1,00000000000000000000000000000000"
_BUNDLE: Final = "0" * 64
_LOCK: Final = "/providers/Microsoft.Authorization/locks/"
_AS_OF: Final = "2026-11-20T08:00:00Z"
_RULES: Final = {
    "AZS-BI-001": ("Billing model contradicts usage reporting", "critical"),
    "AZS-ID-001": ("Two registrations share a Cloud ID", "high"),
    "AZS-PR-001": ("No lock protects the registration", "medium"),
    "AZS-RG-001": ("Stamp is not registered", "critical"),
    "AZS-RG-002": ("Registration has expired or expires soon", "critical"),
    "AZS-TE-001": ("Directory tenant of the subscription changed", "critical"),
}

_entry: Final = msgspec.json.Decoder(Entry).decode
_registration: Final = msgspec.json.Decoder(shapes.Registration).decode
_activation: Final = msgspec.json.Decoder(shapes.Activation).decode
_stamp: Final = msgspec.json.Decoder(shapes.StampInformation).decode
_roles: Final = msgspec.json.Decoder(shapes.RoleAssignments).decode
_stamp_subscriptions: Final = msgspec.json.Decoder(shapes.StampSubscriptions).decode
_subscription: Final = msgspec.json.Decoder(shapes.Subscription).decode
_locks: Final = msgspec.json.Decoder(shapes.Locks).decode


def judge(bundle: Path, findings: Path) -> None:
    """Judge a generated bundle and write its findings."""
    holders: dict[str, list[Holder]] = {}
    with findings.open("w", encoding="utf-8-sig", newline="") as out:
        out.write(_COLUMNS)
        for case in _cases(bundle):
            holder = _holder(case)
            holders.setdefault(case.stamp.body.cloud_id, []).append(holder)
            out.writelines([_line(holder, rule(case)) for rule in STAMP_RULES])
        _write_fleet(out, holders)


def _write_fleet(out: TextIO, holders: dict[str, list[Holder]]) -> None:
    for cloud_id, group in holders.items():
        out.writelines(_line(one, row) for one, row in shared_cloud_id(cloud_id, group))


def _cases(bundle: Path) -> Iterator[Case]:
    """Each stamp with its documents; those that it shares with its neighbours are read once."""
    at_hand: dict[Span, Shared] = {}
    with (
        (bundle / "stamps.jsonl").open("rb") as entries,
        (bundle / "documents.jsonl").open("rb") as data,
    ):
        for line in entries:
            entry = _entry(line)
            first = entry.shared[0]
            if first not in at_hand:
                at_hand = {first: _shared(data, entry.shared)}
            yield _case(data, entry, at_hand[first])


def _shared(data: BinaryIO, spans: list[Span]) -> Shared:
    locks = _read(data, spans[1], _locks)
    by_scope = {lock.id.partition(_LOCK)[0]: lock for lock in locks.body.value}
    return Shared(_read(data, spans[0], _subscription), locks.label, by_scope)


def _case(data: BinaryIO, entry: Entry, shared: Shared) -> Case:
    own = entry.documents
    return Case(
        entry.name,
        entry.declared.expected_tenant,
        _read(data, own[0], _registration),
        _read(data, own[1], _activation),
        _read(data, own[-2], _stamp),
        _read(data, own[-1], _roles),
        shared,
        _read(data, own[2], _stamp_subscriptions) if len(own) == 5 else None,
    )


def _read(data: BinaryIO, span: Span, decode: Callable[[bytes], T]) -> T:
    data.seek(span[0])
    return decode(data.read(span[1]))


def _holder(case: Case) -> Holder:
    cloud_id, registration = case.stamp.body.cloud_id, case.registration.body.id
    subscription = case.shared.subscription.body.subscription_id
    cells = f"{_AS_OF},{case.name},{cloud_id},{subscription},{registration}"
    return Holder(case.name, case.stamp.body.deployment_id, case.stamp.label, cells)


def _line(holder: Holder, row: Row) -> str:
    title, severity = _RULES[row.rule]
    identity = hashlib.blake2b(f"{row.rule}\0{holder.name}\0".encode(), digest_size=8).hexdigest()
    cells = (
        _SCAN,
        identity,
        holder.cells,
        row.rule,
        title,
        "",
        row.outcome,
        row.severity or severity,
        row.reason,
        _cell(row.message),
        _cell(row.expected),
        _cell(row.actual),
        _cell(row.causes),
        "false",
        _cell(row.source),
        "",
        _BUNDLE,
    )
    return ",".join(cells) + "\r\n"


def _cell(text: str) -> str:
    return f'"{text}"' if "," in text or ";" in text else text


if __name__ == "__main__":
    judge(Path(sys.argv[1]), Path(sys.argv[2]))
