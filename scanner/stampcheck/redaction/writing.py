"""How texts of a record are written anew, and what tells which of them is what."""

from __future__ import annotations

from typing import Final, Protocol

from stampcheck.attestation import QUESTIONS
from stampcheck.causes.runbook import quote
from stampcheck.record import DocumentRecord
from stampcheck.redaction.pseudonym import Kind
from stampcheck.redaction.rewriting import is_ip

_WORDS: Final = ("yes", "no")
_VALUES: Final = {
    "cloud_id": Kind.CLOUD,
    "subscription_id": Kind.SUBSCRIPTION,
    "stale_subscription_id": Kind.SUBSCRIPTION,
    "resource_group": Kind.GROUP,
    "stale_resource_group": Kind.GROUP,
    "registration_name": Kind.REGISTRATION,
    "stale_registration_name": Kind.REGISTRATION,
    "tenant_id": Kind.TENANT,
    "expected_tenant": Kind.TENANT,
    "lock_name": Kind.LOCK,
    "strict_lock_name": Kind.LOCK,
    "service_principal_id": Kind.OBJECT,
    "deployment_id": Kind.DEPLOYMENT,
    "correlation_id": Kind.ID,
}


class Writing(Protocol):
    """How the texts of a record are written anew."""

    def stamp(self, name: str) -> str:
        """The name of a stamp."""

    def guid(self, kind: Kind, text: str) -> str:
        """A name or id of that kind."""

    def path(self, text: str) -> str:
        """A resource id."""

    def text(self, text: str) -> str:
        """Any other text."""

    def label(self, label: str) -> str:
        """The name of a document."""

    def host(self, host: str) -> str:
        """The name or address of a host."""

    def digest(self, text: str) -> str:
        """A digest of what was judged."""


def given(kind: Kind, text: str, writing: Writing) -> str:
    """A name or id of that kind, if there is one."""
    return writing.guid(kind, text) if text else text


def value(name: str, value: str, writing: Writing) -> str:
    """What fills a runbook, which is quoted for PowerShell, quoted anew."""
    is_quoted = len(value) > 1 and value[0] == value[-1] == "'"
    raw = value[1:-1].replace("''", "'") if is_quoted else value
    if name in _VALUES:
        raw = writing.guid(_VALUES[name], raw)
    elif raw.startswith("/"):
        raw = writing.path(raw)
    elif name == "privileged_endpoint" or is_ip(raw):
        host, mark, port = raw.rpartition(":") if raw.count(":") == 1 else (raw, "", "")
        raw = writing.host(host) + mark + port
    else:
        raw = writing.text(raw)
    return (quote(raw) or "") if is_quoted else raw


def free(text: str, writing: Writing) -> str:
    """A text that may be a resource id as a whole."""
    is_path = text.startswith("/") and " " not in text and len(text) <= 1024
    return writing.path(text) if is_path else writing.text(text)


def document(document: DocumentRecord, writing: Writing) -> DocumentRecord:
    """A document by its label and the id of its request."""
    return DocumentRecord(
        writing.label(document.document),
        document.collected_at,
        given(Kind.ID, document.request_id, writing),
    )


def attested(question: str, answer: str, writing: Writing) -> str:
    """What was attested: one of the answers that may be given, of a number its last two digits."""
    known = QUESTIONS.get(question)
    if known is None or not known.accepts(answer):
        return given(Kind.TEXT, answer, writing)
    return answer if answer in _WORDS else f"...{answer[-2:]}"
