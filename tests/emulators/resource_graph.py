"""Azure Resource Graph: the one POST that only reads (facts/azure.md 9)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from stampcheck.parse.recognise import request_query
from tests.emulators import refusal
from tests.emulators.server import Request, Response, json_response

PATH: Final = "/providers/microsoft.resourcegraph/resources"
_VERSIONS: Final = frozenset(("2019-04-01", "2021-03-01", "2022-10-01", "2024-04-01"))
_TYPE: Final = "microsoft.azurestack/registrations"


class ResourceGraph:
    """Answers a query for registrations with a row each, in the subscriptions that it names.

    ``quota`` queries are answered, then 429; None answers any number. ``page_size`` is the most
    rows of a page, whatever the query allows.
    """

    def __init__(
        self,
        registrations: Callable[[], Iterable[tuple[str, bytes]]],
        tenants: Mapping[str, str],
        *,
        quota: int | None = None,
        page_size: int = 1000,
    ) -> None:
        self._registrations = registrations
        self._tenants = tenants
        self.quota = quota
        self.page_size = page_size
        self.queries: list[str] = []

    def __call__(self, request: Request) -> Response:
        """Answer one query."""
        version = request_query(request.target).get("api-version", "")
        if version not in _VERSIONS:
            return refusal.unsupported("resources", version, _VERSIONS)
        asked: dict[str, Any] = msgspec.json.decode(request.body)
        self.queries.append(str(asked.get("query", "")))
        if self.quota is not None and len(self.queries) > self.quota:
            return msgspec.structs.replace(refusal.throttled(5), status=429)
        # UNVERIFIED: facts/azure.md 9 (how a query is refused that cannot be read)
        if _TYPE not in self.queries[-1].lower():
            return refusal.refusal(400, "BadRequest", "The emulator only knows registrations.")
        return self._page(asked)

    def _page(self, asked: dict[str, Any]) -> Response:
        options = asked.get("options") or {}
        start = _place(options.get("$skipToken", ""))
        rows = self._rows({name.lower() for name in asked.get("subscriptions") or ()})
        end = start + min(int(options.get("$top", 1000)), self.page_size)
        page = rows[start:end]
        body: dict[str, Any] = {
            "totalRecords": len(rows),
            "count": len(page),
            "facets": [],
            "resultTruncated": "false",
            "data": page,
        }
        if end < len(rows):
            body["$skipToken"] = base64.b64encode(str(end).encode()).decode()
        left = str((self.quota or 15) - len(self.queries) % 15)
        return json_response(
            200,
            body,
            x_ms_user_quota_remaining=left,
            x_ms_user_quota_resets_after="00:00:05",
        )

    def _rows(self, subscriptions: set[str]) -> list[dict[str, Any]]:
        rows = []
        for path, body in self._registrations():
            subscription = path.split("/")[2]
            if not subscriptions or subscription in subscriptions:
                rows.append(_row(path, msgspec.json.decode(body), self._tenants))
        return rows


def _row(path: str, body: dict[str, Any], tenants: Mapping[str, str]) -> dict[str, Any]:
    parts = path.split("/")
    told = {name.lower(): value for name, value in body.items()}
    return {
        "id": told.get("id", told.get("resourceid", path)),
        "name": told.get("name", parts[-1]),
        "location": told.get("location", "global"),
        "subscriptionId": parts[2],
        "resourceGroup": parts[4],
        "tenantId": tenants.get(parts[2], ""),
        "properties": told.get("properties", {}),
    }


def _place(token: str) -> int:
    return int(base64.b64decode(token)) if token else 0
