"""The troubles of a privileged endpoint, made over a real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulators import wsman
from tests.emulators.pep_behaviour import FAULTS

if TYPE_CHECKING:
    from tests.emulators.pep import Pep, _Connection
    from tests.emulators.pep_behaviour import Stage

_HTML = b"<html><body>502 Bad Gateway</body></html>"
_UNSEALED: dict[str, tuple[int, dict[str, str], bytes]] = {
    "redirect": (307, {}, b""),
    "open-door": (200, {}, b""),
    "no-negotiate": (401, {"WWW-Authenticate": "Basic realm=WinRM"}, b""),
    "clear": (200, {"Content-Type": "text/html"}, b"proxy error"),
    "404": (404, {}, b""),
    "plain-500": (500, {"Content-Type": "text/plain"}, b"proxy error"),
    "html-500": (500, {"Content-Type": "text/html"}, _HTML),
}
_CHUNK = b" " * 65_536


def made(connection: _Connection, pep: Pep, stage: Stage, message: wsman.Message | None) -> bool:
    """Make what is to go wrong at this stage; whether the message has been dealt with."""
    trouble = pep.behaviour.trouble.get(stage)
    if trouble is None:
        return False
    if trouble in ("late", "always-late"):
        return _late(connection, pep, trouble, message)
    if trouble in ("hang", "drop"):
        pep.stopped.wait(60 if trouble == "hang" else 0)
        connection.end()
    elif trouble in ("cut", "drip", "huge", "close"):
        _in_pieces(connection, pep, trouble, message)
    elif trouble in _UNSEALED:
        _unsealed(connection, pep, trouble)
    else:
        _answered_wrongly(connection, trouble, message)
    return True


def _unsealed(connection: _Connection, pep: Pep, trouble: str) -> None:
    status, headers, body = _UNSEALED[trouble]
    if trouble == "redirect":
        headers = {"Location": pep.behaviour.redirect}
    connection._respond(status, body, headers)


def _late(connection: _Connection, pep: Pep, trouble: str, message: wsman.Message | None) -> bool:
    assert message is not None
    key = f"late {message.action} {message.command}"
    if trouble == "late" and pep.counts[key]:
        return False
    pep.counts[key] += 1
    connection._seal(500, wsman.fault(message, *FAULTS["late"]))
    return True


def _in_pieces(
    connection: _Connection, pep: Pep, trouble: str, message: wsman.Message | None
) -> None:
    assert message is not None
    status, answer = connection._answer(message)
    if trouble == "close":
        with connection.last_word():
            connection._seal(status, answer)
        return
    assert connection.acceptor is not None
    body = connection.acceptor.sealed(answer)
    length = 2_000_000_000 if trouble == "huge" else len(body)
    connection.send_response(200)
    connection.send_header("Content-Type", 'multipart/encrypted;boundary="Encrypted Boundary"')
    connection.send_header("Content-Length", str(length))
    connection.end_headers()
    if trouble == "cut":
        connection.wfile.write(body[: len(body) // 2])
    elif trouble == "huge":
        while not pep.stopped.is_set():
            connection.wfile.write(_CHUNK)
    else:
        for place in range(len(body)):
            if pep.stopped.wait(pep.behaviour.drip):
                break
            connection.wfile.write(body[place : place + 1])
    connection.end()


def _answered_wrongly(connection: _Connection, trouble: str, message: wsman.Message | None) -> None:
    assert message is not None
    if trouble in FAULTS:
        connection._seal(500, wsman.fault(message, *FAULTS[trouble]))
        return
    _, answer = connection._answer(message)
    if trouble == "clear-xml":
        connection._respond(200, answer, {"Content-Type": "application/soap+xml;charset=UTF-8"})
    elif trouble == "broken-seal":
        assert connection.acceptor is not None
        body = bytearray(connection.acceptor.sealed(answer))
        body[-60] ^= 1
        connection._respond(200, bytes(body), {
            "Content-Type": 'multipart/encrypted;boundary="Encrypted Boundary"'})  # fmt: skip
    else:
        connection._seal(200, _wrong(trouble, message))


def _wrong(trouble: str, message: wsman.Message) -> bytes:
    if trouble == "no-xml":
        return b"<html><p>Sign in"
    if trouble == "other-message":
        return wsman.envelope("uuid:00000000-0000-0000-0000-000000000000", "")
    assert trouble == "no-psrp"
    return wsman.received(message, [b"not a fragment"])
