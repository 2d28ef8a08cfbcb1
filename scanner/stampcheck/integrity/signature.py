"""Detached signatures over a manifest: ``run-manifest.json.sig`` or ``manifest.json.sig``.

The file holds the signature's bytes and nothing else, so that other tools can check it too; of an
Ed25519 key of ours the public half lies beside it (``.pub``), to say by whom it is signed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stampcheck.errors import UsageError
from stampcheck.integrity.keys import fingerprint, parsed_public_key, public_pem

State = Literal["right", "wrong", "missing", "other-key", "unknown-key"]


class SignatureState(msgspec.Struct, frozen=True):
    """What became of a signature, and a sentence on it. ``unknown-key`` is a signature that nobody
    was asked to trust: no key was named.
    """

    state: State
    sentence: str

    @property
    def is_breach(self) -> bool:
        """Whether it is not what was asked for, or wrong."""
        return self.state in ("wrong", "missing", "other-key")


def signature_path(manifest: Path) -> Path:
    """Where the signature over a manifest lies."""
    return manifest.with_name(f"{manifest.name}.sig")


def signer_path(manifest: Path) -> Path:
    """Where the public key of who signed lies, if it was one of ours."""
    return manifest.with_name(f"{manifest.name}.pub")


def write_signature(manifest: Path, signature: bytes, signer: Ed25519PublicKey | None) -> Path:
    """Write a signature, and the key that checks it, beside the manifest; overwrites nothing."""
    path, key = signature_path(manifest), signer_path(manifest)
    for one in (path, key):
        if one.exists() or one.is_symlink():
            raise UsageError(f"{one}: is signed already; remove that signature to sign again.")
    if signer is not None:
        key.write_bytes(public_pem(signer))
    scratch = path.with_name(f"{path.name}.part")
    scratch.write_bytes(signature)
    scratch.replace(path)
    return path


def sign(manifest: Path, key: Ed25519PrivateKey) -> Path:
    """Sign a manifest with a key; where the signature lies."""
    return write_signature(manifest, key.sign(manifest.read_bytes()), key.public_key())


def checked(manifest: Path, trusted: Ed25519PublicKey | None) -> SignatureState | None:
    """What is to be said of a manifest's signature; None where there is none and none is wanted."""
    signature = _bytes(signature_path(manifest))
    if signature is None:
        if trusted is None and not signer_path(manifest).exists():
            return None
        return SignatureState("missing", f"{signature_path(manifest).name} is not there.")
    data, beside = manifest.read_bytes(), _bytes(signer_path(manifest))
    named = parsed_public_key(beside or b"")
    if beside is not None and (named is None or public_pem(named) != beside):
        return SignatureState("wrong", f"{signer_path(manifest).name} is no public key any more.")
    if trusted is None:
        return _by_the_key_beside(data, signature, named)
    return _by_the_trusted_key(data, signature, trusted, named)


def _by_the_trusted_key(
    data: bytes, signature: bytes, trusted: Ed25519PublicKey, named: Ed25519PublicKey | None
) -> SignatureState:
    if _is_right(trusted, signature, data):
        if named is not None and fingerprint(named) != fingerprint(trusted):
            return SignatureState("wrong", "The key beside the signature did not make it.")
        return SignatureState("right", f"Signed with the key {fingerprint(trusted)}.")
    if named is not None and _is_right(named, signature, data):
        told = f"Signed with another key, {fingerprint(named)}, and not with {fingerprint(trusted)}"
        return SignatureState("other-key", f"{told}.")
    told = f"The signature is none of the key {fingerprint(trusted)} over this manifest"
    return SignatureState("wrong", f"{told}: one of both was changed, or another key signed.")


def _by_the_key_beside(
    data: bytes, signature: bytes, named: Ed25519PublicKey | None
) -> SignatureState:
    """Without a key to trust, the signature still has to be that of the key beside it."""
    if named is None:
        told = "Signed, but not checked: name the key with --public-key, or --verifier."
        return SignatureState("unknown-key", told)
    if not _is_right(named, signature, data):
        told = f"The signature is none of the key {fingerprint(named)} that lies beside it."
        return SignatureState("wrong", told)
    told = f"Signed with the key {fingerprint(named)}, which anybody could have made"
    return SignatureState("unknown-key", f"{told}: name the signer's own with --public-key.")


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _is_right(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
