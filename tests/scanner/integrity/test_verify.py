"""Whatever is done to a run or a bundle is noticed, named and told apart from other versions."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.integrity.checking import check, place_in
from stampcheck.integrity.keys import public_key
from stampcheck.integrity.signature import checked
from tests.scanner.conftest import Command

FILES = 13


@pytest.fixture(scope="module")
def signed(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A signed copy of the run, and the public key."""
    from stampcheck.cli.main import run

    folder = tmp_path_factory.mktemp("signed")
    shutil.copytree(finished, folder / "run")
    key = folder / "key.pem"
    assert run(["sign", "--new-key", str(key)]) == 0
    assert run(["sign", str(folder / "run"), "--key", str(key)]) == 0
    return folder / "run", folder / "key.pem.pub"


def zipped(run: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(run.rglob("*")):
            archive.write(one, one.relative_to(run.parent))
    return path


def test_an_untouched_run_is_intact_in_a_folder_and_in_a_zip(
    stampcheck: Command, copied: Path, tmp_path: Path
) -> None:
    for place in (copied, zipped(copied, tmp_path / "run.zip")):
        ran = stampcheck("verify", place)

        assert ran.code == 0
        assert f"intact. All {FILES} files of the run are as recorded." in ran.out
        assert "Nobody signed it" in ran.out
    bundle = stampcheck("verify", copied / "bundle")
    assert bundle.code == 0
    assert "All 3 files of the bundle" in bundle.out


def test_what_was_changed_added_and_removed_is_named(stampcheck: Command, copied: Path) -> None:
    with (copied / "findings.csv").open("ab") as stream:
        stream.write(b"x")
    (copied / "stamps.csv").unlink()
    (copied / "bundle" / "note.txt").write_text("hello")
    (copied / "rules.csv").unlink()
    (copied / "rules.csv").symlink_to("causes.csv")
    ran = stampcheck("verify", copied)

    assert ran.code == 6
    lines = ran.out.splitlines()
    assert [line.split()[:2] for line in lines[:4]] == [
        ["added", "bundle/note.txt"],
        ["changed", "findings.csv"],
        ["changed", "rules.csv"],
        ["missing", "stamps.csv"],
    ]
    assert "is a link now" in lines[2]
    assert "ALTERED. 4 things are not as recorded." in lines[-1]
    told = json.loads(stampcheck("verify", copied, "--format", "json").out)
    assert [one["file"] for one in told["checked"]["differences"]] == [
        line.split()[1] for line in lines[:4]
    ]


@pytest.mark.parametrize("name", ["run-manifest.json", "bundle/manifest.json"])
def test_a_manifest_that_only_claims_to_be_newer_was_altered(
    stampcheck: Command, copied: Path, name: str
) -> None:
    path = copied / name
    path.write_text(path.read_text().replace('"schema_version": 1,', '"schema_version": 9,', 1))
    ran = stampcheck("verify", copied)
    assert ran.code == 6
    assert f"changed     {name}" in ran.out


@settings(max_examples=120)
@given(data=st.data())
def test_any_single_byte_of_any_file_is_noticed(
    signed: tuple[Path, Path], data: st.DataObject
) -> None:
    run, key = signed
    files = sorted(one for one in run.rglob("*") if one.is_file() and one.stat().st_size)
    path = data.draw(st.sampled_from(files), label="file")
    place = data.draw(st.integers(0, path.stat().st_size - 1), label="place")
    bits = data.draw(st.integers(1, 255), label="bits")
    content = path.read_bytes()
    changed = bytearray(content)
    changed[place] ^= bits
    trusted = public_key(key)
    path.write_bytes(changed)
    try:
        found = check(place_in(run), lambda one: checked(one, trusted), lambda _: None)
        alone = check(place_in(run), lambda _: None, lambda _: None)
    finally:
        path.write_bytes(content)

    assert not found.is_intact
    # Without a signature too, but for the signature itself.
    assert not alone.is_intact or path.suffix in (".sig", ".pub")


def test_a_manifest_that_was_written_anew_is_noticed_by_its_signature(
    stampcheck: Command, copied: Path, signed: tuple[Path, Path]
) -> None:
    from stampcheck.integrity.run_manifest import write_run_manifest
    from stampcheck.record import ScanRecord

    run, key = signed
    for name in ("run-manifest.json.sig", "run-manifest.json.pub"):
        shutil.copy(run / name, copied / name)
    (copied / "report.html").write_text("all is well")
    sig, pub = ((copied / f"run-manifest.json.{end}").read_bytes() for end in ("sig", "pub"))
    for end in ("sig", "pub"):
        (copied / f"run-manifest.json.{end}").unlink()
    write_run_manifest(copied, ScanRecord(copied).scan)
    assert stampcheck("verify", copied).code == 0
    (copied / "run-manifest.json.sig").write_bytes(sig)
    (copied / "run-manifest.json.pub").write_bytes(pub)

    ran = stampcheck("verify", copied, "--public-key", key)
    assert ran.code == 6
    assert "one of both was changed, or another key signed" in ran.out
    assert stampcheck("verify", copied).code == 6


def test_a_bundle_manifest_edited_by_hand_is_noticed_by_the_digest_on_paper(
    stampcheck: Command, copied: Path
) -> None:
    digest = json.loads((copied / "scan.json").read_text())["bundle"]["digest"]
    bundle = copied / "bundle"
    assert stampcheck("verify", bundle, "--bundle-digest", digest).code == 0
    assert stampcheck("verify", bundle, "--bundle-digest", digest[:12].upper()).code == 0
    path = bundle / "manifest.json"
    path.write_text(path.read_text().replace('"notes": []', '"notes": [ ]'))

    assert stampcheck("verify", bundle).code == 0
    ran = stampcheck("verify", bundle, "--bundle-digest", digest)
    assert ran.code == 6
    assert "was expected" in ran.out
    assert "bundle/manifest.json" in stampcheck("verify", copied).out
    assert stampcheck("verify", bundle, "--bundle-digest", "12").code == 2


def test_a_run_without_its_manifest_is_vouched_for_by_nothing(
    stampcheck: Command, copied: Path
) -> None:
    (copied / "run-manifest.json").unlink()
    ran = stampcheck("verify", copied)
    assert ran.code == 6
    assert ran.out.startswith("missing     run-manifest.json")
    (copied / "scan.json").unlink()
    assert stampcheck("verify", copied).code == 6
    assert stampcheck("verify", copied.parent).code == 2


@pytest.mark.parametrize(
    ("old", "new"), [('"tool_version": "0.1.0"', '"tool_version": "0.1.1"'), ("{\n", "{ \n")]
)
def test_a_manifest_that_was_edited_by_hand_proves_nothing(
    stampcheck: Command, copied: Path, old: str, new: str
) -> None:
    path = copied / "run-manifest.json"
    path.write_text(path.read_text().replace(old, new, 1))
    ran = stampcheck("verify", copied)

    assert ran.code == 6
    assert "changed     run-manifest.json  was edited by hand" in ran.out


def test_a_newer_manifest_is_a_sentence(stampcheck: Command, copied: Path) -> None:
    path = copied / "run-manifest.json"
    text = path.read_text().replace('"schema_version": 1', '"schema_version": 2')
    unsealed = re.sub('"seal": ".*"', '"seal": ""', text)
    seal = hashlib.sha256(unsealed.encode()).hexdigest()
    path.write_text(unsealed.replace('"seal": ""', f'"seal": "{seal}"'))
    ran = stampcheck("verify", copied)

    assert ran.code == 2
    assert "schema version 2 is newer than 1" in ran.err


@pytest.mark.parametrize("name", ["../evil", "run/../../evil", "/evil"])
def test_a_zip_that_leads_out_is_not_opened(
    stampcheck: Command, copied: Path, tmp_path: Path, name: str
) -> None:
    path = zipped(copied, tmp_path / "run.zip")
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, b"")
    ran = stampcheck("verify", path)

    assert ran.code == 6
    assert "leads out" in ran.err


