"""``stampcheck doctor``: what an auditor needs before a scan, and what would be missing."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, Final

import click
import msgspec

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.console import Talk
from stampcheck.cli.doctor_role import print_role
from stampcheck.cli.health_page import WIDEST, WIDTH, as_json, as_text
from stampcheck.cli.pipeline import JudgingOptions, choose, judge_bundle, now
from stampcheck.errors import UsageError
from stampcheck.health import Sights, SourceHealth, source_healths
from stampcheck.inventory import Inventory, read_inventory
from stampcheck.mending import Health, gaps
from stampcheck.model import UNCLAIMED
from stampcheck.record import ScanRecord
from stampcheck.role import kinds_for
from stampcheck.targets import Reach
from stampcheck.tomlfile import nearest

_MAX_NOTES: Final = 20
_MAX_PROBE: Final = 10.0
_TALK: Final = ("quiet", "verbose", "no_color", "no_progress")


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """How ``doctor`` gets what it judges: ``collect`` asks for kinds of document of what it is
    given, for the named stamps (none: all), and writes ``bundle`` into a folder; ``probe`` looks at
    every host.
    """

    collect: Callable[[Inventory, frozenset[str], tuple[str, ...], Path], object]
    probe: Callable[[Reach], Sights]
    clock: Callable[[], datetime]


pacing: Final = options.options(
    options.sign_in,
    click.option(
        "--tenant", metavar="ID", help="Directory tenant to sign in to; with --role, its tenant."
    ),
    options.pace,
    options.collectors,
)
"""The options of a live collection but ``--resume``, since nothing is kept that could go on."""


@click.command()
@options.inventory
@click.option("--stamp", "stamps", multiple=True, metavar="NAME", help="Only this; repeatable.")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only this; repeatable.")
@click.option("--role", is_flag=True, help="Print the custom role for Azure that suffices.")
@click.option("--cloud", metavar="WORD", help="With --role: the cloud that it is for.")
@click.option(
    "--operator-script", is_flag=True, help="Print a script about the operator's PowerShell."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table for people, or JSON.",
)
@pacing
@options.talk
def doctor(
    *,
    inventory: Path | None,
    stamps: tuple[str, ...],
    rules: tuple[str, ...],
    role: bool,
    cloud: str | None,
    **given: Any,  # noqa: ANN401 (the options of asking and talking)
) -> int:
    """Say before a scan what can be read, and which rules would stay undetermined.

    Signs in, reads what the rules need into a temporary folder, judges it and throws it away. Ends
    with 0 where all is fine, 3 where something would be missing, 5 where nothing can be reached.
    """
    talk = Talk(**{word: given.pop(word) for word in _TALK})
    form, wants_script = given.pop("form"), given.pop("operator_script")
    if wants_script:
        return _print_script(talk)
    infos = [one.info for one in choose(JudgingOptions(only=rules))[0].rules.rules]
    declared, named = _declared(inventory, stamps)
    if role:
        return print_role(talk, infos, declared, named, (cloud, given["tenant"]))
    if cloud is not None:
        raise UsageError("--cloud chooses for whom the role is; it goes with --role.")
    if declared is None:
        raise UsageError("Name the fleet with --inventory FILE, or ask for --role.")
    declared, by = means(declared, talk, given)
    health = examine(declared, rules, by, talk, stamps=named)
    click.echo(as_json(health) if form == "json" else _page(health, talk))
    return health.exit_code


def _page(health: Health, talk: Talk) -> str:
    """The page as wide as the terminal, or as is usual where there is none."""
    columns = get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH
    return as_text(health, width=min(columns, WIDEST), verbose=talk.verbose)


def means(inventory: Inventory, talk: Talk, asking: dict[str, Any]) -> tuple[Inventory, Means]:
    """The ways of an ordinary run: over the network, with the sign-ins of the inventory or of the
    command line, at the pace of the options of ``pacing``.
    """
    from stampcheck.cli.gathering import LiveOptions, gather_into, signed_in_by, surroundings
    from stampcheck.collect.journal import Journal
    from stampcheck.collect.probing import probe_all
    from stampcheck.collect.tools import Tools

    # Nobody reads the requests of a probe; those of the collection go with its folder.
    tools = Tools(journal=Journal(len), clock=now, surroundings=surroundings(talk))
    workers = asking.pop("workers")
    given = LiveOptions(**asking)
    patience = min(_MAX_PROBE, given.timeout)

    # What a source refuses stands on the page already.
    quiet = Talk(quiet=True)
    quiet.shows_progress = talk.shows_progress

    def collect(
        inventory: Inventory, kinds: frozenset[str], stamps: tuple[str, ...], run: Path
    ) -> object:
        return gather_into(
            run, inventory, given, kinds=kinds, stamps=stamps, workers=workers, talk=quiet
        )

    by = Means(
        collect=collect, probe=lambda reach: probe_all(reach, tools, timeout=patience), clock=now
    )
    return signed_in_by(inventory, given), by


def examine(
    inventory: Inventory,
    rules: tuple[str, ...],
    by: Means,
    talk: Talk,
    *,
    stamps: tuple[str, ...] = (),
) -> Health:
    """Probe, collect and judge, and put together what that says; nothing of it is kept. ``stamps``
    narrow whom is asked and shown; what is judged is the whole inventory, as a scan does.
    """
    chosen, _ = choose(JudgingOptions(only=rules))
    kinds = kinds_for(one.info for one in chosen.rules.rules)
    shown = _narrowed(inventory.reach, stamps)
    sights = by.probe(shown)
    with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        run = Path(scratch) / "run"
        run.mkdir()
        by.collect(inventory, kinds, stamps, run)
        with Bundle(run / "bundle") as bundle:
            judging = JudgingOptions(only=rules, stamps=stamps)
            judge_bundle(bundle, run, judging, talk=talk, as_of=by.clock())
            return health_of(bundle, ScanRecord(run), shown, kinds, sights, by.clock())


def _narrowed(reach: Reach, stamps: tuple[str, ...]) -> Reach:
    """How the named stamps are reached; all where none is named."""
    targets = {name: reach.targets[name] for name in stamps} or reach.targets
    return msgspec.structs.replace(reach, targets=targets)


def health_of(
    bundle: Bundle,
    record: ScanRecord,
    reach: Reach,
    kinds: Iterable[str],
    sights: Sights,
    moment: datetime,
) -> Health:
    """What a collection, its judgement and the probes say together."""
    wanted = frozenset(kinds)
    sources: list[SourceHealth] = []
    notes = list(bundle.manifest.notes)
    for entry in bundle.entries():
        documents = map(bundle.document, (*entry.documents, *entry.shared))
        if entry.name in reach.targets:
            target = reach.targets[entry.name]
            sources += source_healths(target, documents, wanted, sights, moment)
        elif entry.name == UNCLAIMED:
            notes += [f"{one.label}: {one.detail}" for one in documents if one.reason is not None]
    found = ((own.stamp, same) for own, same in record.by_stamp() if own is not None)
    documents_of = {fact.name: fact.documents for fact in record.scan.facts}
    return Health(
        sources=tuple(sources),
        gaps=gaps(found, documents_of, sources),
        notes=tuple(dict.fromkeys(notes))[:_MAX_NOTES],
    )


def _declared(
    path: Path | None, stamps: tuple[str, ...]
) -> tuple[Inventory | None, tuple[str, ...]]:
    """The whole inventory, and the chosen stamps as it spells them."""
    if path is None:
        if stamps:
            raise UsageError("--stamp needs --inventory FILE.")
        return None, ()
    inventory = read_inventory(path)
    names = [inventory.named(stamp) for stamp in stamps]
    if "" in names:
        wrong = stamps[names.index("")]
        raise UsageError(f"There is no stamp {wrong!r}{nearest(wrong, list(inventory.stamps))}")
    return inventory, tuple(dict.fromkeys(names))


def _print_script(talk: Talk) -> int:
    from stampcheck.scripts.operator import FILE_NAME, render_operator

    click.echo(render_operator(), nl=False)
    talk.say(
        f"Save it as {FILE_NAME}, let the operator run it in the PowerShell that is to register "
        "the stamp, and put operator.json into the folder of the stamp's evidence."
    )
    return 0
