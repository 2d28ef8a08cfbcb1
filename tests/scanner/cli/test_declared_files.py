"""Certificates that an inventory names are seen to be usable before anybody is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulators.tls import Authority
from tests.scanner.conftest import Command

NOBODY = 'admin_endpoint = "https://127.0.0.1:9"\nregion = "ams"\n'
ACCOUNT = (
    'tenant = "72f988bf-0000-4000-8000-000000000001"\n'
    'client_id = "04b07795-0000-4000-8000-000000000002"\n'
)
STAMPS = '[[stamp]]\nname = "ber"\n[[stamp]]\nname = "ams"\n' + NOBODY
OF_STAMP = STAMPS + 'ca_bundle = "{}"\n'
OF_CLOUD = '[cloud.AzureCloud]\nca_bundle = "{}"\n' + STAMPS
OF_SIGN_IN = (
    '[sign_in.audit]\nmethod = "client-certificate"\n' + ACCOUNT + 'certificate = "{}"\n' + STAMPS
)
LINES = {OF_STAMP: 7, OF_CLOUD: 2, OF_SIGN_IN: 5}
COMMANDS = (
    ("inventory", "check", "{}"),
    ("scan", "--inventory", "{}"),
    ("collect", "--inventory", "{}"),
    ("doctor", "--inventory", "{}"),
)


def written(folder: Path, text: str, file: str) -> Path:
    path = folder / "fleet.toml"
    path.write_text(text.format(file))
    return path


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("text", LINES)
@pytest.mark.parametrize(("file", "why"), [("none.pem", "No such file"), ("bad.pem", "PEM")])
def test_a_file_that_cannot_be_used_is_said_with_its_line(
    stampcheck: Command, tmp_path: Path, words: tuple[str, ...], text: str, file: str, why: str
) -> None:
    (tmp_path / "bad.pem").write_text("nothing of the kind\n")
    path = written(tmp_path, text, file)
    ran = stampcheck(*(word.format(path) for word in words))

    assert ran.code == 2, ran.err
    assert f"{path}:{LINES[text]}: {tmp_path / file}" in ran.err
    assert why in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not list(tmp_path.glob("stampcheck-out/*"))


def test_files_of_evidence_are_judged_whatever_the_certificates_are(
    stampcheck: Command, tmp_path: Path, evidence: Path
) -> None:
    path = written(tmp_path, OF_STAMP, "none.pem")
    ran = stampcheck("collect", "--from-files", evidence, "--inventory", path)

    assert ran.code == 0, ran.err


def test_files_that_can_be_used_are_no_fault(stampcheck: Command, tmp_path: Path) -> None:
    Authority(tmp_path)
    (found,) = tmp_path.glob("*.pem")
    for text in (OF_STAMP, OF_CLOUD):
        ran = stampcheck("inventory", "check", written(tmp_path, text, found.name))

        assert ran.code == 0, ran.err


def test_a_certificate_is_pem_with_its_key_or_pfx(stampcheck: Command, tmp_path: Path) -> None:
    pem = "-----BEGIN {}-----\nMII=\n-----END {}-----\n"
    certificate, key = pem.format(*["CERTIFICATE"] * 2), pem.format(*["ENCRYPTED PRIVATE KEY"] * 2)
    (tmp_path / "both.pem").write_text(key + certificate)
    (tmp_path / "only.pem").write_text(certificate)
    (tmp_path / "one.pfx").write_bytes(b"\x30\x82\x01\x02\x00")
    for name, code in (("both.pem", 0), ("one.pfx", 0), ("only.pem", 2), (".", 2)):
        assert stampcheck("inventory", "check", written(tmp_path, OF_SIGN_IN, name)).code == code
