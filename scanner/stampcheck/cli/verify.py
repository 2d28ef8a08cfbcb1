"""``stampcheck verify``: whether a run or a bundle is as it was written and signed."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click
import msgspec

from stampcheck.cli import options
from stampcheck.cli.main import printable
from stampcheck.errors import UsageError
from stampcheck.integrity.checking import Checked, CheckSignature, Place, check, place_in
from stampcheck.integrity.contents import Difference
from stampcheck.integrity.keys import public_key as read_public_key
from stampcheck.integrity.signature import SignatureState, checked, signature_path
from stampcheck.rejudging import Rejudged
from stampcheck.zipped import unpack

_DIGEST: Final = re.compile(r"[0-9a-fA-F]{12,64}")
_UNSIGNED: Final = (
    "Nobody signed it, so this proves only that its files agree with each other: whoever changes "
    "one can write the digests anew. See 'stampcheck sign', or hold the bundle's digest against "
    "the one that a report prints with --bundle-digest."
)


class Report(msgspec.Struct, kw_only=True):
    """What was checked, and its exit code: 6 where something was altered, 3 where judging again
    proves nothing.
    """

    exit_code: int
    checked: Checked
    rejudged: Rejudged | None = None


@click.command()
@click.argument("place", type=options.PATH, metavar="RUN|BUNDLE|ZIP")
@click.option("--public-key", type=options.PATH, metavar="FILE", help="The signer's key, PEM.")
@click.option(
    "--verifier",
    metavar="COMMAND",
    help="Check the signature by this command, told {manifest} and {signature}.",
)
@click.option("--bundle-digest", metavar="HEX", help="Bundle digest that a report prints.")
@click.option("--rejudge", is_flag=True, help="Judge the bundle again and compare the findings.")
@click.option(
    "--bundle", type=options.PATH, metavar="PATH", help="The judged bundle, if not in the run."
)
@options.listing
def verify(
    *,
    place: Path,
    public_key: Path | None,
    verifier: str | None,
    bundle_digest: str | None,
    rejudge: bool,
    bundle: Path | None,
    listing: str,
) -> int:
    """Check that RUN or BUNDLE (folder or zip) is as it was written and signed.

    Says of every file whether it was changed, added or is missing. With --public-key it has to be
    signed with that key. Ends with 6 if something was altered; with 3 if --rejudge judged by other
    versions than those recorded, which proves nothing.
    """
    asks = _signature_check(public_key, verifier)
    with _unpacked(place) as folder:
        found = place_in(folder)
        report = Report(exit_code=0, checked=check(found, asks, lambda one: checked(one, None)))
        _expect(report.checked, bundle_digest)
        if rejudge and report.checked.is_intact:
            report.rejudged = _rejudged(found, bundle)
    report.exit_code = _exit_code(report)
    if listing == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        click.echo(printable("\n".join(_lines(report, place, skipped=rejudge))))
    return report.exit_code


@contextlib.contextmanager
def _unpacked(place: Path) -> Iterator[Path]:
    if not place.exists():
        raise UsageError(f"{place}: there is no such run, bundle or zip.")
    if place.is_dir():
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        yield unpack(place, Path(scratch))


def _signature_check(public_key: Path | None, verifier: str | None) -> CheckSignature:
    if verifier is None:
        trusted = read_public_key(public_key) if public_key else None
        return lambda manifest: checked(manifest, trusted)
    if public_key is not None:
        raise UsageError("Name --public-key or --verifier, not both.")
    if "{signature}" not in verifier:
        raise UsageError("--verifier: say where the signature goes with {signature}.")
    return _by(verifier)


def _by(verifier: str) -> Callable[[Path], SignatureState]:
    def state(manifest: Path) -> SignatureState:
        from stampcheck.cli.external import is_verified_by

        signature = signature_path(manifest)
        if not signature.is_file():
            return SignatureState("missing", f"{signature.name} is not there.")
        if is_verified_by(verifier, manifest, signature):
            return SignatureState("right", "The verifier takes the signature for right.")
        return SignatureState("wrong", "The verifier refuses the signature.")

    return state


def _expect(found: Checked, wanted: str | None) -> None:
    """Hold the bundle against the digest that stands on paper; its beginning will do."""
    if wanted is None:
        return
    if not _DIGEST.fullmatch(wanted):
        raise UsageError(f"--bundle-digest {wanted!r}: is not 12 to 64 hex digits.")
    if not found.bundle_digest.startswith(wanted.lower()):
        digest = found.bundle_digest or "there is none"
        detail = f"its digest is {digest}, and {wanted} was expected"
        found.differences.append(Difference("changed", "bundle", detail))


def _rejudged(place: Place, elsewhere: Path | None) -> Rejudged:
    from stampcheck.cli.pipeline import off_stdout, open_record, opened
    from stampcheck.rejudging import rejudge

    if place.kind == "bundle":
        raise UsageError("--rejudge: a bundle alone holds no findings; name a run.")
    path = elsewhere or place.bundle
    if path is None:
        raise UsageError("--rejudge: the judged bundle lies elsewhere; name it with --bundle PATH.")
    record = open_record(place.folder)
    with opened(path) as bundle, tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        if bundle.digest != record.scan.bundle.digest:
            raise UsageError(f"--bundle {path}: is not the bundle that was judged.")
        with off_stdout():
            return rejudge(record, bundle, Path(scratch))


def _exit_code(report: Report) -> int:
    again = report.rejudged
    if not report.checked.is_intact or (again and again.state == "differs"):
        return 6
    return 3 if again and again.state == "other-versions" else 0


def _lines(report: Report, place: Path, *, skipped: bool) -> Iterator[str]:
    found = report.checked
    for one in found.differences:
        yield f"{one.what:<10}  {one.file}  {one.detail}"
    for name, state in found.signatures.items():
        yield f"{name}: {state.sentence}"
    if report.rejudged is not None:
        yield from _rejudged_lines(report.rejudged)
    elif skipped:
        yield "Not judged again, since it is not as it was written."
    yield from _facts(found)
    if found.differences:
        number = len(found.differences)
        things = "1 thing is" if number == 1 else f"{number:,} things are"
        yield f"{place}: ALTERED. {things} not as recorded."
        return
    if not found.is_intact:
        yield f"{place}: NOT SIGNED as asked. Its {found.files:,} files are as its manifest says."
        return
    files = "The one file" if found.files == 1 else f"All {found.files:,} files"
    yield f"{place}: intact. {files} of the {found.kind} {_are(found)} as recorded."
    if not found.signatures:
        yield _UNSIGNED


def _are(found: Checked) -> str:
    return "is" if found.files == 1 else "are"


def _facts(found: Checked) -> Iterator[str]:
    if found.scan_id:
        yield f"Scan {found.scan_id}, run manifest SHA-256 {found.manifest_digest}"
    if found.bundle_digest:
        yield f"Bundle SHA-256 {found.bundle_digest}"


def _rejudged_lines(again: Rejudged) -> Iterator[str]:
    yield from again.versions
    yield from again.differences
    if again.number > len(again.differences):
        yield f"and {again.number - len(again.differences):,} more."
    count = f"{again.number:,} difference{'' if again.number == 1 else 's'}"
    if again.state == "same":
        yield f"Judged again: all {again.findings:,} findings are the recorded ones."
    elif again.state == "differs":
        yield f"Judged again by the recorded versions: {count}. The findings were altered."
    else:
        told = f"Judged again by other versions: {count}"
        yield f"{told}. That is no sign of tampering; install the recorded versions to tell."
