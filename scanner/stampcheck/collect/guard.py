"""What may be sent at all: reading, and the one query of Resource Graph that is a POST."""

from __future__ import annotations

from typing import Final

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

from stampcheck.collect.fault import WriteBlocked
from stampcheck.collect.origin import origin_of

GRAPH_PATH: Final = "/providers/Microsoft.ResourceGraph/resources"
"""Where Azure Resource Graph is asked (facts/azure.md 9)."""

_READS: Final = frozenset(("GET", "HEAD"))


def read_only(method: str, url: str, *, allow_graph: bool = False) -> bool:
    """Whether a request only reads: GET and HEAD, and with ``allow_graph`` the POST to exactly the
    path of Resource Graph, in any case of letters but without detours or encodings.
    """
    if method.upper() in _READS:
        return True
    return allow_graph and method.upper() == "POST" and _path(url).lower() == GRAPH_PATH.lower()


def _path(url: str) -> str:
    if not origin_of(url):
        return ""
    return "/" + url.partition("://")[2].partition("?")[0].partition("/")[2]


class ReadOnlyGuard(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Ends a request that would not only read with ``WriteBlocked``, on every try: it stands below
    the retries, where no other policy can change the request any more (facts/azure.md 10.4).
    """

    def __init__(self, *, allow_graph: bool = False) -> None:
        super().__init__()
        self._allow_graph = allow_graph

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Refuse what ``read_only`` refuses."""
        method, url = request.http_request.method, request.http_request.url
        if not read_only(method, url, allow_graph=self._allow_graph):
            raise WriteBlocked.of(method, url)
