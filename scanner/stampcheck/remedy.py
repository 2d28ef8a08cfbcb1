"""What a person must do where a refusal, or a file of this machine, tells it itself. Pure, over the
documents of one kind and the probes of their source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stampcheck.document import Document
from stampcheck.parse.error import arm_error, right_tenant
from stampcheck.sighting import Probe
from stampcheck.targets import CUSTOM, Target

OF_THE_STAMP: Final = "of the stamp"
"""Stands in a remedy for the name of its stamp, so that alike ones of many stamps are one."""

COMMAND_LINE: Final = "command line"
"""The sign-in that stands for the options of the command line."""

_UNAUTHENTICATED: Final = 401
_CONFLICT: Final = 409
_KEYS: Final = {"azure": "azure_sign_in", "stamp": "stamp_sign_in"}
_SUBSCRIPTION: Final = re.compile(
    r"(?:^|/)(?:subscriptions|azure)/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:[/?]|$)",
    re.IGNORECASE,
)
_CA_FILE: Final = re.compile(
    r"\((ca_bundle|REQUESTS_CA_BUNDLE|SSL_CERT_FILE|CURL_CA_BUNDLE)\) "
    r"(?:holds no certificates|cannot be used)"
)
_CA_OF_ENDPOINT: Final = "TLS CA certificate bundle"
_NAME_ONE: Final = "or name a sign_in in the inventory"
# By what the sentence of a failure holds, whatever else it says.
_LOCAL: Final = (
    ("the Azure CLI is not installed", f"install the Azure CLI, {_NAME_ONE}"),
    ("nobody is signed in to the Azure CLI", f"run az login, {_NAME_ONE}"),
    ("stampcheck[kerberos]", "install stampcheck[kerberos]"),
)


def remedies(
    side: str, target: Target, documents: Sequence[Document], probes: Iterable[Probe]
) -> tuple[str, ...]:
    """What would bring the documents of one kind of a source (``azure``, ``stamp``, ``pep``), the
    most direct first; nothing where neither a refusal nor a probe tells it.
    """
    account = target.azure_sign_in if side == "azure" else target.stamp_sign_in
    refused = [document for document in documents if document.reason is not None]
    told = [_tenant(side, account, document) for document in refused]
    told += [_provider(document) for document in refused]
    details = [document.detail for document in refused]
    if len(refused) == len(documents):
        details += [probe.detail for probe in probes]
        told += _cloud(side, target, documents, probes)
    told += [_local(side, target, detail) for detail in details]
    return tuple(dict.fromkeys(filter(None, told)))


def is_local(detail: str) -> bool:
    """Whether a failure is that of a file of certificates here, so that nobody was asked."""
    return _CA_FILE.search(detail) is not None or _CA_OF_ENDPOINT in detail


def _tenant(side: str, account: str, document: Document) -> str:
    """The sign-in of another tenant, where a refusal names it (facts/azure.md 1.5)."""
    if document.status != _UNAUTHENTICATED or side not in _KEYS:
        return ""
    error = arm_error(document.content())
    code, message = (error.code, error.message) if error is not None else ("", "")
    text = f"{document.headers.get('www-authenticate', '')}\n{message}"
    is_wrong = code.lower() == "invalidauthenticationtokentenant" or "wrong issuer" in text
    tenant = right_tenant(text) if is_wrong else ""
    if not tenant:
        return ""
    if side == "azure" and account == COMMAND_LINE:
        return f"give --tenant {tenant}"
    return f"add a [sign_in] with tenant = {tenant} and name it as {_KEYS[side]} {OF_THE_STAMP}"


def _provider(document: Document) -> str:
    """The registration of the provider, which stampcheck never does (facts/azure.md 10.1)."""
    if document.status != _CONFLICT:
        return ""
    error = arm_error(document.content())
    if error is None or error.code.lower() != "missingsubscriptionregistration":
        return ""
    named = _SUBSCRIPTION.search(document.request) or _SUBSCRIPTION.search(document.label)
    where = f"subscription {named.group(1).lower()}" if named else "that subscription"
    return (
        "somebody with Microsoft.AzureStack/register/action registers the provider in "
        f"{where}, or the inventory names another subscription"
    )


def _cloud(
    side: str, target: Target, documents: Sequence[Document], probes: Iterable[Probe]
) -> Iterator[str]:
    """The table of a cloud whose addresses only the inventory can tell; without it nobody is
    probed nor asked.
    """
    if side == "azure" and target.cloud == CUSTOM and not documents and not list(probes):
        yield f"add [cloud.{CUSTOM}] to the inventory"


def _local(side: str, target: Target, detail: str) -> str:
    """What is wrong on this machine."""
    named = _CA_FILE.search(detail)
    if named is not None and named.group(1) != "ca_bundle":
        return f"let {named.group(1)} name a PEM file"
    if is_local(detail):
        place = f"of [cloud.{target.cloud}]" if side == "azure" else OF_THE_STAMP
        return f"give a PEM file as ca_bundle {place}"
    return next((mend for sign, mend in _LOCAL if sign in detail), "")
