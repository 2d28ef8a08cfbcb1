"""The Azure cloud that the registration stands in (facts/azure.md 11): as the activation names it,
else by the host that answered about the registration, else as the inventory declares it.
"""

from __future__ import annotations

import re
from typing import Final

from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse import activation
from stampcheck.parse.evidence import Evidence, Held, is_below, read_value
from stampcheck.parse.registration import Seen, registration
from stampcheck.parse.subscription import INVENTORY, subscription_id
from stampcheck.parse.value import Unreadable, shown, text

_HOST: Final = re.compile(r"\s*(?:(?:get|head)\s+)?https?://([^/?#:@]+)", re.IGNORECASE)
_CLOUDS: Final = {
    "management.azure.com": "AzureCloud",
    "management.usgovcloudapi.net": "AzureUSGovernment",
    "management.chinacloudapi.cn": "AzureChinaCloud",
}
_GERMAN: Final = (".cloudapi.de", ".microsoftazure.de")
_GERMANY: Final = "AzureGermanCloud"
_DECLARED: Final = frozenset(name.lower() for name in (*_CLOUDS.values(), _GERMANY, "CustomCloud"))
_CONTRADICTED: Final = (Reason.AMBIGUOUS, Reason.MALFORMED)


def azure_environment(evidence: Evidence) -> Known[str] | Missing:
    """Azure cloud of the registration. A host of the German cloud outweighs every other word."""
    german = _german(evidence)
    if german is not None:
        return Known(_GERMANY, german.source("request"))
    named, host = activation.azure_environment(evidence), _by_host(evidence)
    if isinstance(named, Known):
        return _dispute(named, host) or named
    if named.reason in _CONTRADICTED:
        return named
    declared = evidence.declared.cloud
    told = read_value(declared, Source(INVENTORY, "cloud"), _cloud) if declared else None
    return host or told or named


def _cloud(value: object) -> str:
    """A cloud that an inventory may declare; a bundle may hold any word."""
    word = text(value)
    if word.lower() not in _DECLARED:
        raise Unreadable(Reason.AMBIGUOUS, f"{shown(word)} is no cloud of an inventory")
    return word


def _by_host(evidence: Evidence) -> Known[str] | None:
    chosen = registration(evidence)
    if not isinstance(chosen, Seen):
        return None
    held = chosen.found.held
    cloud = _CLOUDS.get(host_of(held))
    return Known(cloud, held.source("request")) if cloud else None


def host_of(held: Held) -> str:
    """The host that was asked, lower case; empty where it is not known."""
    return _host(held.document.request)


def _host(address: str) -> str:
    match = _HOST.match(address)
    return match.group(1).lower().rstrip(".") if match else ""


def of_address(address: str) -> str:
    """The cloud that an address of Azure Resource Manager is of; empty where it is of none."""
    host = _host(address)
    return _GERMANY if host.endswith(_GERMAN) else _CLOUDS.get(host, "")


def is_known(name: str) -> bool:
    """Whether it is a cloud whose addresses are known."""
    return name.lower() in _NAMES


def _german(evidence: Evidence) -> Held | None:
    """A document about the registration's subscription that was asked of the German cloud."""
    asked = [
        held
        for kind in ("registration", "subscription")
        for held in evidence.of(kind)
        if host_of(held).endswith(_GERMAN)
    ]
    identity = subscription_id(evidence) if asked else None
    if not isinstance(identity, Known):
        return next((held for held in asked if not held.shared), None)
    start = f"/subscriptions/{identity.value}"
    return next((held for held in asked if is_below(held.path, start)), None)


def _dispute(named: Known[str], host: Known[str] | None) -> Missing | None:
    """Two of the known clouds at once."""
    own = named.value.lower()
    if host is None or host.value.lower() == own or own not in _NAMES:
        return None
    return Missing(
        Reason.AMBIGUOUS,
        f"{named.source}: {named.value}, but {host.source} is of {host.value}",
    )


_NAMES: Final = frozenset(name.lower() for name in _CLOUDS.values())
