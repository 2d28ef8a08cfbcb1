"""The accepting side of NTLM inside Negotiate, and the sealed bodies of WinRM (facts/pep.md 6).

pyspnego finds its accounts through an environment variable of the process, so that it is set only
while a token is looked at; each server then has accounts of its own.
"""

from __future__ import annotations

import os
import re
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from spnego._ntlm_raw.crypto import ntowfv1
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

_VARIABLE = "NTLM_USER_FILE"
_BOUNDARY = b"--Encrypted Boundary"
_LENGTH = re.compile(rb"Length=(\d+)")
_Made = TypeVar("_Made")
_environment_lock = threading.Lock()

CONTENT_TYPE = (
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";'
    'boundary="Encrypted Boundary"'
)


def accounts_file(folder: Path, user: str, password: str) -> Path:
    """A file with one account; by its hash, since a password may hold a colon."""
    path = folder / "accounts"
    path.write_text(f"{user}:1000:{'0' * 32}:{ntowfv1(password).hex().upper()}:[U]:LCT-00000000\n")
    return path


def bindings(certificate: bytes) -> GssChannelBindings:
    """The channel bindings of a TLS server by its certificate (PEM)."""
    der = x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())


class Acceptor:
    """One sign-in, which belongs to one TCP connection."""

    def __init__(self, accounts: Path, channel: GssChannelBindings | None = None) -> None:
        self._accounts = str(accounts)
        self._channel = channel
        self._context = self._in_environment(self._made)

    @property
    def is_complete(self) -> bool:
        return self._context.complete

    def step(self, token: bytes) -> bytes | None:
        """The next token, or None where the client is refused."""
        try:
            return self._in_environment(lambda: self._context.step(token) or b"")
        except (SpnegoError, ValueError):
            return None

    def sealed(self, message: bytes) -> bytes:
        header, data, padding = self._context.wrap_winrm(message)
        # The lines of the inner parts begin with a TAB, or pypsrp does not find them.
        original = f"type=application/soap+xml;charset=UTF-8;Length={len(message) + padding}"
        return b"\r\n".join(
            [
                _BOUNDARY,
                b"\tContent-Type: application/HTTP-SPNEGO-session-encrypted",
                b"\tOriginalContent: " + original.encode(),
                _BOUNDARY,
                b"\tContent-Type: application/octet-stream",
                struct.pack("<i", len(header)) + header + data + _BOUNDARY + b"--\r\n",
            ]
        )

    def unsealed(self, body: bytes) -> bytes:
        """What a sealed body holds. Raises SpnegoError for one of another key."""
        part = body.partition(b"application/octet-stream\r\n")[2]
        part = part.removesuffix(_BOUNDARY + b"--\r\n")
        length = struct.unpack("<i", part[:4])[0]
        plain = self._context.unwrap_winrm(part[4 : 4 + length], part[4 + length :])
        declared = _LENGTH.search(body)
        assert declared is not None
        assert int(declared.group(1)) == len(plain)
        return plain

    def _made(self) -> spnego.ContextProxy:
        return spnego.server(
            protocol="negotiate",
            options=spnego.NegotiateOptions.use_negotiate,
            channel_bindings=self._channel,
        )

    def _in_environment(self, act: Callable[[], _Made]) -> _Made:
        with _environment_lock:
            os.environ[_VARIABLE] = self._accounts
            try:
                return act()
            finally:
                del os.environ[_VARIABLE]
