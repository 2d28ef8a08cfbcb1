"""Our own envelope: what was asked, when, and with which status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stampcheck.document import Document
from stampcheck.parse.evidence import Held
from tests.scanner.parse import builders as b

LOCKS = f"https://management.azure.com{b.SUBSCRIPTION}{b.LOCKS}?api-version=2016-09-01"


def read(body: Any, name: str = "answer.json", **fields: Any) -> Document:
    return b.document(name, b.envelope(body, LOCKS) | fields)


def reason(document: Document) -> str:
    return document.reason.value if document.reason else ""


def test_an_envelope_tells_everything() -> None:
    found = read(b.listing(b.lock()), collected_at="2026-11-01T02:00:00.1234567+02:00")

    assert (found.kind, found.status, found.request, reason(found)) == ("locks", 200, LOCKS, "")
    assert (found.collected_at, found.dated_by) == ("2026-11-01T00:00:00.123456Z", "envelope")
    assert found.content() == b.listing(b.lock())


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"kind": "locks"}, "locks"),
        ({"kind": " Locks "}, "locks"),
        ({"kind": None}, "locks"),
        ({"kind": ""}, "locks"),
        ({"kind": "locks", "request": ""}, "locks"),
        ({"request": {"method": "GET", "url": LOCKS}}, "locks"),
        ({"request": None}, "unrecognised"),
        ({"request": ["x"]}, "unrecognised"),
    ],
)
def test_the_kind_is_named_or_asked_for(fields: dict[str, Any], kind: str) -> None:
    assert read([], **fields).kind == kind


def test_without_kind_and_request_the_body_speaks_for_itself_and_then_the_name() -> None:
    assert read(b.registration(), "locks.json", request="").kind == "registration"
    assert read([], "registration-locks.json", request="").kind == "locks"
    refusal = read(b.error("AuthorizationFailed"), "locks.json", request="", status=403)
    assert (refusal.kind, reason(refusal)) == ("locks", "access-denied")


@pytest.mark.parametrize("version", [2, 0, "1", True, None, [], "Bearer abcdefghijklmnop"])
def test_another_version_is_not_read(version: Any) -> None:
    found = read(b.listing(b.lock()), stampcheck=version)

    assert reason(found) == "unsupported-version"
    assert bytes(found.body) == b"null"
    assert "abcdef" not in found.detail


@pytest.mark.parametrize("kind", ["lock", 5, {}, "activation-key", "x" * 1_000_000])
def test_an_unknown_kind_is_not_read(kind: Any) -> None:
    found = read([], kind=kind)

    assert (found.kind, reason(found)) == ("unrecognised", "unsupported-version")
    assert len(found.detail) < 600


@pytest.mark.parametrize(
    ("status", "number"),
    [
        (200, 200),
        ("200", 200),
        ("200 OK", 200),
        ("OK", 200),
        (None, 0),
        (0, 0),
        ("0", 0),
    ],
)
def test_a_status_is_a_number_or_what_tools_make_of_it(status: Any, number: int) -> None:
    found = read(b.listing(b.lock()), status=status)

    assert (found.status, reason(found)) == (number, "")


@pytest.mark.parametrize("status", [-1, 5000, True, "fine", "9999", [], {}, 200.5, "٢٠٠"])
def test_another_status_is_none(status: Any) -> None:
    assert reason(read(b.listing(b.lock()), status=status)) == "malformed"


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (403, None, "access-denied"),
        ("Forbidden", "<html>", "access-denied"),
        (401, {}, "access-denied"),
        (429, None, "unreachable"),
        (502, "<html>", "unreachable"),
        (404, None, "ambiguous"),
        (404, {"message": "not found"}, "ambiguous"),
        (404, b.error("ResourceNotFound"), ""),
        ("NotFound", json.dumps(b.error("ResourceNotFound")), ""),
        (404, b.error("SubscriptionNotFound"), "access-denied"),
        (200, b.error("ResourceNotFound"), "ambiguous"),
        (200, b.error("AuthorizationFailed"), "access-denied"),
        (0, b.error("NoAnswer"), "unreachable"),
    ],
)
def test_a_refusal_is_a_document_with_a_reason(status: Any, body: Any, told: str) -> None:
    found = read(body, status=status, kind="locks")

    assert (found.kind, reason(found)) == ("locks", told)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "<html>sign in</html>",
        5,
        True,
        {},
        {"value": None},
        {"message": "words"},
        [None],
        [[]],
        [5],
        b.registration(),
        '{"value": [',
    ],
)
def test_what_is_no_answer_of_the_kind_proves_nothing(body: Any) -> None:
    found = read(body, kind="locks")

    assert reason(found) in ("absent-in-answer", "malformed")
    assert bytes(found.body) == b"null"


@pytest.mark.parametrize(
    "body", [[], {"value": []}, {"value": [], "nextLink": None}, '{"value": []}']
)
def test_an_empty_list_is_an_answer(body: Any) -> None:
    found = read(body, kind="locks")

    assert reason(found) == ""
    assert not Held(found, stale=False).items


@pytest.mark.parametrize("status", [0, None])
def test_an_empty_list_without_a_status_does_not_say_that_it_is_one(status: Any) -> None:
    assert reason(read([], kind="locks", status=status)) == "ambiguous"


def test_a_body_stored_as_text_is_the_answer() -> None:
    assert read(json.dumps(b.listing(b.lock()))).content() == b.listing(b.lock())


def test_an_error_about_another_resource_keeps_the_kind_that_was_asked_for() -> None:
    gone = "The Resource 'Microsoft.AzureStack/registrations/hub' under resource group 'g'"
    asked = f"{b.REGISTRATION}{b.ROLES}"
    found = read(b.error("ResourceNotFound", gone), request=asked, status=404)

    assert found.kind == "role-assignments"


def test_the_tenants_of_a_stamp_are_no_azure_subscriptions() -> None:
    tenant = {"subscriptionId": b.SUB, "tenantId": b.TENANT, "state": "Enabled"}
    asked = "https://adminmanagement.ams.contoso.com/subscriptions"

    assert read([tenant], request=asked).kind == "stamp-subscriptions"


def test_an_operators_document_is_kept_as_it_is() -> None:
    assert read({"languageMode": "FullLanguage"}, kind="operator").kind == "operator"


@pytest.mark.parametrize("told", ["soon", 5, "", b.NEVER, "0001-01-01T00:00:00Z", [], "Bearer x"])
def test_an_envelope_with_a_date_of_nonsense_is_no_dated_evidence(told: Any) -> None:
    assert reason(read(b.listing(b.lock()), collected_at=told)) == "malformed"


def test_an_envelope_without_a_date_is_dated_by_its_file() -> None:
    found = read(b.listing(b.lock()), collected_at=None)

    assert (found.collected_at, found.dated_by) == ("2026-11-22T00:00:00Z", "file time")


def test_only_harmless_headers_are_kept() -> None:
    challenge = f'Bearer authorization_uri="https://login.windows.net/{b.TENANT}"'
    sent = {"WWW-Authenticate": challenge, "Authorization": "Bearer abcdefghijkl", "Date": 5}

    assert read([], headers=sent, kind="locks").headers == {"www-authenticate": challenge}
    assert read([], headers="x", kind="locks").headers == {}


def test_a_secret_in_the_request_is_not_kept() -> None:
    found = read([], request=f"{LOCKS}&password=S3CRET-hunter22", kind="locks")

    assert "S3CRET" not in found.request
    assert found.request.startswith(LOCKS)


def test_a_hostile_date_or_status_is_not_quoted() -> None:
    for fields in ({"collected_at": "M4RK"}, {"status": "secret M4RK"}):
        found = read([], **({"kind": "locks"} | fields))

        assert reason(found) == "malformed"
        assert "M4RK" not in found.detail


def test_a_query_is_not_kept_but_for_what_lists_are_asked_by() -> None:
    found = read([], request=f"{LOCKS}&code=M4RK&$filter=atscope()", kind="locks")

    assert found.request == f"{LOCKS}&[redacted]&$filter=atscope()"
