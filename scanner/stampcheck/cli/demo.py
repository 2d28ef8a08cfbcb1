"""``stampcheck demo``: write and judge the demo fleets, one of them a second time, later."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.appending import append, block
from stampcheck.cli.attesting import attest_bundle, attested
from stampcheck.cli.collect import collect_into
from stampcheck.cli.console import Talk
from stampcheck.cli.evaluate import judge_and_report
from stampcheck.cli.pipeline import Formats, JudgingOptions, judge_bundle, new_run, now
from stampcheck.cli.remembering import Memory
from stampcheck.cli.rendering import Rendering, rendering_options
from stampcheck.cli.reporting import Reporting
from stampcheck.comparison.shelf import Shelf
from stampcheck.demo import COMPLETE, LATER, TROUBLED, Fleet
from stampcheck.demo.accepted import ACCEPTED, APPROVER, ATTESTATIONS, OWNER, PROFILE, PROOF
from stampcheck.inventory import read_inventory
from stampcheck.record import ScanRecord
from stampcheck.waiver import fingerprint
from stampcheck.waiving import reads_of


@click.command(cls=Reporting)
@click.option(
    "-o",
    "--output-dir",
    type=options.PATH,
    default=Path("stampcheck-demo"),
    show_default=True,
    metavar="DIR",
    help="Where the folder of the demo goes.",
)
@options.waivers
@options.rendering
@options.talk
def demo(
    *,
    output_dir: Path,
    waivers: Path | None,
    formats: Formats,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of rendering)
) -> int:
    """Write and judge two demo fleets, one of them twice, and say where to look.

    'complete' shows every rule with each outcome, 'troubled' what evidence can suffer from, 'later'
    what changed in 'complete' within three months, with waivers and attestations.
    """
    rendering = rendering_options(given, formats)
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    folder = new_run(output_dir, now())
    if rendering.redact and rendering.redact_key is None:
        # One key for all fleets, which share names.
        rendering = msgspec.structs.replace(rendering, redact_key=folder / "redact-key.json")
    shown = _Showing(folder, formats, rendering, talk, waivers)
    codes = [shown.first(), shown.fleet(TROUBLED, JudgingOptions()), shown.second()]
    run, later = folder / COMPLETE.name / "report", folder / LATER.name / "report"
    talk.say(f"\nOpen {run / 'report.html'}, or go on with:")
    talk.say(f"  stampcheck explain emea-prague AZS-RG-001 --in {run}")
    talk.say(f"  stampcheck diff {run} {later}")
    return 5 if 5 in codes else 0


class _Showing:
    """Writes and judges fleets, each as of its own date, in a folder of its name."""

    def __init__(
        self,
        folder: Path,
        formats: Formats,
        rendering: Rendering,
        talk: Talk,
        waivers: Path | None,
    ) -> None:
        self._folder, self._formats, self._talk = folder, formats, talk
        self._rendering = rendering
        self._makes_waivers = waivers is None
        self._waivers = waivers or folder / COMPLETE.name / "waivers.toml"

    def fleet(self, fleet: Fleet, judging: JudgingOptions) -> int:
        """Write and judge one fleet; the exit code of its scan."""
        self._collect(fleet)
        return self._judge(fleet, judging)

    def first(self) -> int:
        """The first audit: some failures are accepted, with the evidence that was found."""
        self._collect(COMPLETE)
        if self._makes_waivers:
            with Bundle(self._report(COMPLETE) / "bundle") as bundle:
                _accept(bundle, self._waivers)
        return self._judge(COMPLETE, JudgingOptions(waivers=self._waivers))

    def second(self) -> int:
        """The second audit, compared with the first."""
        place = self._folder / LATER.name
        place.mkdir()
        answers, profile = place / "attestations.toml", place / "profile.toml"
        (place / "order-confirmation.txt").write_bytes(PROOF)
        digest = hashlib.sha256(PROOF).hexdigest().encode()
        answers.write_bytes(ATTESTATIONS.replace(b"{sha256}", digest))
        profile.write_bytes(PROFILE)
        self._collect(LATER)
        found = attested(answers, LATER.as_of, now())
        attest_bundle(self._report(LATER) / "bundle", found, self._talk)
        first = self._report(COMPLETE)
        return self._judge(
            LATER, JudgingOptions(baseline=first, waivers=self._waivers, profile=profile)
        )

    def _report(self, fleet: Fleet) -> Path:
        return self._folder / fleet.name / "report"

    def _collect(self, fleet: Fleet) -> None:
        evidence, report = self._folder / fleet.name / "evidence", self._report(fleet)
        self._talk.say(f"\nFleet {fleet.name!r}", "bold")
        fleet.write(evidence)
        report.mkdir(parents=True)
        inventory = read_inventory(evidence / fleet.inventory) if fleet.inventory else None
        collect_into(report, evidence, inventory, talk=self._talk, moment=fleet.as_of)

    def _judge(self, fleet: Fleet, judging: JudgingOptions) -> int:
        report = self._report(fleet)
        with Bundle(report / "bundle") as opened:
            return judge_and_report(
                opened,
                report,
                judging,
                formats=self._formats,
                rendering=self._rendering,
                talk=self._talk,
                as_of=fleet.as_of,
                memory=Memory(None),
            )


def _accept(bundle: Bundle, path: Path) -> None:
    """Write the waivers of the first audit, with the fingerprints of what fails there."""
    stamps = tuple(one.stamp for one in ACCEPTED)
    rules = tuple(dict.fromkeys(one.rule for one in ACCEPTED))
    with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        folder = Path(scratch)
        judging = JudgingOptions(stamps=stamps, only=rules)
        judge_bundle(bundle, folder, judging, talk=Talk(quiet=True), as_of=COMPLETE.as_of)
        append(path, "\n".join(_blocks(ScanRecord(folder))), lambda _: None)


def _blocks(record: ScanRecord) -> Iterable[str]:
    shelf, reads = Shelf(record), reads_of(record.scan)
    for number, one in enumerate(ACCEPTED, start=1):
        found = shelf.findings(one.stamp)[one.rule, ""]
        facts = shelf.facts(one.stamp)
        yield block(
            "waiver",
            (
                ("rule", one.rule),
                ("stamp", one.stamp),
                ("owner", OWNER),
                ("approver", APPROVER),
                ("reason", one.reason),
                ("ticket", f"RISK-{number}"),
                ("accepted", COMPLETE.as_of.date()),
                ("expires", one.expires),
                ("evidence", fingerprint(found, facts, reads[one.rule], record.scan.as_of)),
            ),
        )
