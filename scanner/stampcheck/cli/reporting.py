"""Commands that write reports: ``--format``, and the options that the installed formats offer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import click

from stampcheck.cli.pipeline import DEFAULT_FORMATS, Formats, chosen_formats
from stampcheck.errors import UsageError
from stampcheck.record import ReportFormat, ReportOption
from stampcheck.registry import EVERY_FORMAT, load_formats

_PREFIX: Final = "format_option_"
"""Keeps what formats call their options apart from the parameters of a command."""


class Reporting(click.Command):
    """A command that writes reports. Its function gets ``formats``: the formats that were asked
    for, with what was chosen of their options; a wrong word is said before anything is done.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters and those of the formats."""
        own = super().get_params(ctx)
        added = _added()
        taken = {flag for param in own for flag in param.opts}
        for param in added:
            if taken & set(param.opts):
                raise UsageError(
                    f"A report format offers {param.opts[0]}, which is an option of "
                    f"'stampcheck {self.name}'; remove the package that brought it."
                )
        # They say what goes into the folder of the run.
        place = [param.name for param in own].index("output_dir") + 1
        return [*own[:place], *added, *own[place:]]

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (what the command returns)
        """Run the command with the formats in place of the words."""
        ctx.params["formats"] = _chosen(ctx.params)
        return super().invoke(ctx)


@cache
def _formats() -> tuple[ReportFormat, ...]:
    return tuple(form for form, _ in load_formats())


@cache
def _added() -> tuple[click.Option, ...]:
    """``--format``, and an option for each that a format offers."""
    words = ", ".join([*(form.id for form in _formats()), EVERY_FORMAT])
    first = click.Option(
        ["--format", "formats"],
        multiple=True,
        metavar="WORD",
        help=f"Format: {words}; repeatable. [{', '.join(reversed(DEFAULT_FORMATS))}]",
    )
    return (first, *(_option(form, one) for form in _formats() for one in form.options))


def _option(form: ReportFormat, option: ReportOption) -> click.Option:
    return click.Option(
        [form.flag(option), _parameter(form, option)],
        type=click.Choice(option.choices) if option.choices else click.STRING,
        metavar="WORD" if option.choices else "TEXT",
        help=option.title,
    )


def _parameter(form: ReportFormat, option: ReportOption) -> str:
    return f"{_PREFIX}{form.id}_{option.argument}".replace("-", "_")


def _chosen(params: dict[str, Any]) -> Formats:
    """The formats with their arguments; takes the parameters of formats out of ``params``."""
    words = params["formats"]
    choices: dict[str, dict[str, str]] = {}
    for form in _formats():
        for option in form.options:
            value = params.pop(_parameter(form, option), None)
            if value is not None:
                choices.setdefault(form.id, {})[option.argument] = value
                _refuse_idle(form, option, words)
    return chosen_formats(words, choices)


def _refuse_idle(form: ReportFormat, option: ReportOption, words: Sequence[str]) -> None:
    """An option of a format that is not written would be lost without a word."""
    if form.id not in (words or DEFAULT_FORMATS) and EVERY_FORMAT not in words:
        raise UsageError(
            f"{form.flag(option)} is for the format {form.id}, which is not asked for; "
            f"add '--format {form.id}'."
        )
