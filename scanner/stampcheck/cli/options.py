"""Options that several commands share, with one spelling and one meaning."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_OUTPUT: Final = Path("stampcheck-out")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


class Moment(click.ParamType[datetime]):
    """A date (midnight UTC) or a moment in ISO 8601, UTC where no zone is given."""

    name = "date"

    def convert(
        self,
        value: Any,  # noqa: ANN401 (click's signature)
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime:
        """Read the moment."""
        if isinstance(value, datetime):
            return value
        try:
            read = datetime.fromisoformat(value)
            read = read if read.tzinfo else read.replace(tzinfo=UTC)
            return read.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is no date such as 2026-11-22 or 2026-11-22T08:00:00Z.", param, ctx
            )


def options(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one decorator, in the order of the help."""

    def apply(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


PATH: Final = click.Path(path_type=Path)

from_files = click.option(
    "--from-files", "source", type=PATH, metavar="DIR", help="Folder with the evidence."
)
inventory = click.option("--inventory", type=PATH, metavar="FILE", help="The fleet, as TOML.")
output = click.option(
    "-o",
    "--output-dir",
    type=PATH,
    default=DEFAULT_OUTPUT,
    show_default=True,
    metavar="DIR",
    help="Where the folder of the run goes.",
)
redact_key = click.option(
    "--redact-key",
    type=PATH,
    metavar="FILE",
    help="Keep pseudonyms here. [redact-key.json beside the runs]",
)
rendering = options(
    click.option(
        "--template",
        "templates",
        type=PATH,
        metavar="DIR",
        help="Templates of yours, in place of ours.",
    ),
    click.option("--redact", is_flag=True, help="Write pseudonyms for what identifies anybody."),
    redact_key,
)
as_of = click.option(
    "--as-of", type=Moment(), metavar="DATE", help="Judge for this moment instead of the usual one."
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Only errors on stderr.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Every failure and gap on stderr.")
no_color = click.option("--no-color", is_flag=True, help="No colours (so does NO_COLOR).")
no_progress = click.option("--no-progress", is_flag=True, help="No progress bars.")
within = click.option(
    "-i",
    "--in",
    "within",
    type=PATH,
    metavar="PATH",
    help="A run's folder, a bundle or a folder of evidence. [the latest run]",
)

talk = options(quiet, verbose, no_color, no_progress)

waivers = click.option("--waivers", type=PATH, metavar="FILE", help="Accepted risks, as TOML.")

judging = options(
    click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule; repeatable."),
    click.option(
        "--skip-rule", "skip", multiple=True, metavar="ID", help="Not this rule; repeatable."
    ),
    click.option("--severity", metavar="WORD", help="Only rules of this severity or worse."),
    click.option(
        "--stamp", "stamps", multiple=True, metavar="NAME", help="Only this stamp; repeatable."
    ),
    as_of,
    click.option("--profile", type=PATH, metavar="FILE", help="Rules and thresholds, as TOML."),
    click.option(
        "--require", multiple=True, metavar="PACKAGE", help="Rule package that must be there."
    ),
    click.option("--baseline", type=PATH, metavar="SCAN", help="An earlier scan as reference."),
    waivers,
    click.option("--fail-on", metavar="WORD", help="Mildest failure for exit code 1. [medium]"),
    click.option("--exit-zero", is_flag=True, help="Exit 0 whatever the findings are."),
    click.option("--allow-undetermined", is_flag=True, help="Exit 0 instead of 3."),
)
attestations = click.option(
    "--attestations", type=PATH, metavar="FILE", help="Answers of persons, as TOML."
)
judges = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    metavar="N",
    help="Processes that judge. [1]",
)
collectors = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="How many to ask at one time. [16]",
)

sign_in = click.option("--sign-in", metavar="WORD", help="Sign in to Azure this way. [cli]")
pace = options(
    click.option(
        "--max-rate",
        type=click.FloatRange(min=0.1),
        metavar="N",
        help="Most requests in a second, all together.",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(1, 600),
        default=60.0,
        metavar="SECONDS",
        help="How long one answer may take. [60]",
    ),
    click.option(
        "--deadline",
        type=click.FloatRange(1, 86_400),
        metavar="SECONDS",
        help="When to stop asking, whatever is missing.",
    ),
)
live = options(
    click.option("--resume", type=PATH, metavar="RUN", help="Go on with an interrupted run."),
    sign_in,
    click.option("--tenant", metavar="ID", help="Directory tenant to sign in to."),
    pace,
)

listing = click.option(
    "--format",
    "listing",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
tabular = click.option(
    "--format",
    "listing",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
history = click.option(
    "--history",
    metavar="DATABASE",
    help="Keep the scan here: an SQLite file or postgresql://HOST/NAME.",
)
trend_of = click.option(
    "--history",
    metavar="DATABASE",
    help="Show the trend of this history: an SQLite file or postgresql://HOST/NAME.",
)
