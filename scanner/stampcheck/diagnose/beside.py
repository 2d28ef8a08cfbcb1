"""A diagnosis laid beside the evidence of a fleet: whose log it is, what contradicts, who holds a
Cloud ID. Pure, over the record of a scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from stampcheck.causes.runbook import quote
from stampcheck.diagnose.diagnosis import Diagnosis
from stampcheck.diagnose.values import WORDS
from stampcheck.model import listed
from stampcheck.record import Scan, StampRecord
from stampcheck.tally import TAKEN, in_words

_COMPARED: Final = (
    *("cloud_id", "subscription_id", "registration_name", "resource_group", "tenant_id"),
    *("billing_model", "service_principal_id"),
)
_MOST: Final = 5


def stamp_of(
    diagnosis: Diagnosis, stamps: Sequence[StampRecord], name: str | None
) -> StampRecord | None:
    """The stamp that a log is of: the named one, else the one with the log's Cloud ID or names,
    else the only one; None where that is not known.
    """
    if name is not None:
        return next((one for one in stamps if one.stamp.casefold() == name.casefold()), None)
    for key in ("cloud_id", "registration_name"):
        value = diagnosis.values.get(key, "")
        found = [one for one in stamps if value and one.values.get(key) == _quoted(value)]
        if len(found) == 1:
            return found[0]
    return stamps[0] if len(stamps) == 1 and "cloud_id" not in diagnosis.values else None


def _quoted(value: str) -> str:
    return quote(value.lower() if "-" in value and len(value) == 36 else value) or ""


def contradictions(diagnosis: Diagnosis, stamp: StampRecord) -> list[str]:
    """Where log and evidence differ."""
    told = []
    for name in _COMPARED:
        log, own = diagnosis.values.get(name), stamp.values.get(name)
        if log and own and _same(log) != _same(own.strip("'")):
            told.append(
                f"The log says {WORDS[name]} {log}, the evidence of {stamp.stamp} says "
                f"{own.strip(chr(39))}; the runbook has the latter."
            )
    return told


def _same(value: str) -> str:
    return value.casefold()


def beside(diagnosis: Diagnosis, stamp: StampRecord, scan: Scan) -> list[str]:
    """What the evidence of the stamp says of the causes of the log, and which it names itself."""
    shown = {one.id: one for one in diagnosis.causes}
    titles = {cause.id: cause.title for cause in scan.causes}
    told = [
        (
            f"Evidence of {stamp.stamp}: registration {stamp.state}, licence standing "
            f"{stamp.licence_standing}."
        )
    ]
    for tally in stamp.causes[:_MOST]:
        words = in_words(tally, stamp.pairs.failed, scan.contradictions)
        title = titles.get(tally.cause, tally.cause)
        also = "The evidence names the cause too" if tally.cause in shown else "The evidence names"
        told.append(f"{also}: {title} ({tally.cause}), {words}.")
        if tally.cause in shown and tally.contradicted_by:
            shown[tally.cause].against += [
                scan.contradictions.get(one, one) for one in tally.contradicted_by
            ]
    return told


def holders(diagnosis: Diagnosis, stamps: Iterable[StampRecord], scan: Scan) -> list[str]:
    """Which registrations of the fleet hold the Cloud ID that Azure calls taken."""
    taken = [one for one in diagnosis.causes if one.id in TAKEN]
    cloud_ids = {one.values.get("cloud_id", "").lower() for one in taken} - {""}
    return [told for cloud_id in sorted(cloud_ids) for told in _holders(cloud_id, stamps, scan)]


def _holders(cloud_id: str, stamps: Iterable[StampRecord], scan: Scan) -> list[str]:
    found = [
        f"registration {one.registration_id} of stamp {one.stamp}"
        for one in stamps
        if one.cloud_id.lower() == cloud_id and one.registration_id
    ]
    found += [
        f"registration {one.registration_id}, which no stamp of the fleet claims"
        for one in scan.unclaimed
        if one.cloud_id.lower() == cloud_id
    ]
    if not found:
        return [
            (
                f"No registration of the fleet holds the Cloud ID {cloud_id}; look in other "
                "subscriptions and tenants."
            )
        ]
    return [f"The Cloud ID {cloud_id} is held by {listed(found, _MOST, '; ')}."]
