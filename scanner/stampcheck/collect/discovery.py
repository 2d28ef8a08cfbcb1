"""Which subscriptions an account sees. It finds ids only: whatever they hold is asked by the plan.

Either all of them, by azure-mgmt-subscription over the pipeline of a wire, or those that hold
registrations, by Azure Resource Graph, which lags behind and so is no evidence (facts/azure.md 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import ContentDecodePolicy, CustomHookPolicy
from azure.mgmt.subscription import SubscriptionClient

from stampcheck.collect.answered import answered
from stampcheck.collect.asking import Answer, Ask, Failure, Fetched, Wire
from stampcheck.collect.client import NoCredential, Policy
from stampcheck.collect.fault import Fault
from stampcheck.collect.redact import scrub_text
from stampcheck.collect.wire import ArmWire
from stampcheck.document import Document
from stampcheck.model import Reason
from stampcheck.parse.shape import Item, items
from stampcheck.parse.value import Unreadable, guid

_VERSION: Final = "2022-12-01"
_MOST_PAGES: Final = 1000
_QUERY: Final = (
    "resources | where type =~ 'microsoft.azurestack/registrations' | project id, subscriptionId"
)


class Discovered(msgspec.Struct, frozen=True):
    """What an account sees, as lower-case GUIDs; ``documents`` serve no stamp in particular."""

    subscriptions: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    documents: list[Document] = []
    notes: list[str] = []


def discover(wire: Wire, name: str, mode: str, clock: Callable[[], datetime]) -> Discovered:
    """Ask through the wire to Azure with this name, which says why where it cannot be used.
    ``mode`` is ``subscriptions`` or ``resource-graph``.
    """
    rest = name.partition(":")[2].replace(":", "-")
    if not isinstance(wire, ArmWire):
        ask = _ask(name, "subscription", "/subscriptions", f"{rest}/subscriptions")
        return _without_answer(answered(ask, wire.fetch(ask)))
    if mode == "resource-graph":
        return _by_graph(wire, _ask(name, "registration", "", f"{rest}/resource-graph"))
    return _by_listing(wire, name, rest, clock)


def _ask(wire: str, kind: str, path: str, label: str) -> Ask:
    return Ask(wire=wire, kind=kind, path=path, label=f"azure/{label}.json")


def _without_answer(documents: list[Document]) -> Discovered:
    details = [document.detail for document in documents]
    notes = [f"Subscriptions could not be discovered: {detail}" for detail in details if detail]
    return Discovered(documents=documents, notes=notes)


def _by_graph(wire: ArmWire, ask: Ask) -> Discovered:
    fetched = wire.post_graph({"query": _QUERY, "options": {"$top": 1000}})
    answer = fetched.answer
    if answer is None or answer.status != 200:
        return _without_answer(answered(ask, fetched))
    rows = _rows(answer.body, "data")
    broken = answered(ask, Fetched(failure=fetched.failure))
    notes = [f"Azure Resource Graph broke off: {one.detail}" for one in broken]
    return Discovered(subscriptions=_guids(rows, "subscriptionId"), documents=broken, notes=notes)


def _by_listing(wire: ArmWire, name: str, rest: str, clock: Callable[[], datetime]) -> Discovered:
    client = SubscriptionClient(
        NoCredential(),
        wire.base_url,
        policies=_policies(wire),
        transport=wire.transport(),
    )
    pages = _fetched(client.subscriptions.list, wire.base_url + "/subscriptions", clock)
    ask = _ask(name, "subscription", "/subscriptions", f"{rest}/subscriptions")
    documents = [
        one for number, page in enumerate(pages, 1) for one in _numbered(ask, page, number)
    ]
    rows = list(_rows_of(pages))
    refused = [document for document in documents if document.reason is not None]
    notes = _without_answer(refused).notes
    tenant_pages = _fetched(client.tenants.list, wire.base_url + "/tenants", clock)
    tenants = _guids(_rows_of(tenant_pages), "tenantId")
    unseen = sorted(set(tenants) - set(_guids(rows, "tenantId")))
    if unseen:
        notes.append(
            f"The account is also in {len(unseen)} tenants whose subscriptions this sign-in does "
            f"not show ({', '.join(unseen[:5])}); give the stamps there a sign_in with that tenant."
        )
    return Discovered(_guids(rows, "subscriptionId"), tenants, documents, notes)


def _policies(wire: ArmWire) -> list[Policy]:
    """Those of the wire, with what catches an answer before anybody decodes it."""
    policies: list[Policy] = []
    for policy in wire.policies(is_decoding=True):
        policies.append(policy)
        if isinstance(policy, ContentDecodePolicy):
            policies.append(CustomHookPolicy())
    return policies


def _numbered(ask: Ask, page: Fetched, number: int) -> list[Document]:
    label = ask.label if number == 1 else f"{ask.label} (page {number})"
    return answered(msgspec.structs.replace(ask, label=label), page)


def _fetched(
    listing: Callable[..., Iterable[object]], url: str, clock: Callable[[], datetime]
) -> list[Fetched]:
    """The pages of a listing of the SDK as they came, its refusal or failure last."""
    pages: list[Fetched] = []

    def caught(response: PipelineResponse[Any, Any]) -> None:
        pages.append(Fetched(_answer(response.http_response, clock())))

    def values(found: list[object] | None) -> list[object]:
        return found or []

    try:
        found = listing(api_version=_VERSION, cls=values, raw_response_hook=caught)
        for _ in islice(found.by_page(), _MOST_PAGES):  # type: ignore[attr-defined]  # ItemPaged
            pass
    except Fault as fault:
        pages.append(_failure(url, fault.reason, fault.detail, clock()))
    except (AzureError, ValueError, TypeError) as error:
        # What was refused, or could not be decoded, was caught as it came.
        if not isinstance(error, HttpResponseError):
            pages.append(_unread(url, error, clock()))
    return pages


def _answer(response: Any, at: datetime) -> Answer:  # noqa: ANN401 (old and new responses of the SDK)
    headers = {str(key).lower(): str(value) for key, value in response.headers.items()}
    body = response.body() if callable(getattr(response, "body", None)) else response.content
    request = response.request.url
    return Answer(url=request, status=response.status_code, body=body, at=at, headers=headers)


def _unread(url: str, error: Exception, at: datetime) -> Fetched:
    detail = f"the answer could not be read ({type(error).__name__})"
    return _failure(url, Reason.MALFORMED, detail, at)


def _failure(url: str, reason: Reason, detail: str, at: datetime) -> Fetched:
    return Fetched(failure=Failure(url=url, reason=reason, detail=scrub_text(detail), at=at))


def _rows_of(pages: Iterable[Fetched]) -> Iterator[Item]:
    for page in pages:
        if page.answer is not None and page.answer.status == 200:
            yield from _rows(page.answer.body, "value")


def _rows(body: bytes, name: str) -> list[Item]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return []
    return list(items(found.get(name))) if isinstance(found, dict) else []


def _guids(rows: Iterable[Item], name: str) -> tuple[str, ...]:
    found = set()
    for row in rows:
        try:
            found.add(guid(row.own(name)))
        except Unreadable:
            continue
    return tuple(sorted(found))
