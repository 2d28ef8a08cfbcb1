"""Sorted documents to a bundle: each once, however many stamps it serves."""

from __future__ import annotations

from stampcheck.bundle import BundleWriter, Span, StampEntry
from stampcheck.collect.described import Group
from stampcheck.collect.grouping import Grouped
from stampcheck.model import UNCLAIMED


def write_grouped(writer: BundleWriter, grouped: Grouped) -> None:
    """Write every document and the stamps that they serve; the manifest is left to the caller."""
    shared: dict[int, Span] = {}
    for one in grouped.stamps:
        for document in one.shared:
            if id(document) not in shared:
                shared[id(document)] = writer.add_document(document)
    for one in grouped.stamps:
        writer.add_stamp(_entry(writer, one, [shared[id(document)] for document in one.shared]))
    if grouped.unclaimed:
        spans = [writer.add_document(document) for document in grouped.unclaimed]
        writer.add_stamp(StampEntry(UNCLAIMED, documents=spans))


def _entry(writer: BundleWriter, one: Group, shared: list[Span]) -> StampEntry:
    spans = []
    for document in one.documents:
        document.stamps = (one.name,)
        spans.append(writer.add_document(document))
    return StampEntry(one.name, one.declared, one.in_inventory, spans, shared, one.notes)
