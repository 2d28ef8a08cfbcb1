"""``stampcheck request``: which evidence is missing, the exact command for it, whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import msgspec

from stampcheck.cli import options
from stampcheck.cli.attest import asked_of_persons
from stampcheck.cli.main import printable
from stampcheck.cli.settled import Asked
from stampcheck.cli.within import judged_within, place_of
from stampcheck.document import KINDS
from stampcheck.errors import UsageError
from stampcheck.evidence import RECIPES, REGISTRATIONS, Recipe, Shell, command
from stampcheck.model import Finding, Outcome, Reason
from stampcheck.record import ScanRecord, StampRecord
from stampcheck.tomlfile import nearest

_NAMED = 5
_SETTLED_BY_OTHERS = ("fleet-incomplete", "rule-crashed", "rule-silent", "needs-human")


class Wanted(msgspec.Struct):
    """One kind of document that a stamp lacks, and the rules that wait for it."""

    kind: str
    stamp: str
    rules: list[str]
    values: dict[str, str]
    is_stale: bool = False


@click.command()
@options.within
@click.option(
    "--shell",
    type=click.Choice(["cli", "az", "azurerm"]),
    default="az",
    show_default=True,
    help="Language of the commands.",
)
@click.option(
    "--stamp", "stamps", multiple=True, metavar="NAME", help="Only this stamp; repeatable."
)
@options.as_of
def request(
    *, within: Path | None, shell: Shell, stamps: tuple[str, ...], as_of: datetime | None
) -> None:
    """List missing evidence: the exact command and whom to ask.

    For each kind of document: whom to ask, the right that is needed, and the exact read-only
    command for every stamp that lacks it.
    """
    place = place_of(within)
    with judged_within(place, as_of) as (record, bundle):
        chosen = _chosen(record, stamps)
        found = [
            one for one in wanted_evidence(record) if not chosen or one.stamp.casefold() in chosen
        ]
        wanted, again = _sorted_out(found, Asked(bundle))
        inventory = bundle.manifest.inventory if bundle else ""
        questions = sum(question is not None for question, _ in asked_of_persons(record))
    if again:
        click.echo(printable("\n".join(_again(again, inventory, place))))
    for kind in KINDS:
        same = [one for one in wanted if one.kind == kind]
        if same:
            click.echo(printable("\n".join(_lines(RECIPES[kind], same, shell))))
    if questions:
        number = f"{questions} question{'' if questions == 1 else 's'}"
        click.echo(f"{number} only a person can answer: stampcheck attest list {place}")
    if wanted:
        click.echo("Everything of one side at once: stampcheck export-script --side azure|stamp")
    elif not again and not questions:
        click.echo("Nothing is missing that a document could settle.", err=True)


def _sorted_out(found: list[Wanted], asked: Asked) -> tuple[list[Wanted], list[Wanted]]:
    """What a person is asked for, and what may come by asking the machines once more; what is
    there and fresh is neither.
    """
    by_word: dict[str, list[Wanted]] = {"nothing": [], "again": [], "answered": []}
    for one in found:
        word = asked.settled(one.stamp, one.kind)
        by_word["nothing" if word == "answered" and one.is_stale else word].append(one)
    return by_word["nothing"], by_word["again"]


def _again(wanted: list[Wanted], inventory: str, place: Path) -> Iterator[str]:
    """Whom a live collection did not reach, and the one command that asks them again."""
    yield "Not reached when it was asked live"
    for kind in KINDS:
        stamps = [one.stamp for one in wanted if one.kind == kind]
        if stamps:
            more = f" and {len(stamps) - _NAMED} more" if len(stamps) > _NAMED else ""
            yield f"  {kind} of {', '.join(stamps[:_NAMED])}{more}"
    run = place if place.is_dir() else "FOLDER"
    where = f"unpack {place} into FOLDER and run" if place.is_file() else "run"
    file = inventory or "FILE"
    yield f"  Ask nobody; {where} stampcheck scan --inventory {file} --resume {run} again."
    yield ""


def _chosen(record: ScanRecord, stamps: tuple[str, ...]) -> set[str]:
    known = {stamp.stamp.casefold(): stamp.stamp for stamp in record.stamps()} if stamps else {}
    for name in stamps:
        if name.casefold() not in known:
            raise UsageError(f"There is no stamp {name!r}{nearest(name, list(known.values()))}")
    return {name.casefold() for name in stamps}


def wanted_evidence(record: ScanRecord) -> Iterator[Wanted]:
    """Each document that would answer a fact which a rule missed."""
    documents = {fact.name: fact.documents for fact in record.scan.facts}
    for stamp, findings in record.by_stamp():
        if stamp is None:
            continue
        by_kind: dict[str, Wanted] = {}
        for found in findings:
            for kind in _kinds(found, documents):
                one = by_kind.setdefault(kind, Wanted(kind, stamp.stamp, [], values_of(stamp)))
                one.rules.append(found.rule)
                one.is_stale |= found.reason is Reason.STALE
        yield from by_kind.values()


def _kinds(found: Finding, documents: dict[str, tuple[str, ...]]) -> list[str]:
    """The first kind that answers each missing fact; the others are substitutes for it."""
    if found.outcome is not Outcome.UNDETERMINED or str(found.reason) in _SETTLED_BY_OTHERS:
        return []
    kinds = [documents[name][0] for name in found.missing if documents.get(name)]
    return list(dict.fromkeys(kinds))


def values_of(stamp: StampRecord) -> dict[str, str]:
    """What is known of a stamp, by the names that commands use."""
    known = {
        "registration_id": stamp.registration_id,
        "subscription_id": stamp.subscription_id,
    }
    return {name: value for name, value in known.items() if value}


def _lines(recipe: Recipe, wanted: list[Wanted], shell: Shell) -> Iterator[str]:
    yield f"{recipe.title} ({recipe.kind})"
    yield f"  Ask {recipe.ask}, who needs {recipe.permission}."
    yield f"  It settles: {recipe.settles}"
    if recipe.kind == "role-assignments":
        yield "  Or declare expected_tenant in the inventory, where the right tenant is known."
    if recipe.kind == "registration":
        yield f"  List the subscription's registrations too: {REGISTRATIONS}"
    if recipe.kind == "operator":
        yield "  Hand over the script of 'stampcheck doctor --operator-script', to be run with"
        yield "  -WithRoles; what follows only shows it on the screen."
    by_command: dict[str, list[Wanted]] = {}
    for one in wanted:
        by_command.setdefault(command(recipe.kind, one.values, shell=shell), []).append(one)
    for text, same in by_command.items():
        rules = ", ".join(dict.fromkeys(rule for one in same for rule in one.rules))
        yield f"  For {', '.join(one.stamp for one in same)} ({rules}):"
        yield f"    {text}"
    yield ""
