"""``stampcheck sign``: a signature over a run or a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from stampcheck.cli import options
from stampcheck.errors import IntegrityError, UsageError

_PASSPHRASE = "the passphrase of the key"  # noqa: S105 (what to ask for)


@click.command()
@click.argument("place", type=options.PATH, required=False, metavar="RUN|BUNDLE")
@click.option("--key", type=options.PATH, metavar="FILE", help="Private Ed25519 key, PEM.")
@click.option("--new-key", type=options.PATH, metavar="FILE", help="Make a key pair and end.")
@click.option(
    "--passphrase",
    metavar="WHERE",
    help="Passphrase of the key: prompt, env:NAME or keyring:SERVICE/USER.",
)
@click.option(
    "--signer",
    metavar="COMMAND",
    help="Sign by this command instead: manifest on stdin or as {manifest}, signature on stdout.",
)
def sign(
    *,
    place: Path | None,
    key: Path | None,
    new_key: Path | None,
    passphrase: str | None,
    signer: str | None,
) -> None:
    """Sign RUN or BUNDLE, so that whoever alters it is noticed.

    Writes the signature beside the manifest that vouches for all files. '--new-key FILE' makes a
    key pair first: FILE stays with you, FILE.pub goes to whoever is to verify.
    """
    if new_key is not None:
        _make(new_key, passphrase)
        return
    if place is None or (key is None) == (signer is None):
        raise UsageError("Name a run or bundle, and --key FILE or --signer COMMAND to sign it.")
    click.echo(_signed(place, key, passphrase, signer))


def _make(path: Path, passphrase: str | None) -> None:
    from stampcheck.integrity.keys import fingerprint, new_key, public_path

    made = new_key(path, _secret(passphrase) if passphrase else "")
    click.echo(f"{path}: private key, readable by you alone; keep it away from what it signs.")
    click.echo(f"{public_path(path)}: public key {fingerprint(made.public_key())}; hand it out.")
    if not passphrase:
        click.echo("It has no passphrase; --passphrase prompt would ask for one.", err=True)


def _signed(place: Path, key: Path | None, passphrase: str | None, signer: str | None) -> Path:
    from stampcheck.cli.external import signature_by
    from stampcheck.integrity.checking import check, place_in
    from stampcheck.integrity.keys import is_open_to_others, private_key
    from stampcheck.integrity.signature import sign as sign_manifest
    from stampcheck.integrity.signature import write_signature

    if not place.is_dir():
        raise UsageError(f"{place}: there is no such folder to sign; unpack a zip first.")
    found = place_in(place)
    if not check(found, lambda _: None, lambda _: None).is_intact:
        raise IntegrityError(
            f"{place}: is not as it was written, so it is not signed; see 'stampcheck verify'."
        )
    if signer is not None:
        return write_signature(found.manifest, signature_by(signer, found.manifest), None)
    assert key is not None  # noqa: S101 (one of the two is named)
    own = private_key(key, lambda: _secret(passphrase or "prompt"))
    if is_open_to_others(key):
        click.echo(f"{key}: can be read by others; take that right away (chmod 600).", err=True)
    return sign_manifest(found.manifest, own)


def _secret(reference: str) -> str:
    from stampcheck.cli.console import Talk
    from stampcheck.cli.gathering import surroundings
    from stampcheck.collect.secret import resolve

    around = surroundings(Talk())
    return resolve(reference, around.environment, around.prompt, _PASSPHRASE)
