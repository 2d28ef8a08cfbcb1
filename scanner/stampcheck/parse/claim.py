"""Which registration a stamp takes for its own, so that nobody else's is taken for a stray."""

from __future__ import annotations

from stampcheck.model import Known
from stampcheck.parse.evidence import Evidence
from stampcheck.parse.registration import Seen, answers, index, registration
from stampcheck.parse.stamp import stamp_side_cloud_id


def claimed(evidence: Evidence) -> str:
    """Key of the registration that was chosen for the stamp, or nothing. Where none could be, or
    Azure holds it for another Cloud ID, the only one with the stamp's own is no second holder.
    """
    chosen = registration(evidence)
    own = stamp_side_cloud_id(evidence)
    named = chosen.id.key if isinstance(chosen, Seen) and chosen.id is not None else ""
    if not isinstance(own, Known):
        return named
    if isinstance(chosen, Seen) and chosen.cloud_id in ("", own.value):
        return named
    same = _with_cloud_id(evidence, own.value)
    return same.pop() if len(same) == 1 else named


def _with_cloud_id(evidence: Evidence, cloud_id: str) -> set[str]:
    return {
        seen.id.key
        for held in answers(evidence)
        for seen in index(held)[1].get(cloud_id, ())
        if seen.id is not None
    }
