"""Read the certificate that a client signs in with, and see that it can be used."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12

from stampcheck.errors import UsageError

_MAX_FILE: Final = 1_000_000


def read_certificate(path: Path, passphrase: str, now: float) -> bytes:
    """The bytes of a PEM or PKCS #12 file with an RSA key and its certificate, valid at ``now``
    (seconds since 1970). ``UsageError`` says what is wrong; the passphrase is empty for none.
    """
    data = _bytes_of(path)
    key, certificate = _parts(path, data, passphrase)
    if not isinstance(key, RSAPrivateKey):
        raise UsageError(f"{path}: holds no RSA key, and no other can sign in.")
    if certificate is None:
        raise UsageError(f"{path}: holds no certificate beside the key.")
    if key.public_key() != certificate.public_key():
        raise UsageError(f"{path}: the first certificate is not that of the key.")
    moment = dt.datetime.fromtimestamp(now, dt.UTC)
    if moment > certificate.not_valid_after_utc:
        raise UsageError(
            f"{path}: the certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}; use a"
            " new one that is registered with the application."
        )
    if moment < certificate.not_valid_before_utc:
        raise UsageError(
            f"{path}: the certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d}"
            " on; check the clock of this machine."
        )
    return data


def _bytes_of(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= _MAX_FILE:
            return path.read_bytes()
    except OSError as error:
        fault = error.strerror or "unreadable"
    else:
        fault = "is no file of up to 1 MB"
    raise UsageError(f"{path}: the certificate cannot be read ({fault}).")


def _parts(path: Path, data: bytes, passphrase: str) -> tuple[object, x509.Certificate | None]:
    password = passphrase.encode() or None
    try:
        if b"-----BEGIN" not in data:
            return pkcs12.load_key_and_certificates(data, password)[:2]
        key = serialization.load_pem_private_key(data, password)
        return key, x509.load_pem_x509_certificate(data)
    except TypeError:
        fault = _of_passphrase(passphrase)
    except (ValueError, UnsupportedAlgorithm):
        fault = (
            "the passphrase is wrong, or the file is neither PEM with key and certificate nor PFX"
            if passphrase
            else "is neither PEM with key and certificate nor PFX, or needs a passphrase:"
            ' name it as secret = "env:NAME"'
        )
    # Outside the handler: what the library says is kept from whatever prints the exception.
    raise UsageError(f"{path}: {fault}.")


def _of_passphrase(passphrase: str) -> str:
    if passphrase:
        return "its key has no passphrase; leave secret out"
    return 'its key has a passphrase; name it as secret = "env:NAME"'
