"""Nodes at registration, and whether the stamp is a development kit (facts/azure.md 1.4, 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from stampcheck.document import STAMP_KINDS
from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.evidence import Evidence, Found, read_field, read_value
from stampcheck.parse.roles import last_write
from stampcheck.parse.shape import as_mapping
from stampcheck.parse.stamp import (
    distinct_nodes,
    node_count,
    nodes,
    saved_token,
    stamp_information,
)
from stampcheck.parse.subscription import INVENTORY
from stampcheck.parse.value import Unreadable, boolean, moment, text

_KIT: Final = "local.azurestack.external"
_KITS_REGION, _KITS_DOMAIN = _KIT.split(".", 1)
_NAME: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,20}", re.ASCII)
_ADMIN: Final = re.compile(
    r"https://(?:adminmanagement|adminportal)\.([a-z0-9_.-]{1,253}?)\.?(?::\d{1,5})?(?:[/?].*)?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_TOLD: Final = ("galleryEndpoint", "portalEndpoint")
_ASKED: Final = tuple(sorted(STAMP_KINDS - {"stamp-information", "registration-token"}))


def nodes_at_registration(evidence: Evidence) -> Known[int] | Missing:
    """Number of nodes at registration: as declared, else by the saved token, else as an earlier
    scan saw it. The source tells which.
    """
    declared = evidence.declared.nodes_at_registration
    if declared is not None:
        return read_value(declared, Source(INVENTORY, "nodes_at_registration"), node_count)
    by_token = _by_token(evidence)
    if isinstance(by_token, Known) or evidence.baseline_nodes is None:
        return by_token
    return _overtaken(evidence) or read_value(
        evidence.baseline_nodes, Source("baseline", "nodes"), node_count
    )


def _overtaken(evidence: Evidence) -> Missing | None:
    """Why the number of an earlier scan is not that of the registration: it was written since."""
    written = last_write(evidence)
    try:
        read_at = moment(evidence.baseline_read_at)
    except Unreadable:
        return None
    if written is None or written <= read_at:
        return None
    return Missing(
        Reason.AMBIGUOUS,
        f"the registration was written on {written.date()}, after the earlier scan read "
        f"{evidence.baseline_nodes} nodes on {read_at.date()}",
    )


def _by_token(evidence: Evidence) -> Known[int] | Missing:
    if not evidence.of("registration-token"):
        return Missing(
            Reason.NOT_COLLECTED,
            "neither the inventory nor a saved registration token nor an earlier scan tells it",
        )
    return read_field(saved_token(evidence), "nodes", node_count)


def is_development_kit(evidence: Evidence) -> Known[bool] | Missing:
    """Whether the stamp is a development kit: it has one region and domain of its own, and a single
    node. Another domain, or several nodes where no domain is known, is an integrated system.
    """
    domains = list(_domains(evidence))
    kits = [source for domain, source in domains if domain == _KIT]
    others = [source for domain, source in domains if domain != _KIT]
    several = _several_nodes(evidence)
    against = [*others, *([several] if several else [])]
    if kits and against:
        return Missing(
            Reason.AMBIGUOUS,
            f"{kits[0]} is that of a development kit, but {against[0]} is not",
        )
    single = nodes(evidence)
    if several and not others and isinstance(single, Known) and single.value == 1:
        return Missing(
            Reason.AMBIGUOUS, f"{single.source} is a single node, but {several} are several"
        )
    if kits or against:
        return Known(value=bool(kits), source=(kits or against)[0])
    return _no_domain(stamp_information(evidence))


def _no_domain(found: Found | Missing) -> Missing:
    if isinstance(found, Missing):
        return found
    return Missing(
        Reason.ABSENT_IN_ANSWER, f"{found.held.label} gives no region with its external domain"
    )


def _domains(evidence: Evidence) -> Iterator[tuple[str, Source]]:
    """Every external domain, region included, that the evidence names, and where."""
    found = stamp_information(evidence)
    addresses = [_addresses(evidence)]
    if isinstance(found, Found):
        yield from _by_information(found)
        addresses.append(_by_endpoints(found))
    for address, source in chain.from_iterable(addresses):
        match = _ADMIN.fullmatch(address)
        if match:
            yield match.group(1).lower(), source


def _by_information(found: Found) -> Iterator[tuple[str, Source]]:
    """Region and domain; each alone tells only where it is not the kit's."""
    region, domain = _word(found, "RegionName"), _word(found, "ExternalDomainFQDN")
    if domain:
        source = found.source("ExternalDomainFQDN")
        if domain == _KIT or region in (domain.partition(".")[0], ""):
            whole = domain
        else:
            whole = f"{region}.{domain}"
        if whole != _KITS_DOMAIN:
            yield whole, source
    elif region not in ("", _KITS_REGION):
        yield region, found.source("RegionName")


def _word(found: Found, name: str) -> str:
    try:
        word = text(found.item.prop(name)).lower().strip(".")
    except Unreadable:
        return ""
    return word if _NAME.fullmatch(word) else ""


def _addresses(evidence: Evidence) -> Iterator[tuple[str, Source]]:
    """Addresses of the stamp's administrator endpoints: asked, told and declared."""
    if evidence.declared.admin_endpoint:
        yield evidence.declared.admin_endpoint, Source(INVENTORY, "admin_endpoint")
    for kind in _ASKED:
        for held in evidence.of(kind):
            yield held.document.request, held.source("request")
    for held in evidence.of("endpoints"):
        for item in held.items:
            for name in _TOLD:
                yield str(item.own(name)), held.source(item.path(name))


def _by_endpoints(found: Found) -> Iterator[tuple[str, Source]]:
    told = as_mapping(found.item.prop("AdminExternalEndpoints")) or {}
    for address in told.values():
        yield str(address), found.source("AdminExternalEndpoints")


def _several_nodes(evidence: Evidence) -> Source | None:
    """The proof of more than one node, which no development kit has, in whatever document."""
    found = stamp_information(evidence)
    told = read_field(found, "NumberOfNodes", node_count)
    if isinstance(told, Known) and told.value > 1:
        return told.source
    for held in evidence.of("scale-unit-nodes"):
        if held.is_answer and len(distinct_nodes(held)) > 1:
            return held.source("number of nodes")
    for held in evidence.of("scale-units"):
        for item in held.items:
            unit = Found(item, held)
            several = read_field(unit, "isMultiNode", boolean)
            if isinstance(several, Known) and several.value:
                return several.source
            listed = item.prop("nodes")
            if isinstance(listed, list) and len(listed) > 1:
                return unit.source("nodes")
    return None