def test_a_link_and_a_bomb_are_not_opened(stampcheck: Command, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("run/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    for name, entry, data in (
        ("link.zip", link, b"/etc/passwd"),
        ("bomb.zip", zipfile.ZipInfo("run/bomb"), bytes(40_000_000)),
    ):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
        assert stampcheck("verify", tmp_path / name).code == 6


def test_a_manifest_that_names_places_outside_reads_none_of_them(
    stampcheck: Command, copied: Path
) -> None:
    path = copied / "bundle" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["../../secret"] = {"sha256": "0" * 64, "bytes": 1}
    path.write_text(json.dumps(manifest))
    ran = stampcheck("verify", copied / "bundle")

    assert ran.code == 6
    assert "unreadable  ../../secret" in ran.out


def test_signing_takes_a_key_that_its_owner_alone_can_read(
    stampcheck: Command, copied: Path, tmp_path: Path
) -> None:
    made = stampcheck("sign", "--new-key", "key.pem")
    key, public = tmp_path / "key.pem", tmp_path / "key.pem.pub"
    assert made.code == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert b"BEGIN PRIVATE KEY" in key.read_bytes()
    assert "SHA256:" in made.out
    assert stampcheck("sign", "--new-key", "key.pem").code == 2

    assert stampcheck("verify", copied, "--public-key", public).code == 6
    assert stampcheck("sign", copied, "--key", key).code == 0
    ran = stampcheck("verify", copied, "--public-key", public)
    assert ran.code == 0
    assert "run-manifest.json: Signed with the key SHA256:" in ran.out
    assert "Nobody signed it" not in ran.out
    assert "anybody could have made" in stampcheck("verify", copied).out
    assert stampcheck("sign", copied, "--key", key).code == 2
    key.chmod(0o644)
    other = stampcheck("sign", copied / "bundle", "--key", key)
    assert other.code == 0
    assert "can be read by others" in other.err
    assert stampcheck("verify", copied, "--public-key", public).code == 0


def test_another_key_a_wrong_and_a_missing_signature_are_told_apart(
    stampcheck: Command, copied: Path
) -> None:
    for name in ("mine.pem", "other.pem"):
        stampcheck("sign", "--new-key", name)
    stampcheck("sign", copied, "--key", "mine.pem")
    other = stampcheck("verify", copied, "--public-key", "other.pem.pub")
    signature = copied / "run-manifest.json.sig"
    signature.write_bytes(b"short")
    wrong = stampcheck("verify", copied, "--public-key", "mine.pem.pub")
    signature.unlink()
    missing = stampcheck("verify", copied)

    assert "Signed with another key, SHA256:" in other.out
    assert "is none of the key" in wrong.out
    assert "run-manifest.json.sig is not there." in missing.out
    assert [ran.code for ran in (other, wrong, missing)] == [6, 6, 6]
    assert stampcheck("verify", copied, "--public-key", "mine.pem").code == 2


def test_a_key_with_a_passphrase_opens_with_it_alone(
    stampcheck: Command, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGN_WORD", "correct horse")
    monkeypatch.setenv("OTHER_WORD", "battery staple")
    made = stampcheck("sign", "--new-key", "key.pem", "--passphrase", "env:SIGN_WORD")
    assert made.code == 0
    assert b"ENCRYPTED PRIVATE KEY" in Path("key.pem").read_bytes()

    wrong = stampcheck("sign", copied, "--key", "key.pem", "--passphrase", "env:OTHER_WORD")
    assert wrong.code == 2
    assert "passphrase is wrong" in wrong.err
    assert "battery" not in wrong.err
    right = stampcheck("sign", copied, "--key", "key.pem", "--passphrase", "env:SIGN_WORD")
    assert right.code == 0


def test_a_key_of_another_kind_is_a_sentence(stampcheck: Command, copied: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    Path("ec.pem").write_bytes(pem)
    Path("text.pem").write_text("hello")

    assert (
        "no Ed25519 key; sign with it by --signer"
        in stampcheck("sign", copied, "--key", "ec.pem").err
    )
    assert "no private key in PEM" in stampcheck("sign", copied, "--key", "text.pem").err
    assert stampcheck("sign", copied, "--key", "gone.pem").code == 2
    assert stampcheck("sign", copied).code == 2


def test_what_was_altered_is_not_signed(stampcheck: Command, copied: Path) -> None:
    stampcheck("sign", "--new-key", "key.pem")
    (copied / "findings.csv").write_text("")
    ran = stampcheck("sign", copied, "--key", "key.pem")

    assert ran.code == 6
    assert not (copied / "run-manifest.json.sig").exists()


@pytest.mark.skipif(not Path("/usr/bin/openssl").exists(), reason="openssl is not installed")
def test_another_signer_is_run_by_its_command_and_checked_by_another(
    stampcheck: Command, copied: Path
) -> None:
    stampcheck("sign", "--new-key", "key.pem")
    sign = "openssl pkeyutl -sign -rawin -inkey key.pem -in /dev/stdin"
    verify = "openssl pkeyutl -verify -pubin -rawin -inkey key.pem.pub"
    verify += " -in {manifest} -sigfile {signature}"

    assert stampcheck("sign", copied, "--signer", sign).code == 0
    right = stampcheck("verify", copied, "--verifier", verify)
    assert right.code == 0
    assert "takes the signature for right" in right.out
    # One that openssl made is one that stampcheck can check, and the other way round.
    assert stampcheck("verify", copied, "--public-key", "key.pem.pub").code == 0
    assert "not checked" in stampcheck("verify", copied).out
    (copied / "run-manifest.json.sig").write_bytes(bytes(64))
    assert stampcheck("verify", copied, "--verifier", verify).code == 6


def test_a_signer_that_fails_signs_nothing(stampcheck: Command, copied: Path) -> None:
    for command, code in (
        (f"{sys.executable} -c 'raise SystemExit(3)'", 5),
        (f"{sys.executable} -c pass", 5),
        ("no-such-signer --really", 2),
        ("'", 2),
    ):
        assert stampcheck("sign", copied, "--signer", command).code == code
    assert not (copied / "run-manifest.json.sig").exists()
    assert stampcheck("verify", copied, "--verifier", "true").code == 2


def test_judging_again_gives_the_recorded_findings(stampcheck: Command, copied: Path) -> None:
    ran = stampcheck("verify", copied, "--rejudge")

    assert ran.code == 0
    assert "all 30 findings are the recorded ones" in ran.out
    assert stampcheck("verify", copied / "bundle", "--rejudge").code == 2


def reseal(run: Path) -> None:
    """Write the manifest of a run anew, as whoever alters it on purpose would."""
    from stampcheck.integrity.run_manifest import write_run_manifest
    from stampcheck.record import ScanRecord

    write_run_manifest(run, ScanRecord(run).scan)


def test_findings_that_were_changed_are_found_by_judging_again(
    stampcheck: Command, copied: Path
) -> None:
    path = copied / "findings.jsonl"
    path.write_text(path.read_text().replace('"undetermined"', '"pass"', 1))
    reseal(copied)
    ran = stampcheck("verify", copied, "--rejudge")

    assert ran.code == 6
    assert "outcome is recorded as 'pass', and found as 'undetermined'" in ran.out
    assert "The findings were altered." in ran.out


def test_other_versions_are_no_tampering(stampcheck: Command, copied: Path) -> None:
    path = copied / "scan.json"
    text = path.read_text().replace('"tool_version": "0.1.0"', '"tool_version": "0.0.9"', 1)
    text = text.replace('"version": "0.1.0"', '"version": "0.0.9"', 1)
    text = text.replace('"id": "AZS-AC-001"', '"id": "ACME-XX-001"', 1)
    path.write_text(text)
    findings = copied / "findings.jsonl"
    findings.write_text(findings.read_text().replace('"undetermined"', '"pass"', 1))
    reseal(copied)
    ran = stampcheck("verify", copied, "--rejudge")

    assert ran.code == 3
    assert "stampcheck 0.0.9 judged, and this is 0.1.0." in ran.out
    assert "No installed package has ACME-XX-001." in ran.out
    assert "That is no sign of tampering" in ran.out


def test_a_run_judged_with_settings_is_judged_again_with_them(
    stampcheck: Command, copied: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(
        'max_age_days = 2\n[severity]\nAZS-PR-001 = "low"\n[expiry_days]\nlow = 300\n'
    )
    bundle = copied / "bundle"
    ran = stampcheck(
        *("evaluate", bundle, "--profile", profile, "--baseline", copied, "--stamp", "ams-01"),
        *("--skip-rule", "AZS-AC-001", "--as-of", "2027-01-01", "-q"),
    )
    run = ran.out.strip()

    assert stampcheck("verify", run, "--rejudge").code == 2
    again = stampcheck("verify", run, "--rejudge", "--bundle", bundle)
    assert again.code == 0
    assert "all 29 findings" in again.out


def test_the_key_is_no_part_of_what_is_printed_or_kept(stampcheck: Command, copied: Path) -> None:
    stampcheck("sign", "--new-key", "key.pem")
    secret = Path("key.pem").read_text().splitlines()[1]
    ran = stampcheck("sign", copied, "--key", "key.pem")

    assert secret not in ran.out + ran.err
    assert all(
        secret.encode() not in one.read_bytes() for one in copied.rglob("*") if one.is_file()
    )


def test_a_file_whose_name_is_no_text_is_told_in_every_format(
    stampcheck: Command, copied: Path
) -> None:
    (copied / "x\udcff\n").write_bytes(b"")

    assert stampcheck("verify", copied).code == 6
    told = json.loads(stampcheck("verify", copied, "--format", "json").out)
    assert told["exit_code"] == 6
    assert told["checked"]["differences"][0]["what"] == "added"
