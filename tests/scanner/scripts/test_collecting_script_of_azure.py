"""The bash script for Azure, really run against a stand-in for ``az``."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from stampcheck.model import Reason
from stampcheck.scripts.render import ScriptSide, render
from tests.scanner.scripts.fake_azure_cli import (
    ARM,
    LOCKS,
    REGISTRATIONS,
    STAMP,
    SUBSCRIPTION,
    Az,
    denied,
    lock,
    registration,
)

HOSTILE: Final = "Zürich \"A\" 'b' $(touch pwned) `id` \\ %20;&"


def test_azure_answers_come_back_as_documents_of_their_kind(azure: Az) -> None:
    """Every file is read as what was asked, with its URL, its status and its date."""
    done = azure.run(render("azure", "cli"))
    documents = azure.documents()
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: document.kind for name, document in documents.items()} == {
        f"azure-{SUBSCRIPTION}-activity-log.json": "activity-log",
        f"azure-{SUBSCRIPTION}-azurestack-hub-registration.json": "registration",
        f"azure-{SUBSCRIPTION}-azurestack-hub-role-assignments.json": "role-assignments",
        f"azure-{SUBSCRIPTION}-locks.json": "locks",
        f"azure-{SUBSCRIPTION}-provider.json": "provider",
        f"azure-{SUBSCRIPTION}-registrations.json": "registration",
        f"azure-{SUBSCRIPTION}-role-definitions.json": "role-definitions",
        f"azure-{SUBSCRIPTION}-subscription.json": "subscription",
    }
    assert {document.status for document in documents.values()} == {200}
    assert {document.reason for document in documents.values()} == {None}
    assert {document.dated_by for document in documents.values()} == {"envelope"}
    locks = documents[f"azure-{SUBSCRIPTION}-locks.json"]
    assert locks.request == f"{ARM}{LOCKS}?api-version=2016-09-01"
    assert locks.content() == {"value": [lock("a")]}


def test_the_provider_is_asked_first_and_everything_by_get(azure: Az) -> None:
    """Asking the provider never registers it; no call is anything but a question."""
    azure.run(render("azure", "cli"))
    calls = azure.calls()
    assert [call[:2] for call in calls[:2]] == [["cloud", "show"], ["account", "show"]]
    assert all(call[:3] == ["rest", "--method", "get"] for call in calls[2:])
    assert calls[2][4].startswith(
        f"{ARM}/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AzureStack?"
    )


def test_the_activity_log_is_asked_for_90_days_of_tenant_changes(azure: Az) -> None:
    """The start lies within what the log keeps."""
    azure.run(render("azure", "cli"))
    url = next(call[4] for call in azure.calls()[2:] if "eventtypes" in call[4])
    found = re.search(r"ge%20%27(\d{4}-\d\d-\d\d)T00:00:00Z%27", url)
    assert found is not None
    age = (
        datetime.now(UTC).date()
        - datetime.strptime(found[1], "%Y-%m-%d").replace(tzinfo=UTC).date()
    )
    assert age.days in (89, 90)
    assert "resourceProvider%20eq%20%27Microsoft.Subscription%27" in url


def test_pages_are_joined_into_one_listing(azure: Az) -> None:
    """Rows of all pages stand in one value, whatever their texts look like."""
    first = f"{LOCKS}?api-version=2016-09-01"
    second, third = f"{LOCKS}?page=2&$skiptoken=a", f"{LOCKS}?page=3"
    port = f"{ARM}:443"
    azure.answer(first, {"nextLink": port + second, "value": [lock("a")]})
    azure.answer(second, {"value": [], "nextLink": ARM + third})
    azure.answer(third, {"value": [lock("b"), lock("Zürich")]})
    done = azure.run(render("azure", "cli"))
    locks = azure.documents()[f"azure-{SUBSCRIPTION}-locks.json"]
    assert locks.content() == {"value": [lock("a"), lock("b"), lock("Zürich")]}
    assert (done.returncode, locks.request) == (0, ARM + first)


@pytest.mark.parametrize(
    "link", ["https://evil.example/locks?page=2", "https://management.azure.com.evil.example/x"]
)
def test_a_link_to_another_host_is_not_followed_and_the_listing_says_that_it_is_cut_off(
    azure: Az, link: str
) -> None:
    """No host but the one that was named is asked."""
    azure.answer(LOCKS, {"nextLink": link, "value": [lock("a")]})
    done = azure.run(render("azure", "cli"))
    locks = azure.documents()[f"azure-{SUBSCRIPTION}-locks.json"]
    assert locks.content() == {"value": [lock("a")], "nextLink": link}
    assert not any(link in call for call in azure.calls())
    assert (done.returncode, "cut off" in done.stdout) == (3, True)


def test_a_page_that_is_refused_leaves_the_listing_cut_off(azure: Az) -> None:
    """What was not seen cannot prove an absence."""
    second = f"{LOCKS}?page=2"
    azure.answer(LOCKS, {"nextLink": ARM + second, "value": [lock("a")]})
    azure.answer(second, denied("Microsoft.Authorization/locks/read"), 403)
    azure.run(render("azure", "cli"))
    locks = azure.documents()[f"azure-{SUBSCRIPTION}-locks.json"]
    assert (locks.status, locks.content()) == (
        200,
        {"value": [lock("a")], "nextLink": ARM + second},
    )


def test_a_refusal_is_written_as_evidence_and_stops_nothing(azure: Az) -> None:
    """Status and body are recovered from what az prints."""
    azure.answer(LOCKS, denied("Microsoft.Authorization/locks/read"), 403)
    azure.table["warns"] = True
    done = azure.run(render("azure", "cli"))
    locks = azure.documents()[f"azure-{SUBSCRIPTION}-locks.json"]
    assert (locks.kind, locks.status, locks.reason) == ("locks", 403, Reason.ACCESS_DENIED)
    assert locks.content() == denied("Microsoft.Authorization/locks/read")
    assert len(azure.documents()) == 8
    assert (done.returncode, "refused (403)" in done.stdout) == (3, True)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (0, "AADSTS700082: The refresh token has expired. Run: az login", Reason.ACCESS_DENIED),
        (0, "HTTPSConnectionPool(host='x'): \"Name\" \\ or service not known", Reason.UNREACHABLE),
        (0, "", Reason.UNREACHABLE),
        (403, None, Reason.ACCESS_DENIED),
        (403, "<html>(blocked)</html>", Reason.ACCESS_DENIED),
        (429, "{broken", Reason.UNREACHABLE),
        (599, {"error": {"code": "Odd", "message": "a (b) c"}}, Reason.UNREACHABLE),
        (200, "<html>proxy</html>", Reason.ABSENT_IN_ANSWER),
        (200, "", Reason.ABSENT_IN_ANSWER),
    ],
)
def test_whatever_az_prints_the_file_is_read_and_is_no_evidence_of_absence(
    azure: Az, status: int, body: object, expected: Reason
) -> None:
    """An odd answer has a reason, and is of the kind that was asked."""
    azure.answer(LOCKS, body, status)
    azure.run(render("azure", "cli"))
    locks = azure.documents()[f"azure-{SUBSCRIPTION}-locks.json"]
    known = status if status in (200, 403, 429) else 0
    if body == "{broken":
        expected = Reason.MALFORMED
    assert (locks.kind, locks.reason, locks.status) == ("locks", expected, known)


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_hostile_names_reach_the_url_encoded_and_never_the_shell(
    azure: Az, locale: str, line_break: str
) -> None:
    """Quotes, blanks, umlauts and commands in a name stay a name, in any locale."""
    one = registration(HOSTILE)
    azure.table["break"] = line_break
    azure.answer(REGISTRATIONS, {"value": [one]})
    azure.answer(one["id"], one)
    roles = f"{one['id']}/providers/Microsoft.Authorization/roleAssignments"
    azure.answer(roles, {"value": []})
    done = azure.run(render("azure", "cli"), "-o", "out put", locale=locale)
    documents = azure.documents("out put")
    found = [
        document for name, document in documents.items() if name.endswith("-registration.json")
    ]
    assert (done.returncode, len(documents), len(found)) == (0, 8, 1)
    assert found[0].content() == one
    assert found[0].request == f"{ARM}{quote(one['id'], safe='/()')}?api-version=2017-06-01"
    assert not list(azure.folder.rglob("pwned"))
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in documents)


def test_registrations_of_one_name_do_not_share_a_file(azure: Az) -> None:
    """Two groups, or two names that look alike as file names, stay two files."""
    ones = [registration("a b"), registration("A_b"), registration("a b", "other")]
    azure.answer(REGISTRATIONS, {"value": ones})
    for one in ones:
        azure.answer(one["id"], one)
    azure.run(render("azure", "cli"))
    documents = azure.documents().items()
    bodies = [
        document.content()
        for name, document in documents
        if "-registration" in name and "-registrations" not in name
    ]
    assert sorted(body["id"] for body in bodies) == sorted(one["id"] for one in ones)


def test_several_subscriptions_and_their_ids(azure: Az) -> None:
    """Each has its own files; what is no id is refused before anything is asked."""
    other = "aaaaaaaa-2222-3333-4444-555555555555"
    azure.run(render("azure", "cli"), "-s", SUBSCRIPTION, "-s", other)
    names = azure.documents()
    assert {name[6:42] for name in names} == {SUBSCRIPTION, other}
    assert names[f"azure-{other}-locks.json"].status == 404


@pytest.mark.parametrize("words", [("-s", "x; touch pwned"), ("-s",), ("--what",)])
def test_wrong_use_asks_nothing_of_azure(azure: Az, words: tuple[str, ...]) -> None:
    """Exit code 2, and no file."""
    done = azure.run(render("azure", "cli"), *words)
    assert (done.returncode, bool(done.stderr)) == (2, True)
    assert not (azure.folder / "stampcheck-evidence").exists()
    assert not list(azure.folder.rglob("pwned"))


@pytest.mark.parametrize("side", ["azure", "stamp"])
def test_help_shows_the_head_of_the_script(azure: Az, side: ScriptSide) -> None:
    """The usage ends with the exit codes."""
    done = azure.run(render(side, "cli"), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("\nCollects what") or done.stdout.startswith("Collects what")
    assert done.stdout.rstrip().endswith("5 a file was not written.")


def test_each_side_refuses_the_cloud_of_the_other(azure: Az, tmp_path: Path) -> None:
    """Evidence of the wrong side would carry the wrong kind."""
    assert azure.run(render("stamp", "cli")).returncode == 2
    folder = tmp_path / "other"
    folder.mkdir()
    assert Az(folder, STAMP).run(render("azure", "cli")).returncode == 2


def test_a_folder_that_cannot_be_written_is_exit_5(azure: Az) -> None:
    """Nothing pretends to be collected."""
    (azure.folder / "taken").write_text("")
    assert azure.run(render("azure", "cli"), "-o", "taken").returncode == 5


def test_the_end_says_where_the_folder_is_and_what_to_do_with_it(azure: Az) -> None:
    """The last line is the command."""
    done = azure.run(render("azure", "cli"), "-o", "a b")
    assert done.stdout.splitlines()[-1].endswith("stampcheck scan --from-files a\\ b")
