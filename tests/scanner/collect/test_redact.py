"""What looks like a secret is not kept, wherever it stands; ids and words are."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.collect.redact import REDACTED, may_hold_secret, scrub, scrub_text

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
