"""How the inventory says where the fleet is and who signs in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stampcheck.bundle import Declared
from stampcheck.errors import UsageError
from stampcheck.inventory import Inventory, read_inventory, render_inventory
from stampcheck.reach import cloud_of
from stampcheck.targets import CLOUDS, Azure, Cloud, SignIn, Target

TENANT = "72f988bf-0000-4000-8000-000000000001"
CLIENT = "04b07795-0000-4000-8000-000000000002"
DPS = "0b2a1c3d-1111-4000-8000-000000000003"
STAMP = '[[stamp]]\nname = "ams-01"\n'
REGISTRATION = (
    f"/subscriptions/{DPS}/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/ams-01"
)
HINTED = {
    '"production" or "development"': '"production"',
    '"connected" or "disconnected"': '"connected"',
    '"AzureCloud", "AzureUSGovernment" or "AzureChinaCloud"': '"AzureCloud"',
    "<directory tenant that the subscription must be in>": TENANT,
    "/subscriptions/.../registrations/<name>": REGISTRATION,
    '"yes" or its last digits': '"yes"',
    '"cli", "device-code", "browser", "client-secret", "client-certificate", ...': (
        '"client-secret"'
    ),
    '"<directory tenant>" or "adfs"': '"adfs"',
    "<application>": CLIENT,
    '"env:NAME", "keyring:SERVICE/USER" or "prompt", never the secret itself': '"prompt"',
    "<domain>\\cloudadmin": "AZURESTACK\\cloudadmin",
    "<region>.<domain>": "ams.example.org",
    "<address of each>": "10.0.0.4",
}
PLANTED = "hunter2-Planted!"


def read(folder: Path, text: str) -> Inventory:
    path = folder / "fleet.toml"
    path.write_text(text, encoding="utf-8")
    return read_inventory(path)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(folder, text)
    assert PLANTED not in repr(caught.value)
    assert PLANTED not in repr(caught.value.__context__)
    return str(caught.value)


FULL = f"""
[azure]
sign_in = "audit"
discover = "resource-graph"
subscriptions = ["{{{DPS.upper()}}}"]

[sign_in.audit]
method = "client-certificate"
tenant = "Contoso.onmicrosoft.com"
client_id = "{CLIENT}"
certificate = "keys/audit.pfx"
secret = "keyring:stamp check/audit"
authority = "https://Login.Example.org:443/"

[sign_in.pep]
method = "password"
user = 'AZURESTACK\\cloudadmin'
secret = "env:PEP_PASSWORD"

[sign_in."disconnected"]
method = "client-secret"
tenant = "ADFS"
client_id = "{CLIENT}"
secret = "prompt"

[cloud.CustomCloud]
arm = "https://management.example.org/"
authority = "https://login.example.org"
audience = "https://management.example.org/x/"
ca_bundle = "ca.pem"

[cloud.AzureCloud]
arm = "https://localhost:8443"
audience = "https://localhost:8443"

[[stamp]]
name = "ams-01"
cloud = "CustomCloud"
subscription = "{TENANT}"
admin_endpoint = "https://AdminManagement.ams.example.org/"
region = "ams"
provider_subscription = "{DPS}"
ca_bundle = "/etc/ca.pem"
stamp_sign_in = "disconnected"
privileged_endpoints = ["10.0.0.4", "ERCS02:5985", "https://ercs03", "https://[FD00::4]:5987",
    "[::1]"]
privileged_endpoint_sign_in = "pep"

