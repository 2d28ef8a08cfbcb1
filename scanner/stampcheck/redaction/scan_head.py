"""The head of a record with pseudonyms: evidence, waivers, problems, what an earlier scan said."""

from __future__ import annotations

import msgspec

from stampcheck.model import UNCLAIMED, sort_key
from stampcheck.record import (
    BundleRecord,
    ProblemRecord,
    ReferenceRecord,
    Scan,
    UnclaimedRecord,
)
from stampcheck.redaction.pseudonym import Kind, is_guid
from stampcheck.redaction.writing import Writing, document, free, given
from stampcheck.tally import FleetTally
from stampcheck.waiver import EVERYTHING, WaiverRecord


def rewrite_head(scan: Scan, writing: Writing) -> Scan:
    """The head with pseudonyms."""
    return msgspec.structs.replace(
        scan,
        scan_id=writing.digest(scan.scan_id),
        profile=_profile(scan.profile, writing),
        bundle=_bundle(scan.bundle, writing),
        cause_stamps=[_tally(tally, writing) for tally in scan.cause_stamps],
        problems=[_problem(problem, writing) for problem in scan.problems],
        unclaimed=[_unclaimed(one, writing) for one in scan.unclaimed],
        documents=[document(one, writing) for one in scan.documents],
        waivers=[_waiver(one, writing) for one in scan.waivers],
        only=sorted((writing.stamp(name) for name in scan.only), key=sort_key),
        reference={
            _referred(name, writing): _reference(one, writing)
            for name, one in scan.reference.items()
        },
        redacted=True,
    )


def _referred(name: str, writing: Writing) -> str:
    """A stamp of the earlier scan by name or Cloud ID, both in lower case."""
    named = writing.guid(Kind.CLOUD, name) if is_guid(name) else writing.stamp(name)
    return named.casefold()


def _reference(one: ReferenceRecord, writing: Writing) -> ReferenceRecord:
    return msgspec.structs.replace(one, tenant=given(Kind.TENANT, one.tenant, writing))


def _waiver(waiver: WaiverRecord, writing: Writing) -> WaiverRecord:
    """A waiver: who decided and why is nobody else's; the fingerprints tell of the originals."""
    is_name = waiver.stamp not in ("", UNCLAIMED, EVERYTHING)
    return msgspec.structs.replace(
        waiver,
        id=writing.digest(waiver.id),
        stamp=writing.stamp(waiver.stamp) if is_name else waiver.stamp,
        tag=given(Kind.TAG, waiver.tag, writing),
        subject=free(waiver.subject, writing),
        owner=writing.guid(Kind.USER, waiver.owner),
        approver=writing.guid(Kind.USER, waiver.approver),
        reason=writing.guid(Kind.TEXT, waiver.reason),
        ticket=writing.guid(Kind.TEXT, waiver.ticket),
        evidence=(),
        said=writing.text(waiver.said),
    )


def _profile(words: str, writing: Writing) -> str:
    """The profile's name, then what was left out, which names stamps and rules."""
    name, mark, rest = words.partition("; ")
    return writing.guid(Kind.PROFILE, name) + mark + writing.text(rest)


def _bundle(bundle: BundleRecord, writing: Writing) -> BundleRecord:
    return msgspec.structs.replace(
        bundle,
        digest=writing.digest(bundle.digest),
        sources=[writing.text(source) for source in bundle.sources],
        inventory=writing.label(bundle.inventory),
        accounts=[writing.guid(Kind.USER, account) for account in bundle.accounts],
        asked=[writing.stamp(name) for name in bundle.asked],
        journal_sha256=writing.digest(bundle.journal_sha256),
    )


def _tally(tally: FleetTally, writing: Writing) -> FleetTally:
    stamps = sorted((writing.stamp(stamp) for stamp in tally.explains), key=sort_key)
    return msgspec.structs.replace(tally, explains=stamps)


def _problem(problem: ProblemRecord, writing: Writing) -> ProblemRecord:
    return msgspec.structs.replace(
        problem,
        document=writing.label(problem.document),
        detail=writing.text(problem.detail),
        stamps=tuple(
            stamp if stamp == UNCLAIMED else writing.stamp(stamp) for stamp in problem.stamps
        ),
    )


def _unclaimed(seen: UnclaimedRecord, writing: Writing) -> UnclaimedRecord:
    return UnclaimedRecord(
        registration_id=writing.path(seen.registration_id),
        cloud_id=given(Kind.CLOUD, seen.cloud_id, writing),
        subscription_id=given(Kind.SUBSCRIPTION, seen.subscription_id, writing),
        document=writing.label(seen.document),
    )
