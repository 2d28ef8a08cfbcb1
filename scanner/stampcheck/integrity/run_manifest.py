"""``run-manifest.json``: what a run is made of, written last, so that whatever is changed shows.

It holds the SHA-256 of every file of the run, reports and evidence, and a seal over itself. That
notices accidents and clumsiness; who changes files on purpose can write a new manifest, and is
noticed by a signature over it (``signature``).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck import __version__
from stampcheck.bundle import FileDigest, Manifest, digest_file
from stampcheck.document import digest
from stampcheck.errors import IntegrityError, UsageError
from stampcheck.integrity.contents import files_below
from stampcheck.record import PackageRecord, Scan

NAME: Final = "run-manifest.json"
SCHEMA_VERSION: Final = 1
_BUNDLE: Final = "bundle/"
_SEAL: Final = re.compile(rb'"seal": "([0-9a-f]{64})"\n\}\n\Z')


class RunManifest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a run is. ``bundle_digest`` is the SHA-256 of the judged bundle's manifest, wherever
    that bundle lies; ``seal`` is the SHA-256 of this manifest without its seal. It tells no time of
    its own: who judges the same again gets the same bytes, and can hold a signature against them.
    """

    schema_version: int = SCHEMA_VERSION
    tool: str = "stampcheck"
    tool_version: str = __version__
    scan_id: str
    as_of: str
    bundle_digest: str
    packages: list[PackageRecord]
    files: dict[str, FileDigest]
    seal: str = ""


def _encoded(manifest: RunManifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def _seal(manifest: RunManifest) -> str:
    return digest(_encoded(msgspec.structs.replace(manifest, seal="")))


def write_run_manifest(folder: Path, scan: Scan, bundle: Manifest | None = None) -> None:
    """Write the manifest over everything that lies in a run's folder; the last file of a run.

    ``bundle`` is the manifest of the bundle in the run, whose files were hashed already.
    """
    known = {f"{_BUNDLE}{name}": one for name, one in bundle.files.items()} if bundle else {}
    present = [name for name in files_below(folder) if name != NAME]
    files = {name: known.get(name) or digest_file(folder / name) for name in present}
    manifest = RunManifest(
        scan_id=scan.scan_id,
        as_of=scan.as_of,
        bundle_digest=scan.bundle.digest,
        packages=scan.packages,
        files=files,
    )
    manifest.seal = _seal(manifest)
    scratch = folder / f"{NAME}.part"
    scratch.write_bytes(_encoded(manifest))
    scratch.replace(folder / NAME)


def _is_sealed(data: bytes) -> bool:
    """Whether the seal in the text is that of the text, whatever else a newer one may hold."""
    found = _SEAL.search(data)
    if found is None:
        return False
    return digest(data[: found.start(1)] + data[found.end(1) :]) == found.group(1).decode()


def read_run_manifest(path: Path, data: bytes) -> RunManifest:
    """The manifest, if it is as stampcheck wrote it: any other byte in it is an
    ``IntegrityError``.
    """
    try:
        version = msgspec.json.decode(data, type=dict[str, Any]).get("schema_version")
        if isinstance(version, int) and version > SCHEMA_VERSION and _is_sealed(data):
            raise UsageError(
                f"{path}: schema version {version} is newer than {SCHEMA_VERSION}, the newest that "
                f"stampcheck {__version__} reads; use the version that wrote it."
            )
        manifest = msgspec.json.decode(data, type=RunManifest)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise IntegrityError(f"{path}: is no manifest of a run ({str(error)[:200]}).") from error
    if _encoded(manifest) != data or _seal(manifest) != manifest.seal:
        raise IntegrityError(f"{path}: was edited by hand: its seal is not that of its content.")
    return manifest
