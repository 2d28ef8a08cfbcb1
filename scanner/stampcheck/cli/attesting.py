"""The attestations of a run: read from the auditor's file and added to the bundle."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from stampcheck.attestations import AttestationFile, read_attestations
from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk
from stampcheck.supplement import supplement


def attested(path: Path | None, *moments: datetime | None) -> AttestationFile | None:
    """The attestations of a file; none may be of a day after the latest of the moments."""
    if path is None:
        return None
    return read_attestations(path, today=max(one for one in moments if one).date())


def attest_bundle(folder: Path, file: AttestationFile | None, talk: Talk) -> None:
    """Add attestations to a finished bundle folder, and say which of them are void."""
    if file is None:
        return
    with Bundle(folder) as bundle:
        documents = file.documents([entry.name for entry in bundle.entries()])
    supplement(folder, documents, f"Attestations were added from {Path(file.path).name}.")
    for one in file.attestations:
        if one.void:
            talk.warn(f"{file.path}:{one.line}: {one.stamp}: {one.void}.")


def attested_copy(bundle: Bundle, folder: Path, file: AttestationFile, talk: Talk) -> Path:
    """A copy of a bundle in the folder of a run, with attestations; the bundle stays as it is."""
    copy = folder / "bundle"
    shutil.copytree(bundle.folder, copy, ignore=_not_in(bundle))
    attest_bundle(copy, file, talk)
    return copy


def _not_in(bundle: Bundle) -> Callable[[str, list[str]], set[str]]:
    """Leave out what the manifest does not vouch for."""
    kept = {"manifest.json", *bundle.manifest.files}

    def ignored(folder: str, names: list[str]) -> set[str]:
        here = Path(folder).relative_to(bundle.folder)
        return {
            name for name in names if not any(Path(one).is_relative_to(here / name) for one in kept)
        }

    return ignored
