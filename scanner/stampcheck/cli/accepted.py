"""The waivers of a run: read, and checked against the rules and stamps that there are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from stampcheck.bundle import Bundle
from stampcheck.head import Chosen
from stampcheck.profile import Profile
from stampcheck.waiver import Waiver
from stampcheck.waivers import WaiverFile, read_waivers


def accepted(
    path: Path | None,
    chosen: Chosen,
    profile: Profile,
    *,
    as_of: datetime,
    now: datetime,
    bundle: Bundle,
) -> tuple[Waiver, ...]:
    """The waivers that a scan of a bundle is to apply; ``UsageError`` names what is wrong."""
    if path is None:
        return ()
    found = waiver_file(path, chosen, profile, max(as_of, now))
    found.check_stamps([entry.name for entry in bundle.entries()])
    return found.waivers


def waiver_file(path: Path, chosen: Chosen, profile: Profile, moment: datetime) -> WaiverFile:
    """The waivers of a file, for the rules that are installed."""
    known = [*(one.rule.info.id for one in chosen.loaded), *chosen.left_out]
    return read_waivers(
        path, longest=profile.max_waiver_days, today=moment.date(), rules=sorted(known)
    )
