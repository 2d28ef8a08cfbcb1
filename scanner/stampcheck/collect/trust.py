"""Which certificates are trusted."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import certifi

from stampcheck.collect.deadline import PatientSocket
from stampcheck.errors import UsageError

VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
"""Environment variables that name a file of CAs, the first that is set counts."""
_LARGEST: Final = 10_000_000


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
    path = Path(ca or certifi.where())
    try:
        folder = _is_folder(path, named_by)
        context = _context()
        context.load_verify_locations(
            cafile=None if folder else str(path), capath=str(path) if folder else None
        )
    except ssl.SSLError:
        raise UsageError(f"{path} ({named_by}) holds no certificates in PEM form.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it cannot be read"
        raise UsageError(f"{path} ({named_by}) cannot be used: {why}.") from None
    return context


def _context() -> ssl.SSLContext:
    """A context without CAs yet, by which nobody is given the keys of its connections."""
    # urllib3's own would write them to where SSLKEYLOGFILE says, and fail where it cannot.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET
    context.hostname_checks_common_name = False
    context.post_handshake_auth = True
    context.sslsocket_class = PatientSocket
    return context


def _is_folder(path: Path, named_by: str) -> bool:
    """Whether it is a folder and no file. What has no end, or makes one wait, is not opened."""
    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        return True
    if not stat.S_ISREG(about.st_mode):
        raise UsageError(f"{path} ({named_by}) cannot be used: it is neither a file nor a folder.")
    if about.st_size > _LARGEST:
        raise UsageError(f"{path} ({named_by}) cannot be used: it is larger than 10 MB.")
    return False
