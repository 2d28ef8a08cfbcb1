"""``stampcheck doctor``: what an auditor needs before a scan, and what would be missing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.console import Talk
from stampcheck.cli.health_page import as_json, as_text
from stampcheck.cli.pipeline import JudgingOptions, choose, judge_bundle, now
from stampcheck.errors import UsageError
from stampcheck.health import Sights, SourceHealth, source_healths
from stampcheck.inventory import Inventory, read_inventory
from stampcheck.mending import Health, gaps
from stampcheck.model import UNCLAIMED, RuleInfo
from stampcheck.record import ScanRecord
from stampcheck.role import NAME, SCOPE_TO_FILL, azure_role, kinds_for, permissions
from stampcheck.role import as_json as role_json
from stampcheck.targets import Reach
from stampcheck.tomlfile import nearest
from stampcheck.values import ResourceId

_MAX_NOTES: Final = 20
_MAX_PROBE: Final = 10.0


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """How ``doctor`` gets what it judges: ``collect`` asks for kinds of document of what it is
    given and writes ``bundle`` into a folder; ``probe`` looks at every host.
    """

    collect: Callable[[Inventory, frozenset[str], Path], object]
    probe: Callable[[Reach], Sights]
    clock: Callable[[], datetime]


@click.command()
@options.inventory
@click.option("--stamp", "stamps", multiple=True, metavar="NAME", help="Only this; repeatable.")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only this; repeatable.")
@click.option("--role", is_flag=True, help="Print the custom role for Azure that suffices.")
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
@click.option("--sign-in", metavar="WORD", help="Sign in to Azure this way. [cli]")
@click.option("--tenant", metavar="ID", help="Directory tenant to sign in to.")
@click.option(
    "--timeout",
    type=click.FloatRange(1, 600),
    default=60.0,
    metavar="SECONDS",
    help="How long one answer may take. [60]",
)
@options.talk
def doctor(  # noqa: PLR0913 (one parameter for each option)
    *,
    inventory: Path | None,
    stamps: tuple[str, ...],
    rules: tuple[str, ...],
    role: bool,
    operator_script: bool,
    form: str,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of signing in)
) -> int:
    """Say before a scan what can be read, and which rules would stay undetermined.

    Signs in, reads what the rules need into a temporary folder, judges it and throws it away. Ends
    with 0 where all is fine, 3 where something would be missing, 5 where nothing can be reached.
    """
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    if operator_script:
        return _print_script(talk)
    infos = [one.info for one in choose(JudgingOptions(only=rules))[0].rules.rules]
    declared = _declared(inventory, stamps)
    if role:
        return _print_role(talk, infos, declared.reach if declared else Reach())
    if declared is None:
        raise UsageError("Name the fleet with --inventory FILE, or ask for --role.")
    declared, by = means(declared, talk, given)
    health = examine(declared, rules, by, talk)
    click.echo(as_json(health) if form == "json" else as_text(health))
    return health.exit_code


def means(inventory: Inventory, talk: Talk, signing_in: dict[str, Any]) -> tuple[Inventory, Means]:
    """The ways of an ordinary run: over the network, with the sign-ins of the inventory or of the
    command line.
    """
    from stampcheck.cli.gathering import LiveOptions, gather_into, signed_in_by, surroundings
    from stampcheck.collect.journal import Journal
    from stampcheck.collect.probing import probe_all
    from stampcheck.collect.wires import Tools

    # Nobody reads the requests of a probe; those of the collection go with its folder.
    tools = Tools(journal=Journal(len), clock=now, surroundings=surroundings(talk))
    given = LiveOptions(**signing_in)
    patience = min(_MAX_PROBE, given.timeout)

    # What a source refuses stands on the page already.
    quiet = Talk(quiet=True)
    quiet.shows_progress = talk.shows_progress

    def collect(inventory: Inventory, kinds: frozenset[str], run: Path) -> object:
        return gather_into(run, inventory, given, kinds=kinds, talk=quiet)

    by = Means(
        collect=collect, probe=lambda reach: probe_all(reach, tools, timeout=patience), clock=now
    )
    return signed_in_by(inventory, given), by


def examine(inventory: Inventory, rules: tuple[str, ...], by: Means, talk: Talk) -> Health:
    """Probe, collect and judge, and put together what that says; nothing of it is kept."""
    chosen, _ = choose(JudgingOptions(only=rules))
    kinds = kinds_for(one.info for one in chosen.rules.rules)
    sights = by.probe(inventory.reach)
    with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        run = Path(scratch) / "run"
        run.mkdir()
        by.collect(inventory, kinds, run)
        with Bundle(run / "bundle") as bundle:
            judging = JudgingOptions(only=rules)
            judge_bundle(bundle, run, judging, talk=talk, as_of=by.clock())
            return health_of(bundle, ScanRecord(run), inventory.reach, kinds, sights, by.clock())


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


def _declared(path: Path | None, stamps: tuple[str, ...]) -> Inventory | None:
    """The inventory, of the named stamps only."""
    if path is None:
        if stamps:
            raise UsageError("--stamp needs --inventory FILE.")
        return None
    inventory = read_inventory(path)
    names = [inventory.named(stamp) for stamp in stamps] or list(inventory.stamps)
    if "" in names:
        wrong = stamps[names.index("")]
        raise UsageError(f"There is no stamp {wrong!r}{nearest(wrong, list(inventory.stamps))}")
    reach = inventory.reach
    return msgspec.structs.replace(
        inventory,
        stamps={name: inventory.stamps[name] for name in names},
        reach=msgspec.structs.replace(reach, targets={name: reach.targets[name] for name in names}),
    )


def _print_script(talk: Talk) -> int:
    from stampcheck.scripts.operator import FILE_NAME, render_operator

    click.echo(render_operator(), nl=False)
    talk.say(
        f"Save it as {FILE_NAME}, let the operator run it in the PowerShell that is to register "
        "the stamp, and put operator.json into the folder of the stamp's evidence."
    )
    return 0


def _print_role(talk: Talk, infos: list[RuleInfo], reach: Reach) -> int:
    subscriptions = _subscriptions(reach)
    found = azure_role(infos, subscriptions)
    if not found.actions:
        raise UsageError("The chosen rules read nothing from Azure, so that no role is needed.")
    click.echo(role_json(found), nl=False)
    talk.say("Save it as role.json. An Owner of the subscription runs:")
    talk.say("  az role definition create --role-definition @role.json")
    talk.say(f'  az role assignment create --role "{NAME}" --assignee <account> --scope <scope>')
    if not subscriptions:
        talk.say(f"Put the subscription in place of {SCOPE_TO_FILL!r} first.", "yellow")
    elif len(subscriptions) > 1:
        talk.say("A role belongs to one tenant: leave the subscriptions of other tenants out.")
    for line in _beside(kinds_for(infos)):
        talk.say(line)
    return 0


def _beside(kinds: frozenset[str]) -> list[str]:
    """What is needed beside the role for Azure."""
    lines = []
    own = permissions(kinds, "stamp")
    if own:
        lines.append(
            "On the stamp: Reader on its Default Provider Subscription suffices. It covers "
            f"{', '.join(own)}."
        )
    if "stamp-information" in kinds:
        lines.append("On the privileged endpoint: an account in CloudAdmins.")
    return lines


def _subscriptions(reach: Reach) -> list[str]:
    """The Azure subscriptions that an inventory names, each once."""
    named = dict.fromkeys(reach.azure.subscriptions)
    for target in reach.targets.values():
        registration = ResourceId.parse(target.registration)
        if registration is not None:
            named[registration.subscription] = None
        if target.subscription:
            named[target.subscription] = None
    return list(named)
