"""What a command that judges was told, checked before anybody is asked or anything written."""

from __future__ import annotations

from stampcheck.cli.accepted import waiver_file
from stampcheck.cli.pipeline import JudgingOptions, choose, now, open_record
from stampcheck.head import Chosen
from stampcheck.profile import Profile


def check_choice(options: JudgingOptions) -> tuple[Chosen, Profile]:
    """Choose, and raise where rules, profile, baseline or waivers cannot be used."""
    chosen, profile = choose(options)
    if options.baseline is not None:
        open_record(options.baseline)
    if options.waivers is not None:
        waiver_file(options.waivers, chosen, profile, max(options.as_of or now(), now()))
    return chosen, profile
