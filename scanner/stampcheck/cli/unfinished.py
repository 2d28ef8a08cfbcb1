"""Runs whose collection did not come to its end, and how to go on with them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from stampcheck.bundle import Manifest
from stampcheck.errors import UsageError

_COLLECTING: Final = "collecting"
_DOCUMENTS: Final = "documents.jsonl"
_BUNDLE: Final = "bundle"


def go_on(run: Path) -> str:
    """What to do to collect the rest, as the end of a sentence."""
    return f"go on with --resume {run}"


def incomplete(manifest: Manifest, place: Path) -> str:
    """That a bundle is incomplete, and how to go on where it was collected live. ``place`` is the
    run, bundle or zip that it was read from.
    """
    told = "The evidence is incomplete: its collection was interrupted or ran out of time"
    if "live" not in manifest.sources:
        return f"{told}."
    if place.is_file():
        return f"{told}; unpack {place} and go on with --resume FOLDER."
    return f"{told}; {go_on(place)}."


def holds_anything(run: Path) -> bool:
    """Whether a run holds a bundle or documents that another can go on from."""
    unfinished = run / _COLLECTING / _DOCUMENTS
    return _has_bundle(run) or (unfinished.is_file() and unfinished.stat().st_size > 0)


def tidy(run: Path) -> None:
    """Leave of an interrupted run either the bundle or what it would have been made of."""
    shutil.rmtree(run / (_COLLECTING if _has_bundle(run) else _BUNDLE), ignore_errors=True)


def refuse_unfinished(place: Path) -> None:
    """``UsageError`` where a place, or the run that it lies in, holds no more than a collection
    that was ended before there was a bundle.
    """
    run = place.parent if place.name in (_COLLECTING, _BUNDLE) else place
    if (run / _COLLECTING / _DOCUMENTS).is_file() and not _has_bundle(run):
        raise UsageError(
            f"{run}: its collection was interrupted before there was a bundle; go on with "
            f"'stampcheck scan --inventory FILE --resume {run}'."
        )


def _has_bundle(run: Path) -> bool:
    return (run / _BUNDLE / "manifest.json").is_file()
