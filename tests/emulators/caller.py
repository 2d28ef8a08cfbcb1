"""A client for the tests of the emulators, and a place where they are served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.emulators.server import Handler, Servers
from tests.emulators.tls import Authority


class Caller:
    """Asks one address, trusting the authority only; ``token`` empty: without a sign-in."""

    def __init__(self, address: str, authority: Authority, token: str = "a-token") -> None:
        self.address = address
        self.ca_bundle = authority.ca_bundle
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(authority.ca_bundle)
        if token:
            self._session.headers["authorization"] = f"Bearer {token}"

    def get(self, path: str, **more: Any) -> requests.Response:
        """GET, redirects not followed, two seconds at most unless told otherwise."""
        options: dict[str, Any] = {"timeout": 30, "allow_redirects": False, **more}
        url = path if path.startswith("https://") else self.address + path
        return self._session.get(url, **options)

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        """Any other method."""
        return self._session.request(method, self.address + path, json=body, timeout=30)

    def pages(self, path: str) -> list[Any]:
        """The items of all pages of a listing."""
        items: list[Any] = []
        link = path
        while link:
            body = self.get(link).json()
            items += body["value"]
            link = body.get("nextLink", "")
        return items

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


@contextmanager
def called(handler: Handler, folder: Path, token: str = "a-token") -> Iterator[Caller]:
    """Serve a handler over TLS and give a client of it."""
    authority = Authority(folder)
    with Servers() as servers:
        port = servers.serve(handler, authority.server_context())
        caller = Caller(f"https://127.0.0.1:{port}", authority, token)
        try:
            yield caller
        finally:
            caller.close()
