"""The entry point. Commands are imported when they are asked for, so that ``--help`` is instant."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Final

import click

from stampcheck import __version__
from stampcheck.errors import StampcheckError

EXIT_CODES: Final = (
    "Exit codes: 0 clean, 1 failures at or above --fail-on, 2 usage or configuration, "
    "3 nothing failed but something is undetermined, 4 nothing was evaluated, "
    "5 collection or runtime failure, 6 integrity failure, 130 interrupted."
)

COMMANDS: Final = {
    "scan": "Collect evidence, judge it and write the reports.",
    "collect": "Collect evidence into a bundle, to be judged later or elsewhere.",
    "evaluate": "Judge BUNDLE (folder or zip) and write the reports.",
    "report": "Render SCAN, the folder of a run or a zip of it, again; judges nothing anew.",
    "diagnose": "Find the cause in registration logs and pasted errors.",
    "diff": "Show what changed from scan OLD to scan NEW, and why.",
    "waivers": "Add, list and check accepted risks.",
    "attest": "List open questions for a person, and add answers.",
    "redact": "Write a run, a bundle or logs anew with pseudonyms, to be handed on.",
    "explain": "Show facts, conditions and verdict of STAMP, for RULE or for all rules.",
    "find": "Find the stamps and registrations that hold CLOUD-ID.",
    "request": "List missing evidence: the exact command and whom to ask.",
    "doctor": "Say before a scan what can be read, and which rules would stay undetermined.",
    "verify": "Check that RUN or BUNDLE (folder or zip) is as it was written and signed.",
    "sign": "Sign RUN or BUNDLE, so that whoever alters it is noticed.",
    "history": "Show what scans kept in a database: since when, how long, the trend.",
    "expiring": "List what expires soon over the fleet.",
    "rules": "List, show, make and test rules, ours and those of installed packages.",
    "causes": "List and show the documented causes of failures.",
    "inventory": "Make and check an inventory of the fleet.",
    "schema": "Print the JSON Schema of scan.json or of a line of findings.jsonl.",
    "export-script": "Print a read-only script that exports the evidence of one side.",
    "demo": "Write and judge two demo fleets, one of them twice, and say where to look.",
}
"""The commands in the order of the help, each with its one line."""


class LazyGroup(click.Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"stampcheck.cli.{name}")
        command = getattr(module, name)
        assert isinstance(command, click.Command)  # noqa: S101 (a test walks all commands)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for an unknown one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from stampcheck.tomlfile import nearest

            raise click.UsageError(
                f"There is no command {args[0]!r}{nearest(args[0], COMMANDS)}"
            ) from error


@click.group(
    cls=LazyGroup, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, "--version", prog_name="stampcheck")
def cli() -> None:
    """Audit the Azure registration of Azure Stack Hub stamps.

    Reads evidence, changes nothing. Start with 'stampcheck demo'.
    """


def main() -> None:
    """Run the command line; every expected error is one sentence and its exit code."""
    # Asked to end, it ends as by Ctrl-C: what was finished is kept, scratch files go.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = run(sys.argv[1:])
    # Everything is done: a late signal must not make it look as if it was not.
    for late in (signal.SIGINT, signal.SIGTERM):
        signal.signal(late, signal.SIG_IGN)
    sys.exit(code)


def run(arguments: list[str]) -> int:  # noqa: PLR0911 (one return for each way to end)
    """Run a command line; the exit code."""
    try:
        result = cli.main(args=arguments, prog_name="stampcheck", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except StampcheckError as error:
        click.echo(f"Error: {printable(str(error))}", err=True)
        return error.exit_code
    except BrokenPipeError:
        # The reader went away, which is its right; keep the interpreter from complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        click.echo(f"Error: {_os_error(error)}", err=True)
        return 5
    except Exception as error:  # noqa: BLE001 (a defect must not look like a finding's exit code)
        text = f"{type(error).__name__}: {str(error)[:300]}"
        click.echo(f"Error: this is a defect of stampcheck: {printable(text)}", err=True)
        return 5
    return result if isinstance(result, int) else 0


def _os_error(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return printable(f"{place}{error.strerror or error}; nothing that was finished is lost.")


def printable(text: str) -> str:
    """The text without characters that steer a terminal or turn its direction."""
    return "".join(sign if _is_printable(sign) else "\ufffd" for sign in text)


def _is_printable(sign: str) -> bool:
    code = ord(sign)
    steers = (code < 32 and sign not in "\n\t") or 0x7F <= code < 0xA0
    turns = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or code in (0x200E, 0x200F, 0x061C)
    return not (steers or turns or 0xD800 <= code <= 0xDFFF)
