"""A bundle of any number of stamps that are in order, for benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from stampcheck.bundle import BundleWriter, Declared, Manifest, StampEntry
from stampcheck.demo import AS_OF, answer
from stampcheck.demo.answer import Answer
from stampcheck.demo.site import Site
from stampcheck.demo.standard import standard
from stampcheck.document import Document, iso


def write_synthetic(folder: Path, stamps: int) -> Path:
    """Write a bundle of ``stamps`` stamps, each with its own subscription and registration."""
    writer = BundleWriter(folder)
    for number in range(stamps):
        site = Site(name=f"stamp-s{number:05d}")
        spans = [writer.add_document(document) for document in _documents(site)]
        writer.add_stamp(StampEntry(site.name, Declared(), documents=spans))
    writer.close(Manifest(collected_at=iso(AS_OF), sources=["synthetic"]))
    return folder


def _documents(site: Site) -> Iterator[Document]:
    told = [one for one in standard(site).values() if isinstance(one, Answer)]
    more = (
        answer.stamp_subscriptions(site),
        answer.fabric_locations(site),
        answer.scale_units(site),
        answer.scale_unit_nodes(site),
        answer.activity_log(site),
    )
    for one in (*told, *more):
        yield Document(
            kind=one.kind,
            label=f"{site.name}/{one.kind}.json",
            stamps=(site.name,),
            request=one.request,
            status=one.status,
            collected_at=one.collected_at,
            body=msgspec.Raw(msgspec.json.encode(one.body)),
        )
