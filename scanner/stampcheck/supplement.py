"""Documents added to a finished bundle: attestations, which come after the evidence.

The bundle is another one afterwards, with another digest; what was collected stays as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.bundle import Bundle, FileDigest, Span, StampEntry, digest_file, write_manifest
from stampcheck.document import Document, encode

_DOCUMENTS: Final = "documents.jsonl"
_STAMPS: Final = "stamps.jsonl"


def supplement(folder: Path, documents: Mapping[str, Sequence[Document]], note: str) -> None:
    """Add documents to the stamps of a bundle folder, each under the name of its stamp.

    Both files are written anew beside the old ones, so that a bundle that cannot be finished stays
    what it was.
    """
    with Bundle(folder) as bundle:
        manifest, entries = bundle.manifest, list(bundle.entries())
    scratch = {name: folder / f"{name}.part" for name in (_DOCUMENTS, _STAMPS)}
    shutil.copyfile(folder / _DOCUMENTS, scratch[_DOCUMENTS])
    offset = scratch[_DOCUMENTS].stat().st_size
    with scratch[_DOCUMENTS].open("ab") as stream, scratch[_STAMPS].open("wb") as index:
        for entry in entries:
            lines = [encode(document) for document in documents.get(entry.name, ())]
            stream.writelines(lines)
            index.write(msgspec.json.encode(_with(entry, lines, offset)) + b"\n")
            offset += sum(map(len, lines))
            manifest.documents += len(lines)
    digests: dict[str, FileDigest] = {name: digest_file(path) for name, path in scratch.items()}
    manifest.files |= digests
    manifest.notes = [*manifest.notes, note]
    manifest.sources = list(dict.fromkeys((*manifest.sources, "attestations")))
    for name, path in scratch.items():
        path.replace(folder / name)
    write_manifest(folder, manifest)


def _with(entry: StampEntry, lines: Sequence[bytes], offset: int) -> StampEntry:
    spans: list[Span] = []
    for line in lines:
        spans.append((offset, len(line)))
        offset += len(line)
    return msgspec.structs.replace(entry, documents=[*entry.documents, *spans])
