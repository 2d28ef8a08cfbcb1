"""Of a registration token only its claims are kept, and only what looks like a claim."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.parse.token import claims, decode_token, token_in
from tests.scanner.parse.builders import CLOUD, PRINCIPAL

TOKEN = {
    "billingModel": "Capacity",
    "objectId": PRINCIPAL,
    "cloudId": CLOUD,
    "marketplaceSyndicationEnabled": False,
    "usageReportingEnabled": True,
    "agreementNumber": "87654321",
    "hardwareInfo": [{"numCores": 32, "Bios": ["hash"], "name": "node-1"}, {"numCores": 28}],
    "issuer": "AzureBridge",
    "version": "1.0",
}
KEPT = {
    "version": "1.0",
    "billingModel": "Capacity",
    "cloudId": CLOUD,
    "objectId": PRINCIPAL,
    "marketplaceSyndicationEnabled": False,
    "usageReportingEnabled": True,
    "agreementNumberHeld": True,
    "agreementNumberEnds": "21",
    "nodes": 2,
    "cores": [32, 28],
}


def encoded(body: Any, encoding: str = "utf-8", **layout: Any) -> str:
    return base64.b64encode(json.dumps(body, **layout).encode(encoding)).decode()


def test_the_claims_are_kept_and_the_rest_is_not() -> None:
    assert claims(TOKEN) == KEPT
    assert claims([TOKEN]) == KEPT
    assert claims({"properties": {"registrationToken": encoded(TOKEN)}}) == KEPT


def test_claims_that_were_reduced_stay_what_they_are() -> None:
    assert claims(KEPT) == KEPT


@pytest.mark.parametrize("body", [None, [], {}, "x", 5, {"registrationToken": "x"}, {"a": 1}])
def test_where_there_are_no_claims_nothing_is_kept(body: Any) -> None:
    assert claims(body) == {}


SECRET = "S3CRET-" + "x" * 40


@pytest.mark.parametrize("name", sorted({*TOKEN, *KEPT}))
def test_nothing_else_comes_along_under_the_name_of_a_claim(name: str) -> None:
    for told in (SECRET, [SECRET], {"a": SECRET}, [{"numCores": SECRET}]):
        assert "S3CRET" not in json.dumps(claims(TOKEN | {name: told}))


@pytest.mark.parametrize("number", ["12", "1234", "", "  ", "€€€€€€"])
def test_a_short_agreement_number_is_not_told_by_its_end(number: str) -> None:
    kept = claims({"agreementNumber": number})

    assert kept == {"agreementNumberHeld": bool(number.strip()), "agreementNumberEnds": ""}


def test_an_agreement_number_of_null_is_an_empty_one_and_of_another_type_is_none() -> None:
    assert claims({"agreementNumber": None})["agreementNumberHeld"] is False
    assert claims({"agreementNumber": 12345678, "billingModel": "Capacity"}) == {
        "billingModel": "Capacity"
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("layout", [{}, {"indent": 2}])
def test_a_token_is_decoded_as_tools_encode_it(encoding: str, layout: dict[str, Any]) -> None:
    token = encoded(TOKEN, encoding, **layout)

    assert decode_token(token) == TOKEN
    assert decode_token(token.rstrip("=")) == TOKEN
    assert decode_token(token.replace("+", "-").replace("/", "_")) == TOKEN


@pytest.mark.parametrize(
    "token",
    [
        "",
        "AAAA",
        "!!!!",
        encoded([TOKEN]),
        encoded("text"),
        encoded(TOKEN)[:-9],
        base64.b64encode(b"[" * 100_000).decode(),
        base64.b64encode(b'{"a": ' + b"1" * 5000 + b"}").decode(),
    ],
)
def test_another_form_is_no_token(token: str) -> None:
    assert decode_token(token) is None


@pytest.mark.parametrize("around", ["{}", '"{}"', "'{}'\r\n", "\n {} \n", "{};"])
def test_a_token_is_found_as_people_save_it(around: str) -> None:
    token = encoded(TOKEN)
    wrapped = "\r\n".join(token[place : place + 76] for place in range(0, len(token), 76))

    assert token_in(around.format(wrapped)) == token


@pytest.mark.parametrize("text", ["", "short", "a b c " * 20 + "!", '{"a": 1}', "A" * 5_000_000])
def test_other_text_is_no_token(text: str) -> None:
    assert token_in(text) == ""


@given(st.text("eyJ0-9+/=_ew o\n", max_size=80))
def test_no_text_stops_the_reading(text: str) -> None:
    decode_token(token_in(text) or text)
