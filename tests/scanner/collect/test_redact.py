"""What looks like a secret is not kept, wherever it stands; ids and words are."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.collect.redact import (
    REDACTED,
    may_hold_secret,
    scrub,
    scrub_request,
    scrub_text,
)

PART = "eyJhbGciOiJub25lIn0"
JWT = f"{PART}.eyJzdWIiOiJmYWtlIn0.c2lnbmF0dXJl"
JWE = f"{PART}..aXYtaXYtaXY.Y2lwaGVydGV4dA.dGFnLXRhZw"
TOKEN = base64.b64encode(b'{"billingModel":"Capacity","version":"1.0","x":"' + b"y" * 40).decode()
SPACED = base64.b64encode(
    b'{\r\n  "billingModel": "Capacity", "version": "1.0" ' + b"y" * 40
).decode()
SECRETS = (JWT, JWE, TOKEN, SPACED)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "Bearer {}", "token: {} (keep)", "'{}'", '{{"a":"{}"}}'])
def test_a_token_is_known_by_its_form(secret: str, around: str) -> None:
    told = scrub_text(around.format(secret))

    assert secret[:30] not in told
    assert secret[-12:] not in told
    assert may_hold_secret(around.format(secret))


@pytest.mark.parametrize(
    "text",
    [
        "password=S3CRET-hunter22",
        "Password: S3CRET-hunter22",
        "https://x/y?sig=S3CRET-hunter22&se=1",
        "client_secret=S3CRET-hunter22&grant_type=x",
        "@{activationKey=S3CRET-hunter22; level=x}",
        "Activation key: S3CRET-hunter22",
        '{\\"activationKey\\": \\"S3CRET-hunter22\\"}',
        "adminPassword=S3CRET-hunter22",
        "AccountKey=S3CRET-hunter22==;EndpointSuffix=x",
        "Authorization: Basic S3CRET-hunter22",
        "Authorization: Bearer S3CRET-hunter22",
        "bearer S3CRET-hunter22",
        "-----BEGIN RSA PRIVATE KEY-----\nS3CRET\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nS3CRET",
        "refresh_token=S3CRET-hunter22",
    ],
)
def test_a_secret_is_known_by_what_stands_before_it(text: str) -> None:
    assert "S3CRET" not in scrub_text(text)
    assert may_hold_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        'Bearer authorization_uri="https://login.windows.net/x", error="invalid_token"',
        'Bearer realm="x"',
        "/subscriptions/x/resourceGroups/newyork/providers/Microsoft.Authorization/locks/eyre-lock-0",
        "AuthorizationFailed: The client has no authorization to perform action 'x/y/read'",
        "Registration resource hub is needed for syndication. Please do not delete.",
        "https://x/y?api-version=1&$skiptoken=abcdefghijkl",
        "5bf881b2-0000-4000-8000-00000000c10d",
    ],
)
def test_evidence_stays(text: str) -> None:
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "key",
    [
        *("activationKey", "ActivationKey", "activation_key", "ACTIVATION-KEY", "activation key"),
        *("password", "adminPassword", "clientSecret", "client_secret", "access_token", "token"),
        *("registrationToken", "Authorization", "primaryKey", "sharedKey", "connectionString"),
    ],
)
@pytest.mark.parametrize("told", ["abc", ["abc"], {"value": "abc"}, 12345678])
def test_a_secret_is_known_by_its_key(key: str, told: Any) -> None:
    assert scrub({"properties": [{key: told}]}) == {"properties": [{key: REDACTED}]}


@pytest.mark.parametrize("key", ["id", "authorizationSource", "level", "keyName", "tokens"])
def test_other_keys_stay(key: str) -> None:
    assert scrub({key: "value"}) == {key: "value"}
    assert scrub({"password": None, "secret": ""}) == {"password": None, "secret": ""}


JSON_VALUES = st.recursive(
    st.sampled_from([None, True, 5, "text", "SECRET-HERE"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "notes", "Value", "SECRET-HERE"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(JSON_VALUES, st.sampled_from(SECRETS))
def test_no_place_keeps_a_token(value: Any, secret: str) -> None:
    planted = json.loads(json.dumps(value).replace("SECRET-HERE", secret))
    told = json.dumps(scrub(planted))

    assert secret not in told
    assert secret[:40] not in told


@pytest.mark.parametrize(
    "text",
    [
        *("login -Password M4RK-zz", "--password M4RK-zz", '-ActivationKey "M4RK-zz"'),
        *("--client-secret M4RK-zz", 'ConvertTo-SecureString "M4RK zz" -AsPlainText'),
        *("https://user:M4RK-zz@host/x", 'password = "my M4RK pass phrase"', "password=ab,M4RK-zz"),
        *('"secret": "M4RK-zz"', "token: M4RK-zz", "pw: M4RK-zz", "<password>M4RK-zz</password>"),
        *("Invalid client secret provided M4RK-zz", "client_secret 'M4RK-zz' invalid"),
        *("the password is M4RK-zz", "activation key M4RK-zz", "Cookie: ESTSAUTH=M4RK-zz"),
        *("Ocp-Apim-Subscription-Key: M4RK-zz", "https://x/api/f?code=M4RK-zz"),
        *("passphrase=M4RK-zz", '-Credential "M4RK zz"', 'password="ab\\"M4RK"'),
        *(f"x_{PART}.{PART}.M4RK", f"{PART}%2E{PART}%2EM4RK"),
        'Bearer authorization_uri="https://x", token="M4RK-zz"',
    ],
)
def test_a_secret_is_known_in_commands_sentences_and_addresses(text: str) -> None:
    assert "M4RK" not in scrub_text(text)
    assert may_hold_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        (
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the"
            " request is the client secret value, not the client secret ID, for a secret"
            " added to app '5bf881b2-0000-4000-8000-00000000c10d'."
        ),
        "If access was recently granted, please refresh your credentials.",
        "Microsoft.KeyVault/vaults/secrets/read",
        "Microsoft.Storage/storageAccounts/listKeys/action",
        "activation key 5bf881b2-0000-4000-8000-00000000c10d",
        "W/\"datetime'2026-11-01T00%3A00%3A00Z'\"",
        "https://management.local.azurestack.external:443/x?api-version=1",
        "Get-AzsRegistrationToken -TokenOutputFilePath C:\\token.txt",
    ],
)
def test_words_about_secrets_stay(text: str) -> None:
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "key",
    [
        *("accountKeyValue", "adminPwd", "userPassword1", "passphrase", "credential"),
        *("subscriptionKey", "activation_Key_Text", "Credentials"),
    ],
)
def test_a_secret_key_may_stand_anywhere_in_a_name(key: str) -> None:
    assert scrub({key: 12345678}) == {key: REDACTED}
    assert may_hold_secret(json.dumps({key: 1}))
    for name in ("name", "Key", "type"):
        assert scrub([{name: key, "Value": "x"}]) == [{name: key, "Value": REDACTED}]
    assert "M4RK" not in str(scrub({"text": json.dumps({key: "M4RK"})}))


@pytest.mark.parametrize(
    "key",
    [
        *("cloudId", "objectId", "key", "publicKey", "tokenVersion", "secretless", "etag"),
        *("invalidToken", "registrationName", "roleDefinitionId", "passwordPolicy", "name"),
    ],
)
def test_keys_of_evidence_stay(key: str) -> None:
    pairs = {key: "5bf881b2-0000-4000-8000-00000000c10d", "value": "x"}
    assert scrub(pairs) == pairs


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"agreementNumber": "12345678"}, {"agreementNumber": "…78"}),
        ({"AgreementNumber2": 12345678}, {"AgreementNumber2": "…78"}),
        ({"agreementNumber": ["1234567"]}, {"agreementNumber": ["…67"]}),
        ({"agreementNumberEnds": "21"}, {"agreementNumberEnds": "21"}),
        ({"agreementNumberHeld": True}, {"agreementNumberHeld": True}),
        (
            {"name": "agreementNumber", "value": "12345678"},
            {"name": "agreementNumber", "value": "…78"},
        ),
        ('Set-X -AgreementNumber "12345678"', 'Set-X -AgreementNumber "…78"'),
        ("agreementNumber=12345678&x=1", "agreementNumber=…78&x=1"),
        ("Agreement number: 12345678.", "Agreement number: …78."),
        ("agreement number 12345678 is none", "agreement number …78 is none"),
        ('{"agreementNumber": "12345678"}', '{"agreementNumber": "…78"}'),
        ("agreementNumber=…78", "agreementNumber=…78"),
    ],
)
def test_an_agreement_number_is_its_last_two_digits(value: Any, kept: Any) -> None:
    assert scrub(value) == kept
    assert scrub(kept) == kept
    assert may_hold_secret(json.dumps(value))


def test_a_query_keeps_what_lists_are_asked_by() -> None:
    usage = "&reportedStartTime=2026-11-20T00:00:00Z&reportedEndTime=z&aggregationGranularity=Daily"
    asked = f"https://x/y?api-version=1&$filter=atscope()&$expand=a&$top=5&$select=b{usage}"

    assert scrub_request(f"{asked}&code=M4RK&key=M4RK2&sig=M4RK3") == asked + (f"&{REDACTED}" * 3)


HOSTILE = (
    *("eyJ", "eyJaaaaaaaa.", "-----BEGIN PRIVATE KEY-----", "-----END ", "password ", "\\", " "),
    *(
        "bearer ",
        "token: ",
        "agreement number ",
        "://a:",
        "?a",
        "&",
        "--password ",
        "-a-",
        "a",
        "[",
    ),
    *("password=\\", 'password="', "cookie:", "aaaaaaaaaaa%2E", "-", "A.", '{"', "authorization\\"),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_is_read_to_its_end(piece: str) -> None:
    text = (piece * (200_000 // len(piece))) + "\x01!"

    for told in (scrub_text(text), scrub_request(text)):
        assert isinstance(told, str)
    assert may_hold_secret(text) in (True, False)
    assert scrub(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "net use z: \\\\srv\\share /user:CONTOSO\\admin planted!",
        "net use z: \\\\srv\\share planted! /user:CONTOSO\\admin",
        "cmdkey /add:srv /user:admin /pass:planted!",
        "az login --service-principal -u app -p planted! --tenant x",
        "curl -u admin:planted! https://host",
        "sshpass -p planted! ssh host",
        "Kennwort: planted!",
        "contraseña: planted!",
        "パスワード：planted!",
    ],
)
def test_a_secret_of_a_command_goes_and_the_command_stays(text: str) -> None:
    told = scrub_text(text)

    assert may_hold_secret(text)
    assert "planted" not in told
    assert told.startswith(text[:4])


def test_a_command_without_a_secret_stays() -> None:
    for text in ("net use z: \\\\srv\\share /user:admin", "git -u http://host/x", "ls -p x"):
        assert scrub_text(text) == text
