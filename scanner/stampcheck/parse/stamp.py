"""What the stamp says of itself: ids, build, nodes (facts/azure.md 2.6, 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Found, Held, read_field, read_value
from stampcheck.parse.shape import Item, as_mapping
from stampcheck.parse.value import Unreadable, guid, malformed, member, present, shown, text
from stampcheck.values import BillingModel

_WHAT: Final = "the stamp"


def stamp_information(evidence: Evidence) -> Found | Missing:
    """The answer of Get-AzureStackStampInformation; another product's answer is none."""
    found = evidence.derived.get("stamp-information")
    if found is None:
        found = _own_product(evidence.newest("stamp-information", _WHAT))
        evidence.derived["stamp-information"] = found
    return found


def _own_product(found: Found | Missing) -> Found | Missing:
    if isinstance(found, Missing):
        return found
    version = found.item.prop("StampVersion")
    if isinstance(version, str) and version and not version.startswith("1."):
        return Missing(
            Reason.UNSUPPORTED_VERSION,
            f"{found.held.label} StampVersion: {shown(version)} is not Azure Stack Hub "
            "(builds begin with 1.), but another product",
        )
    return found


def stamp_side_cloud_id(evidence: Evidence) -> Known[str] | Missing:
    """The Cloud ID by the stamp itself, else by its registration token. Two answers of the stamp
    that differ are ambiguous.
    """
    own = evidence.derived.get("cloud-id")
    if own is None:
        own = evidence.derived["cloud-id"] = _stamp_side_cloud_id(evidence)
    return own


def _stamp_side_cloud_id(evidence: Evidence) -> Known[str] | Missing:
    own = own_cloud_id(evidence)
    if isinstance(own, Known) or own.reason is Reason.AMBIGUOUS:
        return own
    by_token = _token(evidence, "cloudId", guid)
    return by_token if isinstance(by_token, Known) else _likeliest_gap(own, by_token)


def own_cloud_id(evidence: Evidence) -> Known[str] | Missing:
    """The Cloud ID by the stamp's own answers, so by no token, which people hand around."""
    by_pep = read_field(stamp_information(evidence), "CloudID", guid)
    by_fabric = _fabric(evidence, "stampCloudId")
    if isinstance(by_pep, Known) and isinstance(by_fabric, Known):
        if by_pep.value != by_fabric.value:
            both = f"{by_pep.source}: {by_pep.value}, {by_fabric.source}: {by_fabric.value}"
            return Missing(Reason.AMBIGUOUS, f"the stamp's own answers differ ({both})")
        return by_pep
    known = [fact for fact in (by_pep, by_fabric) if isinstance(fact, Known)]
    return known[0] if known else _likeliest_gap(by_pep, by_fabric)


def saved_token(evidence: Evidence) -> Found | Missing:
    """The newest saved registration token; one with another Cloud ID than the stamp's own answers
    give is another stamp's.
    """
    if not evidence.of("registration-token"):
        return Missing(Reason.NOT_COLLECTED, "there is no registration-token document")
    found = evidence.newest("registration-token", "the saved token")
    theirs, ours = read_field(found, "cloudId", guid), own_cloud_id(evidence)
    if isinstance(theirs, Known) and isinstance(ours, Known) and theirs.value != ours.value:
        return Missing(
            Reason.AMBIGUOUS,
            f"{theirs.source}: {theirs.value} is of another stamp; {ours.source}: {ours.value}",
        )
    return found


def _likeliest_gap(*gaps: Any) -> Missing:  # noqa: ANN401 (all are Missing here)
    """The gap that says most: a refusal or a fault before 'nobody asked'."""
    told = [gap for gap in gaps if gap.reason is not Reason.NOT_COLLECTED]
    return (told or list(gaps))[0]  # type: ignore[no-any-return]  # all are Missing


def _fabric(evidence: Evidence, name: str) -> Known[str] | Missing:
    if not evidence.of("fabric-locations"):
        return Missing(Reason.NOT_COLLECTED, "there is no fabric-locations document of the stamp")
    return read_field(evidence.newest("fabric-locations", _WHAT), name, guid)


def _token(evidence: Evidence, name: str, reader: Any) -> Any:  # noqa: ANN401 (generic reader)
    return read_field(saved_token(evidence), name, reader)


def deployment_id(evidence: Evidence) -> Known[str] | Missing:
    """The Deployment ID, by the privileged endpoint or the fabric."""
    by_pep = read_field(stamp_information(evidence), "DeploymentID", guid)
    if isinstance(by_pep, Known):
        return by_pep
    by_fabric = _fabric(evidence, "stampInformationId")
    return by_fabric if isinstance(by_fabric, Known) else _likeliest_gap(by_pep, by_fabric)


