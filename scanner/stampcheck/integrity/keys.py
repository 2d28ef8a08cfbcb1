"""Ed25519 keys in PEM files: the private one as PKCS#8, the public one as SubjectPublicKeyInfo."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stampcheck.errors import RunError, UsageError

_MOST: Final = 100_000
_ENCRYPTED: Final = b"ENCRYPTED"


def public_path(path: Path) -> Path:
    """Where the public half of a new key goes: beside it."""
    return path.with_name(f"{path.name}.pub")


def new_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """Make a key pair: ``path`` for its owner alone, and ``path.pub`` for everybody.

    Overwrites nothing. An empty passphrase leaves the private key unencrypted.
    """
    key = Ed25519PrivateKey.generate()
    hidden: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        hidden = serialization.BestAvailableEncryption(passphrase.encode())
    pkcs8 = serialization.PrivateFormat.PKCS8
    if public_path(path).exists():
        raise UsageError(f"{public_path(path)}: is there already; name another file.")
    _write_new(path, key.private_bytes(serialization.Encoding.PEM, pkcs8, hidden), 0o600)
    _write_new(public_path(path), public_pem(key.public_key()), 0o644)
    return key


def _write_new(path: Path, data: bytes, mode: int) -> None:
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
    except FileExistsError:
        raise UsageError(f"{path}: is there already; name another file.") from None
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error.strerror}).") from error


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form)


def fingerprint(key: Ed25519PublicKey) -> str:
    """What a key is known by: ``SHA256:`` and the digest of its DER form in base64."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = key.public_bytes(serialization.Encoding.DER, form)
    return f"SHA256:{b64encode(hashlib.sha256(der).digest()).decode().rstrip('=')}"


def private_key(path: Path, ask: Callable[[], str]) -> Ed25519PrivateKey:
    """The private key of a file; ``ask`` gives its passphrase, and is asked only for one that is
    encrypted. ``UsageError`` says what is wrong, and never what the file or passphrase holds.
    """
    data = _read(path)
    if data.lstrip().startswith(b"-----BEGIN PUBLIC KEY"):
        raise UsageError(f"{path}: is a public key; --key wants the private one.")
    passphrase = ask().encode() if _ENCRYPTED in data else None
    try:
        key = serialization.load_pem_private_key(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        why = "or the passphrase is wrong" if passphrase else "such as 'stampcheck sign' makes"
        raise UsageError(f"{path}: is no private key in PEM, {why}.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: is no Ed25519 key; sign with it by --signer COMMAND.")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key of a file; ``UsageError`` says what is wrong with it."""
    data = _read(path)
    if b"PRIVATE KEY" in data:
        raise UsageError(f"{path}: is a private key; --public-key wants the public one.")
    found = parsed_public_key(data)
    if found is None:
        raise UsageError(
            f"{path}: is no Ed25519 public key in PEM; check other kinds by --verifier COMMAND."
        )
    return found


def parsed_public_key(data: bytes) -> Ed25519PublicKey | None:
    """The Ed25519 key that a PEM text holds, if it holds one."""
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def is_open_to_others(path: Path) -> bool:
    """Whether others than its owner may read a private key, where the system says so."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such key file.")
        with path.open("rb") as stream:
            data = stream.read(_MOST + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from error
    if len(data) > _MOST:
        raise UsageError(f"{path}: is too large for a key.")
    return data
