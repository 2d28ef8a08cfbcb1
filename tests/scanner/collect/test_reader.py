"""One file to one Document: envelope, content, name; whatever it holds, it is said."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.collect.reader import file_time, read, refused
from stampcheck.document import KINDS, UNRECOGNISED, Document, encode
from stampcheck.model import Reason
from stampcheck.parse.evidence import Held
from tests.scanner.parse import builders as b

GONE = (
    "The Resource 'Microsoft.AzureStack/registrations/hub' under resource group 'g' was not found."
)
DENIED = (
    "The client 'x' does not have authorization to perform action "
    f"'Microsoft.Authorization/locks/read' over scope '{b.REGISTRATION}' or the scope is invalid."
)
CLAIMS = {"billingModel": "Capacity", "cloudId": b.CLOUD, "hardwareInfo": [{"numCores": 8}]}
TOKEN = base64.b64encode(json.dumps(CLAIMS).encode()).decode()
REST = json.dumps(b.registration())
RESPONSE = {"Headers": [], "Method": "GET", "StatusCode": 200, "Content": REST}


def of(name: str, data: str | bytes) -> Document:
    return read(name, data.encode() if isinstance(data, str) else data, b.NOW)


def reason(document: Document) -> str:
    return document.reason.value if document.reason else ""


@pytest.mark.parametrize(
    "data",
    [
        REST,
        b"\xef\xbb\xbf" + REST.encode(),
        b"\xff\xfe" + REST.encode("utf-16-le"),
        f"\r\n {json.dumps(b.registration(), indent=2)}\r\n".replace("\n", "\r\n"),
        json.dumps(REST),
        json.dumps(RESPONSE),
        json.dumps(b.powershell(RESPONSE)),
        f"WARNING: The behavior of this command has been altered.\nWARNING: x\n{REST}",
    ],
)
def test_an_answer_is_recognised_by_its_content_whatever_is_around_it(data: str | bytes) -> None:
    found = of("ams/locks.json", data)

    assert (found.kind, reason(found), found.request) == ("registration", "", "")
    assert Held(found, stale=False).items[0].id == b.REGISTRATION
    assert (found.dated_by, found.collected_at) == ("file time", "2026-11-22T00:00:00Z")


@pytest.mark.parametrize("data", ["", " \r\n", "\ufeff", b"\xff\xfe", "null", " null\n"])
def test_an_empty_file_is_ambiguous_about_what_its_name_says(data: str | bytes) -> None:
    named, nameless = of("ams/role-assignments.json", data), of("ams/x.json", data)

    assert (named.kind, reason(named)) == ("role-assignments", "ambiguous")
    assert (nameless.kind, reason(nameless)) == (UNRECOGNISED, "malformed")


@pytest.mark.parametrize("data", ["[]", '{"value": []}', '{"value": [], "Count": 0}'])
def test_an_empty_list_is_of_the_kind_that_its_name_says(data: str) -> None:
    named, nameless = of("LOCKS.JSON", data), of("x.json", data)

    assert (named.kind, reason(named), named.request) == ("locks", "", "")
    assert (nameless.kind, reason(nameless)) == (UNRECOGNISED, "ambiguous")


@pytest.mark.parametrize(
    ("name", "code", "message", "kind", "told"),
    [
        ("registration.json", "AuthorizationFailed", DENIED, "locks", "access-denied"),
        ("locks.json", "ResourceNotFound", GONE, "locks", ""),
        ("x.json", "ResourceNotFound", GONE, "registration", ""),
        ("activation.json", "ResourceGroupNotFound", "x", "activation", ""),
        ("x.json", "ResourceNotFound", "words", UNRECOGNISED, "ambiguous"),
        ("locks.json", "SubscriptionNotFound", "x", "locks", "access-denied"),
        ("locks.json", "TooManyRequests", "x", "locks", "unreachable"),
    ],
)
def test_a_refusal_is_of_the_kind_it_names_or_its_file_does(
    name: str, code: str, message: str, kind: str, told: str
) -> None:
    for data in (
        json.dumps(b.error(code, message)),
        json.dumps(RESPONSE | {"StatusCode": 0, "Content": json.dumps(b.error(code, message))}),
    ):
        found = of(name, data)
        assert (found.kind, reason(found)) == (kind, told)
        assert code in found.detail


def test_a_refusal_without_its_request_knows_its_scope_only_by_its_text() -> None:
    assert (
        of("x.json", json.dumps(b.error("AuthorizationFailed", DENIED))).request == b.REGISTRATION
    )
    assert of("x.json", json.dumps(b.error("ResourceNotFound", GONE))).request == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('ERROR: Not Found({"error":{"code":"ResourceNotFound","message":"x"}})', ""),
        ("ERROR: (AuthorizationFailed) The client ...", "access-denied"),
        ("ERROR: Please run 'az login' to setup account.", "access-denied"),
        ("minutes of the meeting", "malformed"),
        ("Name   Level\n----   -----\nguard  ReadOnly", "malformed"),
        ("<html></html>", "malformed"),
        ('"Name","Level"\n"guard","ReadOnly"', "malformed"),
    ],
)
def test_what_a_tool_printed_instead_is_said(text: str, told: str) -> None:
    found = of("az-locks.json", text)

    assert (found.kind, reason(found)) == ("locks", told)


@pytest.mark.parametrize(
    "data",
    [
        '{"id": "' + b.REGISTRATION,
        REST[:-5],
        '{"a": NaN}',
        '{"id": 1, "id": 1}',
        "[" * 10_000,
        "[" * 900 + "]" * 900,
        b"\x00\x01\x02PK",
        b"\xff\xff\xff",
        "{}",
        "[[]]",
        "[null]",
        '{"name": "hub", "tags": {}}',
        '{"stampcheck": {}}',
    ],
)
def test_what_cannot_be_read_is_a_document_with_a_reason(data: str | bytes) -> None:
    found = of("registration.json", data)

    assert reason(found) in ("malformed", "unsupported-version")
    assert found.detail
    assert bytes(found.body) == b"null"
    assert found.size == len(data)


@pytest.mark.parametrize("around", ["{}", '"{}"', "\ufeff{}\r\n"])
def test_a_token_file_keeps_its_claims_and_not_the_token(around: str) -> None:
    found = of("whatever.txt", around.format(TOKEN))

    assert (found.kind, reason(found)) == ("registration-token", "")
    assert found.content() == {
        "billingModel": "Capacity",
        "cloudId": b.CLOUD,
        "nodes": 1,
        "cores": [8],
    }


def test_a_token_of_another_form_is_not_kept() -> None:
    text = base64.b64encode(b"\x01" * 60).decode()

    assert reason(of("token.txt", text)) == "unsupported-version"
    assert (of("x.txt", text).kind, reason(of("x.txt", text))) == (UNRECOGNISED, "malformed")


@pytest.mark.parametrize(
    "name", ["activation-key.txt", "ActivationKey.json", "activation_key.json", "hub.pfx", "x.key"]
)
def test_a_key_is_never_read(name: str) -> None:
    found = of(name, "S3CRET-0123456789")

    assert (found.kind, reason(found)) == (UNRECOGNISED, "malformed")
    assert "S3CRET" not in encode(found).decode()


SECRETS = {
    "jwt": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJmYWtlIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
    "bearer": "Bearer S3CRET-abcdefghijkl",
    "token": TOKEN,
    "password": "password=S3CRET-hunter22",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_no_place_in_a_document_keeps_a_secret(secret: str) -> None:
    hidden = secret.replace("B", "\\u0042").replace("e", "\\u0065")
    note = b.lock() | {"notes": secret, secret: secret, "tags": [{"x": secret}]}
    wrapped = b.envelope(b.listing(note), f"/x?{secret}", kind="locks", headers={"Date": secret})
    odd: list[Any] = [
        b.envelope([], kind=secret),
        b.envelope([], status=secret),
        b.envelope(secret),
    ]
    odd += [b.envelope([], collected_at=secret), {"stampcheck": secret}, {secret: 1}]
    odd += [b.error(secret, secret), b.error("ResourceNotFound", secret), secret, wrapped, note]
    texts = [json.dumps(body) for body in odd] + [secret, f"ERROR: AuthorizationFailed {secret}"]
    texts += [f'{{"{secret}": 1, "{secret}": 2}}', json.dumps(note).replace(secret, hidden)]

    for text in texts:
        told = encode(of("stamp-locks.json", text)).decode()
        assert secret not in told, text
        assert secret[:36] not in told, text
        assert "S3CRET" not in told, text


@pytest.mark.parametrize("key", ["activationKey", "ActivationKey", "registrationToken", "password"])
def test_a_secret_is_known_by_its_key_at_any_depth(key: str) -> None:
    body = b.lock() | {"a": [{"b": {key: "S3CRET"}}], "c": f"@{{{key}=S3CRET-hunter22; x=1}}"}
    found = of("locks.json", json.dumps(body))

    assert "S3CRET" not in encode(found).decode()
    assert found.detail == "secrets in it were not kept"


def test_a_body_with_numbers_beyond_64_bits_is_kept_as_it_is() -> None:
    body = b.lock() | {"big": 10**30, "password": "S3CRET"}

    assert of("x.json", json.dumps(body)).content()["big"] == 10**30


def test_a_file_that_is_not_read_is_a_document() -> None:
    found = refused("ams/locks.json", Reason.ACCESS_DENIED, "cannot be read", size=5)

    assert (found.kind, reason(found), found.size) == ("locks", "access-denied", 5)


@pytest.mark.parametrize("seconds", [1e18, -1e18, float("nan"), float("inf")])
def test_a_file_time_that_is_no_date_is_as_old_as_can_be(seconds: float) -> None:
    assert file_time(seconds).year == 1970


@given(st.binary(max_size=60) | st.text('{}[]":,aé\\u0\n', max_size=60).map(str.encode))
def test_no_bytes_stop_the_reading(data: bytes) -> None:
    for mark in (b"", b"\xef\xbb\xbf", b"\xff\xfe"):
        found = of("registration.json", mark + data)
        assert encode(found)
        assert found.kind in (*KINDS, UNRECOGNISED)


WORDS = st.sampled_from(
    [
        *("id", "ID", "value", "Count", "properties", "error", "code", "message", "stampcheck"),
        *("kind", "request", "status", "body", "collected_at", "headers", "level", "StatusCode"),
        *("Content", "hardwareInfo", "registrationToken", "cloudId", "billingModel", "tenantId"),
    ]
)
VALUES = st.recursive(
    st.sampled_from(
        [None, True, 0, 1, 200, 404, -5, 1.5, "", "x", "locks", b.AT, b.REGISTRATION, TOKEN, "@{}"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=500)
@given(VALUES, st.sampled_from(["locks.json", "token.txt", "x"]))
def test_no_json_stops_the_reading(value: Any, name: str) -> None:
    for body in (value, b.envelope(value), b.envelope(value, kind="registration-token")):
        found = of(name, json.dumps(body))
        assert encode(found)
        assert found.kind in (*KINDS, UNRECOGNISED)