def stamp_version(evidence: Evidence) -> Known[str] | Missing:
    """The build of the stamp."""
    return read_field(stamp_information(evidence), "StampVersion", text)


def _identity(value: object) -> str:
    known = {"azuread": "AzureAD", "aad": "AzureAD", "adfs": "ADFS"}
    word = text(value).strip().lower()
    if word in known:
        return known[word]
    raise Unreadable(Reason.AMBIGUOUS, f"{shown(value)} is neither AzureAD nor ADFS")


def identity_system(evidence: Evidence) -> Known[str] | Missing:
    """AzureAD or ADFS, by the stamp information, else by the sign-in endpoint."""
    by_pep = read_field(stamp_information(evidence), "IdentitySystem", _identity)
    if isinstance(by_pep, Known) or not evidence.of("endpoints"):
        return by_pep
    found = evidence.newest("endpoints", _WHAT)
    if isinstance(found, Missing):
        return by_pep
    sign_in = as_mapping(found.item.own("authentication")) or {}
    address = Item(sign_in).own("loginendpoint")
    return read_value(address, found.held.source("authentication.loginEndpoint"), _by_sign_in)


_ENTRA: Final = re.compile(
    r"https://login\.(?:windows\.net|microsoftonline\.(?:com|us|de)|chinacloudapi\.cn"
    r"|partner\.microsoftonline\.cn)(?:/.*)?"
)


def _by_sign_in(value: object) -> str:
    address = text(value).lower()
    if address.rstrip("/").endswith("/adfs") or "//adfs." in address:
        return "ADFS"
    if _ENTRA.fullmatch(address):
        return "AzureAD"
    raise Unreadable(Reason.AMBIGUOUS, f"{shown(value)} is no sign-in address of Microsoft's")


def nodes(evidence: Evidence) -> Known[int] | Missing:
    """Number of nodes, by the newest of the stamp information and the whole listings of the fabric;
    two of one time that differ are ambiguous.
    """
    found = stamp_information(evidence)
    by_pep = read_field(found, "NumberOfNodes", node_count)
    counts = list(_fabric_counts(evidence))
    if isinstance(found, Found) and isinstance(by_pep, Known):
        counts.insert(0, (found.held, by_pep))
    if not counts:
        return by_pep
    newest = max(_read_at(held) for held, _ in counts)
    first, *others = [count for held, count in counts if _read_at(held) == newest]
    other = next((one for one in others if one.value != first.value), None)
    if other is None:
        return first
    both = f"{first.source}: {first.value}, {other.source}: {other.value}"
    return Missing(Reason.AMBIGUOUS, f"the stamp's own answers differ ({both})")


def _read_at(held: Held) -> str:
    return held.document.collected_at.rstrip("Z")


def _fabric_counts(evidence: Evidence) -> Iterator[tuple[Held, Known[int]]]:
    """What whole listings of the fabric count; where the nodes are listed, those."""
    for held in evidence.of("scale-unit-nodes"):
        number = len(distinct_nodes(held)) if _lists_all(held, "/scaleunitnodes") else 0
        if number:
            yield held, Known(number, held.source("number of nodes"))
    for held in evidence.of("scale-units"):
        number = _nodes_of_units(held) if _lists_all(held, "/scaleunits") else 0
        if number:
            yield held, Known(number, held.source("properties.nodes"))


def distinct_nodes(held: Held) -> set[str]:
    """The nodes that a listing names, each once."""
    names = ((item.id or item.own("name"), item.prefix) for item in held.items)
    return {name.lower() if isinstance(name, str) else place for name, place in names}


def _lists_all(held: Held, path_end: str) -> bool:
    """Whether nothing was left out, as far as is known what was asked."""
    is_narrow = bool(held.path) and not held.path.endswith(path_end)
    return held.is_answer and held.is_whole and not is_narrow and "$filter" not in held.query


def _nodes_of_units(held: Held) -> int:
    """How many nodes the scale units name; 0 where one does not list them."""
    listed = [item.prop("nodes") for item in held.items]
    if not all(isinstance(nodes, list) and nodes for nodes in listed):
        return 0
    return sum(len(nodes) for nodes in listed)


def node_count(value: object) -> int:
    """A number of nodes, as a number or in digits; a stamp without any, or with 10,000, is none."""
    value = present(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10_000:
        raise malformed("a number of nodes", value)
    return value


def token_billing_model(evidence: Evidence) -> Known[BillingModel] | Missing:
    """The billing model that a saved token asked for."""
    return _token(evidence, "billingModel", member(BillingModel))  # type: ignore[no-any-return]
