"""What a client signs in with: certificates in files, and an ``az`` that is none."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def certificate(*, days: float = 30, is_rsa: bool = True) -> tuple[Key, x509.Certificate]:
    """A key and its self-signed certificate; negative days: expired, over 365: not yet valid."""
    key: Key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if is_rsa
        else ec.generate_private_key(ec.SECP256R1())
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stampcheck test client")])
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - dt.timedelta(days=365))
        .not_valid_after(end)
    )
    return key, built.sign(key, hashes.SHA256())


def pem(path: Path, key: Key, signed: x509.Certificate, passphrase: str = "") -> Path:
    """Write key and certificate as PEM."""
    encryption = _encryption(passphrase)
    form = serialization.PrivateFormat.PKCS8
    data = key.private_bytes(serialization.Encoding.PEM, form, encryption)
    path.write_bytes(data + signed.public_bytes(serialization.Encoding.PEM))
    return path


def pfx(path: Path, key: Key, signed: x509.Certificate, passphrase: str = "") -> Path:
    """Write key and certificate as PKCS #12."""
    encryption = _encryption(passphrase)
    data = pkcs12.serialize_key_and_certificates(b"audit", key, signed, None, encryption)
    path.write_bytes(data)
    return path


def _encryption(passphrase: str) -> serialization.KeySerializationEncryption:
    if passphrase:
        return serialization.BestAvailableEncryption(passphrase.encode())
    return serialization.NoEncryption()


def az(folder: Path, token: str = "", error: str = "", life: int = 3600) -> Path:
    """Put an executable ``az`` into a folder: it prints a token, or fails with an error. What it is
    called with is appended to ``az.calls`` beside it.
    """
    folder.mkdir(exist_ok=True)
    answer = {"accessToken": token, "expires_on": int(time.time()) + life, "tokenType": "Bearer"}
    (folder / "az.out").write_text(error or json.dumps(answer))
    said = f'cat "{folder}/az.out" >&2; exit 1' if error else f'cat "{folder}/az.out"'
    path = folder / "az"
    path.write_text(f'#!/bin/sh\necho "$@" >> "{folder}/az.calls"\n{said}\n')
    path.chmod(0o755)
    return path
