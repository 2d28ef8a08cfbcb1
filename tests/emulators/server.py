"""Real HTTP servers on loopback: one thread with an event loop serves any number of ports.

A handler gets the whole request and gives a response; what no HTTP library would send (a hang, a
cut connection, an endless body) is asked for by the fields of ``Response``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import h11
import msgspec

_CHUNK = 65_536


class Request(msgspec.Struct, frozen=True):
    """A request as it came; ``target`` is the path with its query, header names are lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without its query."""
        return self.target.partition("?")[0]


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What to answer. ``delay`` seconds pass first, ``hang`` never answers; ``cut_after`` ends the
    connection after so many bytes of the body (0: before the status line, where ``cut`` is set);
    ``drip`` seconds pass between the single bytes of the body; ``endless`` repeats the body until
    so many bytes are sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    delay: float = 0
    hang: bool = False
    cut: bool = False
    cut_after: int = 0
    drip: float = 0
    endless: int = 0


Handler = Callable[[Request], Response]


def json_response(status: int, body: object, **headers: str) -> Response:
    """A JSON answer; keyword names become header names with hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        status=status,
        body=msgspec.json.encode(body),
        headers={"content-type": "application/json; charset=utf-8"} | named,
    )


class Servers:
    """A thread that serves; use it as a context manager. ``requests`` are all that came, in order,
    each with the port it came to.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[int, Request]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def serve(self, handler: Handler, context: ssl.SSLContext | None = None) -> int:
        """Serve on a free port of 127.0.0.1, over TLS where there is a context; the port."""
        return asyncio.run_coroutine_threadsafe(self._serve(handler, context), self._loop).result(
            10
        )

    async def _serve(self, handler: Handler, context: ssl.SSLContext | None) -> int:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await _converse(reader, writer, handler, self._note(port))
            writer.transport.abort()

        server = await asyncio.start_server(
            connected, "127.0.0.1", 0, ssl=context, limit=1 << 20, backlog=1024
        )
        port: int = server.sockets[0].getsockname()[1]
        self._servers.append(server)
        return port

    def _note(self, port: int) -> Callable[[Request], None]:
        return lambda request: self.requests.append((port, request))

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    handler: Handler,
    note: Callable[[Request], None],
) -> None:
    connection = h11.Connection(h11.SERVER)
    while True:
        request = await _request(connection, reader)
        if request is None:
            return
        note(request)
        # A handler may take its time, but the other connections go on.
        response = handler(request)
        if response.delay:
            await asyncio.sleep(response.delay)
        if response.hang:
            await asyncio.Event().wait()
        if response.cut or not await _respond(connection, writer, request, response):
            return
        if connection.our_state is h11.MUST_CLOSE:
            return
        connection.start_next_cycle()


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    head: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}
            return Request(head.method.decode(), head.target.decode(), headers, body)
        else:
            return None


async def _respond(
    connection: h11.Connection, writer: asyncio.StreamWriter, request: Request, response: Response
) -> bool:
    """Send a response; whether the connection can go on."""
    length = response.endless or len(response.body)
    headers = {"content-length": str(length)} | response.headers
    head = h11.Response(status_code=response.status, headers=list(headers.items()))
    await _send(writer, connection.send(head))
    if request.method != "HEAD":
        sent = 0
        for piece in _pieces(response):
            if response.drip:
                await asyncio.sleep(response.drip)
            await _send(writer, connection.send(h11.Data(piece)))
            sent += len(piece)
            if response.cut_after and sent >= response.cut_after:
                return False
    await _send(writer, connection.send(h11.EndOfMessage()))
    return True


def _pieces(response: Response) -> Iterable[bytes]:
    if response.endless:
        sent = 0
        block = (response.body or b" ") * (_CHUNK // max(1, len(response.body) or 1) + 1)
        while sent < response.endless:
            piece = block[: min(len(block), response.endless - sent)]
            sent += len(piece)
            yield piece
    elif response.drip:
        yield from (response.body[place : place + 1] for place in range(len(response.body)))
    elif response.cut_after:
        yield response.body[: response.cut_after]
    elif response.body:
        yield response.body


async def _send(writer: asyncio.StreamWriter, data: bytes | None) -> None:
    if writer.transport.is_closing():
        raise ConnectionResetError
    if data:
        writer.write(data)
        await writer.drain()
