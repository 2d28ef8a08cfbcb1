"""Signers and verifiers of somebody else, run by their command line and without a shell."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import Final

from stampcheck.errors import RunError, UsageError

_PATIENCE: Final = 300
_MOST: Final = 1_000_000


def signature_by(command: str, manifest: Path) -> bytes:
    """What a signer prints of a manifest, which it reads from stdin or as ``{manifest}``."""
    done = _run("--signer", command, manifest, {"{manifest}": str(manifest)})
    name = shlex.split(command)[0]
    if done.returncode != 0:
        raise RunError(f"--signer: {name} ended with {done.returncode}, so nothing was signed.")
    if not done.stdout or len(done.stdout) > _MOST:
        raise RunError(f"--signer: {name} printed no signature, so nothing was signed.")
    return done.stdout


def is_verified_by(command: str, manifest: Path, signature: Path) -> bool:
    """Whether a verifier, which is told ``{manifest}`` and ``{signature}``, ends with 0."""
    names = {"{manifest}": str(manifest), "{signature}": str(signature)}
    return _run("--verifier", command, manifest, names).returncode == 0


def _run(
    option: str, command: str, manifest: Path, names: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run a command with the manifest as its stdin; what it says on stderr is the user's to see."""
    arguments = _arguments(option, command)
    for mark, name in names.items():
        arguments = [one.replace(mark, name) for one in arguments]
    try:
        with manifest.open("rb") as stdin:
            return subprocess.run(  # noqa: S603 (the user's own command, without a shell)
                arguments, stdin=stdin, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False
            )
    except subprocess.TimeoutExpired:
        raise RunError(f"{option}: {arguments[0]} gave no answer in {_PATIENCE} s.") from None
    except OSError as error:
        raise UsageError(f"{option}: {arguments[0]} cannot be run ({error.strerror}).") from error


def _arguments(option: str, command: str) -> list[str]:
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"{option} {command!r}: {error}.") from None
    if not arguments:
        raise UsageError(f"{option}: name a command.")
    return arguments
