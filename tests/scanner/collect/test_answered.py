"""A live answer becomes the Document that a file with the same answer would."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.collect.answered import answered
from stampcheck.collect.asking import Answer, Ask, Failure, Fetched
from stampcheck.collect.reader import read
from stampcheck.collect.strict import MAX_DEPTH
from stampcheck.document import COLLECTED_KINDS, Document, digest
from stampcheck.model import Reason
from stampcheck.parse.evidence import Held
from stampcheck.parse.registration import names_exactly
from stampcheck.parse.subscription import tenant
from stampcheck.values import ResourceId
from tests.scanner.parse import builders as b

AT = datetime(2026, 11, 1, tzinfo=UTC)
AZURE = "https://management.azure.com"
LOCKS = f"{b.SUBSCRIPTION}{b.LOCKS}?api-version=2016-09-01"
SECRET = "planted-password-0123456789"


def ask(kind: str = "locks", path: str = LOCKS) -> Ask:
    return Ask(wire="azure:AzureCloud:audit", kind=kind, path=path, label=f"azure/s/{kind}.json")


def came(body: Any, status: int = 200, asked: Ask | None = None, **headers: str) -> Document:
    """The Document of an answer; bytes are sent as they are."""
    asked = asked or ask()
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Answer(url=AZURE + asked.path, status=status, body=data, at=AT, headers=named)
    (document,) = answered(asked, Fetched(answer))
    return document


def reason(document: Document) -> str:
    return document.reason.value if document.reason else ""


def test_an_answer_tells_everything() -> None:
    body = b.listing(b.lock())
    found = came(body, x_ms_request_id="r-1", set_cookie=SECRET)

    assert (found.kind, found.label, found.status) == ("locks", "azure/s/locks.json", 200)
    assert (found.request, found.collected_at) == (AZURE + LOCKS, "2026-11-01T00:00:00Z")
    assert found.dated_by == "collection"
    assert found.headers == {"x-ms-request-id": "r-1"}
    assert (found.sha256, found.size) == (
        digest(json.dumps(body).encode()),
        len(json.dumps(body)),
    )
    assert found.content() == body
    assert Held(found, stale=False).is_answer


BODIES: st.SearchStrategy[Any] = st.sampled_from(
    [
        b.listing(b.lock()),
        b.listing(),
        [],
        {},
        None,
        0,
        "words",
        b.registration(),
        b.listing(b.registration(), nextLink="https://x/?$skiptoken=1"),
        b.activation(),
        b.subscription(),
        b.listing(b.provider_subscription()),
        b.information(),
        b.error("AuthorizationFailed", "does not have authorization to perform action 'a/read'"),
        b.error("ResourceNotFound", f"The Resource '{b.REGISTRATION}' was not found."),
        b.error("NoRegisteredProviderFound"),
        {"error": {"code": "X", "message": f"password={SECRET}"}},
        {"value": [{"id": "/subscriptions/x", "password": SECRET}]},
        {"billingModel": "Capacity", "agreementNumber": "12345678"},
        {"registrationToken": "eyJhbGciOi" + "A" * 60},
    ]
)


@given(
    body=BODIES,
    status=st.sampled_from([0, 200, 400, 404, 500, 503]),
    kind=st.sampled_from([kind for kind in COLLECTED_KINDS if kind != "operator"]),
)
def test_an_answer_is_read_as_a_file_with_it_is(body: Any, status: int, kind: str) -> None:
    asked = ask(kind, LOCKS if kind != "stamp-information" else "Get-AzureStackStampInformation")
    url = asked.path if kind == "stamp-information" else AZURE + LOCKS
    live = came(body, status, asked)
    envelope = b.envelope(body, url, status=status, kind=kind)
    file = read("a.json", json.dumps(envelope).encode(), AT)

    told = {"label": "", "dated_by": "", "sha256": "", "size": 0, "detail": ""}
    assert msgspec.structs.replace(live, **told) == msgspec.structs.replace(file, **told)
    assert live.detail.startswith(file.detail)
    assert SECRET not in repr(live)


def test_a_404_that_names_the_registration_proves_its_absence_and_nothing_else_does() -> None:
    asked = ask("registration", f"{b.REGISTRATION}?api-version=2017-06-01")
    absent = Held(came(b.error("ResourceNotFound"), 404, asked), stale=False)
    target = ResourceId.parse(b.REGISTRATION)
    assert target is not None
    assert absent.is_absence
    assert names_exactly(absent, target)

    for body, why in (
        (b"", "ambiguous"),
        (b"<html>404</html>", "ambiguous"),
        (b.error("SubscriptionNotFound"), "access-denied"),
    ):
        found = came(body, 404, asked)
        assert reason(found) == why
        assert not Held(found, stale=False).is_absence


@pytest.mark.parametrize(
    ("data", "status", "why", "words"),
    [
        (b"", 200, "absent-in-answer", "there is no answer"),
        (b"", 204, "absent-in-answer", "there is no answer"),
        (b" <!DOCTYPE html><p>", 200, "malformed", "a web page, not JSON; is there a proxy"),
        (b"<html lang='en'>", 503, "unreachable", "status 503 without an error"),
        (b"<html>Sign in</html>", 407, "unreachable", "a web page, not JSON"),
        (b'{"value": [', 200, "malformed", "is it cut off?"),
        (b'{"a": 1, "a": 2}', 200, "malformed", "stands twice"),
        (b'{"a": "\xff"}', 200, "malformed", "not UTF-8"),
        (b"[" * 9999, 200, "malformed", "nested too deep"),
        (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), 200, "malformed", "nested deeper"),
        (b'{"a": NaN}', 200, "malformed", "NaN"),
        (b"\0\1\2", 200, "malformed", "binary"),
        (json.dumps(b.registration()).encode(), 200, "malformed", "should be locks, but it is"),
        (b"moved", 302, "unreachable", "status 302"),
    ],
)
def test_what_is_no_answer_says_why(data: bytes, status: int, why: str, words: str) -> None:
    found = came(data, status)

    assert (reason(found), found.status, found.size) == (why, status, len(data))
    assert words in found.detail


def test_a_refusal_names_the_permission_unless_it_does_so_itself() -> None:
    bare = came(b.error("Forbidden", "no"), 403)
    assert bare.detail == "Forbidden: no. This needs Microsoft.Authorization/locks/read."
    telling = came(b.error("AuthorizationFailed", "to perform action 'x/read' over"), 403)
    assert "This needs" not in telling.detail
    assert "This needs" not in came(b"", 403, ask("endpoints", "/metadata/endpoints")).detail
    assert reason(bare) == reason(telling) == "access-denied"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("3600", "The server asked to wait 3600 seconds; run again with --resume."),
        ("Mon, 23 Nov 2026 00:00:00 GMT", "to wait until Mon, 23 Nov 2026 00:00:00 GMT; run"),
        ("", "The server is asked too often; run again with --resume."),
    ],
)
def test_a_server_that_is_asked_too_often_says_how_long_to_wait(told: str, words: str) -> None:
    found = came(b.error("TooManyRequests"), 429, retry_after=told)

    assert reason(found) == "unreachable"
    assert words in found.detail


def test_the_wrong_tenant_names_the_right_one_and_so_answers_for_the_subscription() -> None:
    challenge = f'Bearer authorization_uri="https://login.windows.net/{b.TENANT}", error="x"'
    asked = ask("subscription", f"{b.SUBSCRIPTION}?api-version=2022-12-01")
    body = b.error("InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer")
    found = came(body, 401, asked, www_authenticate=challenge)

    assert reason(found) == "access-denied"
    assert f"It names {b.TENANT} as the tenant to sign in to." in found.detail
    named = b.held("r.json", b.registration(), AZURE + b.REGISTRATION)
    assert b.value(tenant(b.evidence(named, Held(found, stale=False)))) == b.TENANT
    assert "tenant to sign in" not in came(b.error("ExpiredAuthenticationToken"), 401).detail


def test_a_provider_that_is_not_registered_is_said_to_be_none_and_stays_so() -> None:
    message = "The subscription is not registered to use namespace 'Microsoft.AzureStack'"
    found = came(b.error("MissingSubscriptionRegistration", message), 409)

    assert reason(found) == "absent-in-answer"
    assert found.detail.endswith("stampcheck registers nothing.")
    assert "registers" not in came(b.error("ScopeLocked"), 409).detail


def test_a_listing_that_broke_off_is_two_documents() -> None:
    asked = ask()
    body = b.listing(b.lock(), nextLink=f"{AZURE}{LOCKS}&$skiptoken=2")
    answer = Answer(url=AZURE + LOCKS, status=200, body=json.dumps(body).encode(), at=AT, pages=2)
    failure = Failure(url=AZURE + LOCKS, reason=Reason.UNREACHABLE, detail="reset", at=AT)
    held, broken = answered(asked, Fetched(answer, failure))

    assert (reason(held), Held(held, stale=False).is_whole) == ("", False)
    assert (broken.label, reason(broken)) == ("azure/s/locks.json (page 3)", "unreachable")


def test_a_failure_keeps_its_words_without_secrets_and_within_bounds() -> None:
    failure = Failure(
        url=f"{AZURE}{LOCKS}&sig={SECRET}",
        reason=Reason.UNREACHABLE,
        detail=f"no name; password={SECRET} " + "x" * 5000,
        at=AT,
    )
    (found,) = answered(ask(), Fetched(failure=failure))

    assert (found.kind, found.status, found.sha256) == ("locks", 0, "")
    assert (reason(found), found.content()) == ("unreachable", None)
    assert len(found.detail) == 1000
    assert SECRET not in repr(found)
    (nameless,) = answered(ask(), Fetched(failure=msgspec.structs.replace(failure, url="")))
    assert nameless.request == LOCKS
    assert answered(ask(), Fetched()) == []


def test_what_the_privileged_endpoint_says_is_asked_for_by_its_cmdlet() -> None:
    asked = Ask(
        wire="pep:ams",
        kind="stamp-information",
        path="Get-AzureStackStampInformation",
        label="ams/stamp-information.json",
        owner="ams",
    )
    body = json.dumps(b.information()).encode()
    answer = Answer(url="pep://192.0.2.1:5985", status=0, body=body, at=AT)
    (found,) = answered(asked, Fetched(answer))

    assert (found.request, found.status, reason(found)) == (asked.path, 0, "")


def record(number: int) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{b.DPS}/providers/Microsoft.Commerce/UsageAggregate/s-m-{number}",
        "type": "Microsoft.Commerce/UsageAggregate",
        "properties": {
            "usageStartTime": "2026-10-30T00:00:00+00:00",
            "instanceData": '{"Microsoft.Resources":{"resourceUri":"/subscriptions/tenant"}}',
            "quantity": 1.5,
        },
    }


def test_of_usage_only_what_proves_it_is_kept() -> None:
    path = f"/subscriptions/{b.DPS}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates"
    found = came(b.listing(*map(record, range(1000))), asked=ask("usage-records", path))

    assert (found.kind, reason(found)) == ("usage-records", "")
    assert (len(found.content()["value"]), found.content()["leftOut"]) == (20, 980)
    assert "resourceUri" not in repr(found)
    again = came(found.content(), asked=ask("usage-records", path))
    assert again.content() == found.content()


@pytest.mark.parametrize("body", [b.listing(record(1)), [record(1)], record(1)])
def test_few_records_of_usage_stay_but_for_whose_resources_they_are_of(body: Any) -> None:
    found = came(body, asked=ask("usage-records", "/x"))

    (item,) = Held(found, stale=False).items
    assert (item.prop("quantity"), "instancedata" in item.keys()) == (1.5, False)  # noqa: SIM118
    assert "leftOut" not in str(found.content())


@pytest.mark.parametrize("status", [201, 202, 203, 204, 206, 226, 299])
@pytest.mark.parametrize("body", [b.listing(), b.listing(b.lock()), {}, b.error("X")])
def test_only_status_200_is_a_whole_answer(status: int, body: Any) -> None:
    found = came(body, status)

    assert (reason(found), found.detail) == ("ambiguous", f"status {status} is no whole answer")
    assert not Held(found, stale=False).is_answer
    assert reason(came(b"", status)) == "absent-in-answer"


@given(status=st.integers(0, 999), body=BODIES)
def test_no_other_status_is_an_answer(status: int, body: Any) -> None:
    found = came(body, status)

    # By the cmdlets of a privileged endpoint (0), and where a 404 names what is absent.
    assert status in (0, 200, 404) or found.reason is not None
