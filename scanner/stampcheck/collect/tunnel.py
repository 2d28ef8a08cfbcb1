"""Connections through a proxy, whose own answer is waited for no longer than any other."""

from __future__ import annotations

import socket
from typing import Final

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from stampcheck.collect.deadline import PatientPlainSocket


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return PatientPlainSocket.of(super()._new_conn())


class _Tls(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        # What a proxy answers to CONNECT is read from this socket, before TLS begins.
        return PatientPlainSocket.of(super()._new_conn())


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


PATIENT_POOLS: Final = {"http": _PlainPool, "https": _TlsPool}
"""Pools for a manager of urllib3, whose sockets keep to the time of their thread."""
