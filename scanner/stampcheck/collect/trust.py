"""Which certificates are trusted."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import certifi
from urllib3.util.ssl_ import create_urllib3_context

from stampcheck.collect.deadline import PatientSocket
from stampcheck.errors import UsageError

VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
"""Environment variables that name a file of CAs, the first that is set counts."""


def ca_file(ca_bundle: str, environment: Mapping[str, str]) -> str:
    """The file of CAs to trust instead of the usual ones: ``ca_bundle``, else what a variable of
    the environment names, else empty. A file that cannot be used is a ``UsageError``.
    """
    variable = next((name for name in VARIABLES if environment.get(name)), "")
    path = ca_bundle or (environment[variable] if variable else "")
    if path:
        tls_context(path, "ca_bundle" if ca_bundle else variable)
    return path


@lru_cache(maxsize=256)
def tls_context(ca: str = "", named_by: str = "ca_bundle") -> ssl.SSLContext:
    """A context that trusts the CAs of a file (or folder) and no others; empty: those of certifi.

    Shared by whoever trusts the same, as reading the CAs anew would cost more than a request.
    """
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.check_hostname = True
    context.sslsocket_class = PatientSocket
    path = Path(ca or certifi.where())
    try:
        folder = path.is_dir()
        context.load_verify_locations(
            cafile=None if folder else str(path), capath=str(path) if folder else None
        )
    except ssl.SSLError:
        raise UsageError(f"{path} ({named_by}) holds no certificates in PEM form.") from None
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise UsageError(f"{path} ({named_by}) cannot be used: {why}.") from None
    return context