[[stamp]]
name = "bre-02"
azure_sign_in = "disconnected"
"""


def test_every_connection_key_is_read(tmp_path: Path) -> None:
    reach = read(tmp_path, FULL).reach

    assert reach.azure == Azure(sign_in="audit", discover="resource-graph", subscriptions=(DPS,))
    assert reach.sign_ins["audit"] == SignIn(
        name="audit",
        method="client-certificate",
        tenant="contoso.onmicrosoft.com",
        client_id=CLIENT,
        certificate=str(tmp_path / "keys/audit.pfx"),
        secret="keyring:stamp check/audit",
        authority="https://login.example.org",
    )
    assert reach.sign_ins["disconnected"].tenant == "adfs"
    assert reach.sign_ins["pep"].user == r"AZURESTACK\cloudadmin"
    assert reach.clouds["CustomCloud"] == Cloud(
        name="CustomCloud",
        arm="https://management.example.org",
        authority="https://login.example.org",
        audience="https://management.example.org/x",
        ca_bundle=str(tmp_path / "ca.pem"),
    )
    assert reach.clouds["AzureCloud"].arm == "https://localhost:8443"
    assert reach.clouds["AzureCloud"].authority == CLOUDS["AzureCloud"].authority
    assert reach.targets["ams-01"] == Target(
        name="ams-01",
        cloud="CustomCloud",
        azure_sign_in="audit",
        subscription=TENANT,
        admin_endpoint="https://adminmanagement.ams.example.org",
        region="ams",
        provider_subscription=DPS,
        ca_bundle="/etc/ca.pem",
        stamp_sign_in="disconnected",
        privileged_endpoints=(
            "10.0.0.4",
            "ercs02",
            "https://ercs03",
            "https://[fd00::4]:5987",
            "[::1]",
        ),
        privileged_endpoint_sign_in="pep",
    )
    assert reach.targets["bre-02"].azure_sign_in == "disconnected"


def test_an_inventory_for_files_reaches_the_known_clouds_by_the_azure_cli(tmp_path: Path) -> None:
    reach = read(tmp_path, STAMP).reach

    assert reach.targets == {"ams-01": Target(name="ams-01")}
    assert reach.clouds == CLOUDS
    assert (reach.azure, reach.sign_ins) == (Azure(), {})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('admin_endpoint = "http://adminmanagement.a.b"', ("fleet.toml:3", "https://host")),
        ('admin_endpoint = "https://adminmanagement.a.b/x"', ("without a path",)),
        ('admin_endpoint = "https://adminmanagement.a.b."', ("https://host",)),
        ('admin_endpoint = "https://adminmanagement.a.b:0"', ("https://host",)),
        ('admin_endpoint = "https://adminmanagement.a.b:65536"', ("https://host",)),
        ('admin_endpoint = "https://127.1"', ("https://host",)),
        ('admin_endpoint = "https://аdmin.a.b"', ("https://host",)),
        ('admin_endpoint = "https://a.b?c=d"', ("https://host",)),
        ('admin_endpoint = "https://a.b#c"', ("https://host",)),
        (
            'admin_endpoint = "https://management.a.b"',
            ("operators", "https://adminmanagement.a.b"),
        ),
        ('admin_endpoint = "https://adminportal.a.b"', ("https://adminmanagement.a.b",)),
        ("admin_endpoint = 5", ("fleet.toml:3", "5", "https://host")),
        ('admin_endpiont = "https://a.b"', ("did you mean 'admin_endpoint'",)),
        ('region = "a b"', ("name of a region",)),
        ('provider_subscription = "x"', ("GUID",)),
        ('ca_bundle = ""', ("name of a file",)),
        ("privileged_endpoints = []", ("1 to 16 hosts",)),
        ('privileged_endpoints = "10.0.0.4"', ("1 to 16 hosts",)),
        ('privileged_endpoints = ["a:5985", "A"]', ("a stands twice",)),
        ('privileged_endpoints = ["http://a"]', ("host, host:port",)),
        ('privileged_endpoints = ["a:b"]', ("host, host:port",)),
        ('privileged_endpoints = ["::1"]', ("IPv6 in brackets",)),
        ('privileged_endpoints = ["[zz]"]', ("IPv6 in brackets",)),
        ('privileged_endpoints = ["a/b"]', ("host, host:port",)),
        ('privileged_endpoints = ["a/"]', ("without a slash",)),
        ('stamp_sign_in = "audit"', ("fleet.toml:3", "no [sign_in.audit]", "none at all")),
        ('privileged_endpoint_sign_in = "a b"', ("letters, digits",)),
    ],
)
def test_a_faulty_key_of_a_stamp_names_its_line_and_what_is_allowed(
    tmp_path: Path, line: str, words: tuple[str, ...]
) -> None:
    text = refusal(tmp_path, f"{STAMP}{line}\n")

    words = tuple(word.replace("none at all", "no [sign_in.NAME] at all") for word in words)
    assert all(word in text for word in words), text


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", ("fleet.toml:1", "no method", "device-code")),
        ('method = "cert"', ("fleet.toml:2", "allowed are cli")),
        ('method = "client-secret"', ("fleet.toml:1", "lacks tenant, client_id, secret")),
        (
            f'method = "client-certificate"\ntenant = "{TENANT}"\nclient_id = "{CLIENT}"',
            ("lacks certificate",),
        ),
        ('method = "password"\nuser = "a"', ("lacks secret",)),
        ('method = "cli"\nsecret = "prompt"', ("fleet.toml:3", "means nothing", "takes tenant")),
        ('method = "browser"\nuser = "a"', ("user means nothing",)),
        ('method = "managed-identity"\ntenant = "adfs"', ("tenant means nothing",)),
        ('method = "cli"\ntenant = "adfs"', ("fleet.toml:3", "AD FS")),
        ('method = "cli"\ntenant = "contoso"', ("GUID, a domain",)),
        ('method = "browser"\nclient_id = "me"', ("GUID",)),
        ('method = "browser"\nauthority = "https://a.b/adfs"', ("without a path",)),
        ('method = "password"\nuser = "a\\\\b\\\\c"', ("cloudadmin",)),
        ('method = "browser"\ntennant = "a.b"', ("did you mean 'tenant'",)),
    ],
)
def test_a_faulty_sign_in_names_its_line_and_what_is_allowed(
    tmp_path: Path, lines: str, words: tuple[str, ...]
) -> None:
    text = refusal(tmp_path, f"[sign_in.audit]\n{lines}\n{STAMP}")

    assert all(word in text for word in words), text


@pytest.mark.parametrize(
    "line",
    [
        f'secret = "{PLANTED}"',
        f'secret = "env:{PLANTED}"',
        f'secret = "keyring:{PLANTED}"',
        f'secret = "prompt:{PLANTED}"',
        f'secret = ["{PLANTED}"]',
        f'secret = {{ value = "{PLANTED}" }}',
        f'client_secret = "{PLANTED}"',
        f'password = "{PLANTED}"',
        f'Passphrase = "{PLANTED}"',
        f'certificate_password = "{PLANTED}"',
        f'access_token = "{PLANTED}"',
        f'tenant = {{ secret = "{PLANTED}" }}',
        f'tenant = [{{ secret = "{PLANTED}" }}]',
        f'authority = "https://me:{PLANTED}@host"',
        f'certificate = """-----BEGIN PRIVATE KEY-----\n{PLANTED}"""',
        f'secert = "{PLANTED}"',
    ],
)
def test_a_secret_in_the_inventory_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    text = refusal(tmp_path, f'[sign_in.audit]\nmethod = "client-secret"\n{line}\n{STAMP}')

    assert "fleet.toml:3: " in text
    if line.startswith("secret = "):
        assert "holds the secret itself" in text
    if re.match("client_secret|password|Pass|cert.*_|access", line):
        assert 'secret = "env:NAME"' in text


@pytest.mark.parametrize("place", ["", "[azure]\n", STAMP, "[cloud.CustomCloud]\n"])
def test_a_password_is_refused_wherever_it_stands(tmp_path: Path, place: str) -> None:
    text = refusal(tmp_path, f'{place}password = "{PLANTED}"\n[[stamp]]\nname = "b"\n')

    assert 'secret = "env:NAME"' in text


SIGN_INS = """
[sign_in.audit]
method = "cli"
[sign_in.pep]
method = "password"
user = "a"
secret = "prompt"
"""


@pytest.mark.parametrize(
    ("key", "name", "words"),
    [
        ("azure_sign_in", "audti", "did you mean 'audit'"),
        ("stamp_sign_in", "pep", 'no sign-in with method = "password"'),
        ("azure_sign_in", "pep", 'no sign-in with method = "password"'),
        ("privileged_endpoint_sign_in", "audit", 'only a sign-in with method = "password"'),
    ],
)
def test_a_sign_in_fits_what_it_is_for(tmp_path: Path, key: str, name: str, words: str) -> None:
    text = refusal(tmp_path, f'{SIGN_INS}{STAMP}{key} = "{name}"\n')

    assert words in text
    assert "fleet.toml:10: " in text


def test_the_sign_in_of_azure_is_one_that_there_is(tmp_path: Path) -> None:
    text = refusal(tmp_path, f'{SIGN_INS}[azure]\nsign_in = "Audit"\n{STAMP}')

    assert "fleet.toml:9: " in text
    assert "did you mean 'audit'" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[cloud.AzureStackCloud]\narm = "https://a.b"\n', "fleet.toml:1: [cloud.AzureStackCloud]"),
        ('[cloud.CustomCloud]\narm = "https://a.b"\n', "lacks authority, audience"),
        ('[cloud.AzureCloud]\naudience = "me"\n', "fleet.toml:2: audience = 'me'"),
        ('[azure]\nsubscriptions = "all"\n', "list of up to 1000 GUIDs"),
        (f'[azure]\nsubscriptions = ["{DPS}", "{DPS}"]\n', "stands twice"),
        ('[azure]\ndiscover = "all"\n', "none, subscriptions, resource-graph"),
        ('[[azure]]\nsign_in = "a"\n', "one bracket"),
        ('[sign_in]\nmethod = "cli"\n', "a name each"),
        ('[sign_in."a b"]\nmethod = "cli"\n', "fleet.toml:1: [sign_in.a b]: expected a name"),
        ("[clouds]\n", "did you mean 'cloud'"),
    ],
)
def test_a_faulty_table_names_its_line_and_what_is_allowed(
    tmp_path: Path, text: str, words: str
) -> None:
    assert words in refusal(tmp_path, text + STAMP)


def test_a_custom_cloud_needs_addresses_only_where_it_is_reached(tmp_path: Path) -> None:
    stamp = f'{STAMP}cloud = "CustomCloud"\n'
    reach = read(tmp_path, stamp).reach

    with pytest.raises(UsageError, match=r"add \[cloud\.CustomCloud\] with arm"):
        cloud_of(reach, reach.targets["ams-01"])
    text = refusal(tmp_path, f'{SIGN_INS}{stamp}azure_sign_in = "audit"\n')
    assert "fleet.toml:10: the stamp 'ams-01' is in CustomCloud" in text
    assert cloud_of(read(tmp_path, FULL).reach, Target(name="a", cloud="CustomCloud")).arm


@pytest.mark.parametrize(
    "line", ['admin_endpoint = "https://a.b"', 'privileged_endpoints = ["a.b"]']
)
def test_two_stamps_share_no_address(tmp_path: Path, line: str) -> None:
    text = refusal(tmp_path, f'{STAMP}{line}\n[[stamp]]\nname = "bre-02"\n{line}\n')

    assert "fleet.toml:6: " in text
    assert "already that of the stamp 'ams-01'" in text


def test_the_hints_of_a_new_inventory_are_keys_that_it_knows(tmp_path: Path) -> None:
    text = render_inventory([("ams-01", Declared())])
    for hint, value in HINTED.items():
        assert hint in text
        text = text.replace(hint, value)
    text = re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE)

    found = read(tmp_path, text)

    assert found.reach.targets["ams-01"].admin_endpoint == "https://adminmanagement.ams.example.org"
    assert found.reach.targets["ams-01"].privileged_endpoint_sign_in in found.reach.sign_ins
