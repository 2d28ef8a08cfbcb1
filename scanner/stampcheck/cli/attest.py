"""``stampcheck attest``: the open questions of a scan, and answers to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from stampcheck.attestation import KIND, QUESTIONS, Question
from stampcheck.attestations import file_digest, read_attestations
from stampcheck.cli import options
from stampcheck.cli.appending import Value, append, block
from stampcheck.cli.main import printable
from stampcheck.cli.pipeline import now
from stampcheck.cli.within import record_within
from stampcheck.errors import UsageError
from stampcheck.model import Finding, Outcome, Reason
from stampcheck.record import ScanRecord
from stampcheck.tomlfile import nearest


@click.group()
def attest() -> None:
    """List open questions for a person, and add answers.

    What no machine can tell is answered once, by name and date, in a TOML file that scan, collect
    and evaluate take by --attestations.
    """


@attest.command("list")
@click.argument("scan", type=options.PATH, required=False)
@options.as_of
def list_questions(*, scan: Path | None, as_of: datetime | None) -> None:
    """Print the open questions of SCAN (default: the latest run), each as TOML to fill in."""
    with record_within(scan, as_of) as record:
        found = list(asked_of_persons(record))
    asked = [(question, one) for question, one in found if question is not None]
    lines = [line for question, one in asked for line in _block(question, one)]
    others = [one for question, one in found if question is None]
    if others:
        lines += ["# What else is left to a person is settled otherwise:"]
        lines += [f"# {one.rule} on {one.stamp}: {one.message}" for one in others]
    if lines:
        click.echo(printable("\n".join(lines)))
    else:
        click.echo("No question is open.", err=True)


def asked_of_persons(record: ScanRecord) -> Iterator[tuple[Question | None, Finding]]:
    """The findings that wait for a person, with the question that would settle each."""
    for found in record.findings():
        if found.outcome is Outcome.UNDETERMINED and found.reason is Reason.NEEDS_HUMAN:
            yield (
                next(
                    (
                        question
                        for question in QUESTIONS.values()
                        if found.rule in question.rules and question.fact in found.missing
                    ),
                    None,
                ),
                found,
            )


def _block(question: Question, found: Finding) -> Iterator[str]:
    yield f"# {question.text} ({found.rule})"
    yield f"# Seen: {found.message}"
    yield "[[attestation]]"
    yield f'question = "{question.id}"'
    yield block("", [("stamp", found.stamp)]).splitlines()[1]
    yield f'answer = "<FILL>"  # {question.answers}'
    yield 'who = "<FILL: name and role>"'
    yield f"when = {now().date()}"
    yield 'valid_until = "<FILL: a date such as 2027-12-31>"'
    yield '# file = "the document that proves it"'
    yield '# sha256 = "its SHA-256"'
    yield ""


@attest.command()
@click.argument("file", type=options.PATH)
@click.argument("question", metavar="QUESTION")
@click.argument("stamp")
@click.option("--answer", required=True, metavar="WORD", help="The answer, such as yes or no.")
@click.option("--who", required=True, metavar="TEXT", help="Name and role of who answers.")
@click.option(
    "--valid-until", required=True, type=options.Moment(), metavar="DATE", help="Last day it holds."
)
@click.option("--when", type=options.Moment(), metavar="DATE", help="Day of the answer. [today]")
@click.option("--note", metavar="TEXT", help="What else should be known.")
@click.option("--file", "proof", metavar="PATH", help="Document that proves it, relative to FILE.")
def add(  # noqa: PLR0913 (one parameter for each option)
    *,
    file: Path,
    question: str,
    stamp: str,
    answer: str,
    who: str,
    valid_until: datetime,
    when: datetime | None,
    note: str | None,
    proof: str | None,
) -> None:
    """Append the answer to QUESTION about STAMP to FILE; the digest of its document is reckoned."""
    if question not in QUESTIONS:
        raise UsageError(f"There is no question {question!r}{nearest(question, list(QUESTIONS))}")
    moment = now()
    values: list[tuple[str, Value]] = [
        ("question", question),
        ("stamp", stamp),
        ("answer", answer),
        ("who", who),
        ("when", (when or moment).date()),
        ("valid_until", valid_until.date()),
    ]
    if note:
        values.append(("note", note))
    if proof:
        values += [("file", proof), ("sha256", file_digest(file.parent / proof))]
    append(file, block(KIND, values), lambda path: read_attestations(path, today=moment.date()))
    click.echo(file)
