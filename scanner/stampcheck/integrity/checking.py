"""Check a run or a bundle against its manifests and signatures: what was changed or is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec

from stampcheck.bundle import Bundle
from stampcheck.document import digest
from stampcheck.errors import IntegrityError, UsageError
from stampcheck.integrity.contents import Difference, differences, files_below
from stampcheck.integrity.run_manifest import NAME, RunManifest, read_run_manifest
from stampcheck.integrity.signature import SignatureState, signature_path, signer_path
from stampcheck.record import ScanRecord

BUNDLE_MANIFEST: Final = "manifest.json"
_BUNDLE: Final = "bundle"
_INNER: Final = f"{_BUNDLE}/{BUNDLE_MANIFEST}"

CheckSignature = Callable[[Path], SignatureState | None]
"""Says what is to be said of the signature over a manifest; None where there is nothing to say."""


class Place(msgspec.Struct, frozen=True):
    """What is to be checked: a run, with its reports, or a bundle alone."""

    kind: Literal["run", "bundle"]
    folder: Path

    @property
    def manifest(self) -> Path:
        """The manifest that vouches for the rest, and that is signed."""
        return self.folder / (NAME if self.kind == "run" else BUNDLE_MANIFEST)

    @property
    def bundle(self) -> Path | None:
        """The bundle that lies there, if one does."""
        inner = self.folder / _BUNDLE if self.kind == "run" else self.folder
        return inner if (inner / BUNDLE_MANIFEST).is_file() else None


class Checked(msgspec.Struct):
    """What a check brought. Digests are the SHA-256 of the manifests as they are now, empty where
    there is none; ``signatures`` go by the name of the manifest that they are over.
    """

    kind: str
    files: int = 0
    scan_id: str = ""
    manifest_digest: str = ""
    bundle_digest: str = ""
    differences: list[Difference] = []
    signatures: dict[str, SignatureState] = {}

    @property
    def is_intact(self) -> bool:
        """Whether nothing differs and no signature is wrong."""
        return not self.differences and not any(one.is_breach for one in self.signatures.values())


def place_in(folder: Path) -> Place:
    """What lies in a folder; ``UsageError`` where it is neither a run nor a bundle."""
    if (folder / NAME).is_file() or (folder / "scan.json").is_file():
        return Place("run", folder)
    if (folder / BUNDLE_MANIFEST).is_file():
        return Place("bundle", folder)
    if (folder / _INNER).is_file():
        alone = all(one.name == _BUNDLE for one in folder.iterdir())
        return Place("bundle", folder / _BUNDLE) if alone else Place("run", folder)
    raise UsageError(
        f"{folder}: holds no {NAME} and no {BUNDLE_MANIFEST}, so this is no run and no bundle."
    )


def check(place: Place, of_place: CheckSignature, of_bundle: CheckSignature) -> Checked:
    """Check everything that lies there. ``of_place`` checks the signature over the manifest that
    is asked about, ``of_bundle`` that of the bundle in a run.
    """
    checked = Checked(place.kind)
    if place.kind == "run":
        _check_run(place.folder, checked)
    _check_signature(place.manifest, of_place, checked, place.manifest.name)
    if place.bundle is not None:
        _check_bundle(place, place.bundle, checked)
    if place.kind == "run" and place.bundle is not None:
        _check_signature(place.bundle / BUNDLE_MANIFEST, of_bundle, checked, _INNER)
    return checked


def _check_signature(manifest: Path, ask: CheckSignature, checked: Checked, name: str) -> None:
    state = ask(manifest) if manifest.is_file() else None
    if state is not None:
        checked.signatures[name] = state


def _check_run(folder: Path, checked: Checked) -> None:
    manifest = _run_manifest(folder, checked)
    if manifest is None:
        return
    checked.scan_id, checked.files = manifest.scan_id, len(manifest.files)
    own = {one.name for one in _beside(folder / NAME)}
    inner = {f"{_BUNDLE}/{one.name}" for one in _beside(folder / _INNER)[1:]}
    present = {name for name in files_below(folder) if name not in own | inner}
    checked.differences += differences(folder, manifest.files, present)
    checked.differences += _against_the_scan(folder, manifest, checked)


def _beside(manifest: Path) -> tuple[Path, Path, Path]:
    """A manifest and what may be written beside it later."""
    return manifest, signature_path(manifest), signer_path(manifest)


def _run_manifest(folder: Path, checked: Checked) -> RunManifest | None:
    path = folder / NAME
    if not path.is_file() or path.is_symlink():
        detail = "nothing vouches for the reports of this run"
        checked.differences.append(Difference("missing", NAME, detail))
        return None
    data = path.read_bytes()
    checked.manifest_digest = digest(data)
    try:
        return read_run_manifest(path, data)
    except IntegrityError as error:
        detail = str(error).removeprefix(f"{path}: ").rstrip(".")
        checked.differences.append(Difference("changed", NAME, detail))
        return None


def _against_the_scan(
    folder: Path, manifest: RunManifest, checked: Checked
) -> Iterator[Difference]:
    """Whether the record is the one that the manifest was written for."""
    if "scan.json" not in manifest.files or checked.differences:
        return
    scan = ScanRecord(folder).scan
    same = (scan.scan_id, scan.as_of, scan.bundle.digest, scan.packages)
    if same != (manifest.scan_id, manifest.as_of, manifest.bundle_digest, manifest.packages):
        yield Difference("changed", "scan.json", f"is not the scan that {NAME} names")


def _check_bundle(place: Place, folder: Path, checked: Checked) -> None:
    prefix = f"{_BUNDLE}/" if place.kind == "run" else ""
    told = {one.file for one in checked.differences}
    for found in _bundle_differences(folder, checked):
        if prefix + found.file not in told:
            checked.differences.append(msgspec.structs.replace(found, file=prefix + found.file))
    if place.kind == "run":
        checked.differences += _against_the_run(place.folder, checked)


def _bundle_differences(folder: Path, checked: Checked) -> Iterator[Difference]:
    try:
        with Bundle(folder) as bundle:
            checked.bundle_digest = bundle.digest
            own = {one.name for one in _beside(folder / BUNDLE_MANIFEST)}
            present = {name for name in files_below(folder) if name not in own}
            found = list(differences(folder, bundle.manifest.files, present))
            yield from found
            if not found:
                # The index and its numbers have to agree too.
                bundle.verify()
            if not checked.files:
                checked.files = len(bundle.manifest.files)
    except (IntegrityError, UsageError) as error:
        if isinstance(error, UsageError) and checked.is_intact:
            # A newer stampcheck may have made it; nothing says that it was altered.
            raise
        detail = str(error).removeprefix(f"{folder}/").rstrip(".")
        yield Difference("changed", BUNDLE_MANIFEST, detail)


def _against_the_run(folder: Path, checked: Checked) -> Iterator[Difference]:
    """Whether the bundle in a run is the one that was judged."""
    path = folder / NAME
    try:
        judged = read_run_manifest(path, path.read_bytes()).bundle_digest
    except (IntegrityError, OSError):
        return
    is_told = any(one.file == _INNER for one in checked.differences)
    if checked.bundle_digest != judged and not is_told:
        yield Difference("changed", _INNER, f"is not the bundle that was judged ({judged[:12]}...)")
