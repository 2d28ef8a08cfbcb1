"""The bash scripts, really run against an ``az`` that answers from a table of URLs."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from stampcheck.collect.reader import read
from stampcheck.document import Document
from stampcheck.model import Reason
from stampcheck.scripts.render import render

ARM: Final = "https://management.azure.com"
STAMP: Final = "https://adminmanagement.east.contoso.com"
SUBSCRIPTION: Final = "11111111-2222-3333-4444-555555555555"
PROVIDER: Final = "99999999-2222-3333-4444-555555555555"
NOW: Final = datetime(2030, 1, 1, tzinfo=UTC)
GROUP: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/azurestack"
REGISTRATIONS: Final = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations"
LOCKS: Final = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"
HOSTILE: Final = "Zürich \"A\" 'b' $(touch pwned) `id` \\ %20;&"

# Sorted keys, two spaces, no ASCII escapes: how Azure CLI prints JSON.
FAKE_AZ: Final = """#!{python}
import json, pathlib, sys
table = json.loads(pathlib.Path({table!r}).read_text(encoding="utf-8"))
words = sys.argv[1:]
with open({calls!r}, "a", encoding="utf-8") as calls:
    calls.write(json.dumps(words) + "\\n")
out, err = sys.stdout.buffer, sys.stderr.buffer
if words[:2] == ["cloud", "show"]:
    out.write((table["arm"] + "/\\n").encode())
elif words[:2] == ["account", "show"]:
    out.write((table["account"] + "\\n").encode())
else:
    url = words[words.index("--url") + 1]
    assert words[:3] == ["rest", "--method", "get"], words
    status, body = table["answers"].get(url.partition("?")[0], (404, None))
    if url in table["answers"]:
        status, body = table["answers"][url]
    err.write(b"WARNING: something that nobody asked (for)\\n" if table["warns"] else b"")
    if status == 200:
        text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
        out.write((text + "\\n").replace("\\n", table["break"]).encode())
    else:
        reason = {{403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}}.get(status, "")
        text = "" if body is None else "(" + (body if isinstance(body, str) else json.dumps(body)) + ")"
        err.write(("ERROR: " + (reason + text if status else body) + "\\n").encode())
        sys.exit(1)
"""


class Az:
    """A stand-in for Azure CLI on the PATH, and the script run with it."""

    def __init__(self, folder: Path, arm: str) -> None:
        self.folder = folder
        self.table: dict[str, Any] = {
            "arm": arm,
            "account": SUBSCRIPTION,
            "warns": False,
            "break": "\n",
            "answers": {},
        }

    def answer(self, path: str, body: object, status: int = 200) -> None:
        """Answer a path (with ``?`` and its query, or whatever its query) with a body."""
        name, mark, query = (
            path.partition("?api-version") if "?api" in path else path.partition("?page")
        )
        self.table["answers"][self.table["arm"] + quote(name, safe="/()") + mark + query] = (
            status,
            body,
        )

    def install(self) -> None:
        """Write the executable."""
        program = self.folder / "bin" / "az"
        program.parent.mkdir()
        table = self.folder / "table.json"
        table.write_text(json.dumps(self.table), encoding="utf-8")
        calls = str(self.folder / "calls")
        program.write_text(FAKE_AZ.format(python=sys.executable, table=str(table), calls=calls))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def run(
        self, script: str, *words: str, locale: str = "C.UTF-8"
    ) -> subprocess.CompletedProcess[str]:
        """Run a script in the folder, with nothing but ``az`` and the standard tools."""
        self.install()
        (self.folder / "script.sh").write_text(script, encoding="utf-8")
        return subprocess.run(
            ["/bin/bash", "script.sh", *words],
            cwd=self.folder,
            env={"PATH": f"{self.folder}/bin:/usr/bin:/bin", "LC_ALL": locale},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def calls(self) -> list[list[str]]:
        """The words of every call of ``az``."""
        lines = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def documents(self, folder: str = "stampcheck-evidence") -> dict[str, Document]:
        """What stampcheck reads from the files."""
        found = sorted((self.folder / folder).rglob("*.json"))
        return {path.name: read(path.name, path.read_bytes(), NOW) for path in found}


def registration(name: str, group: str = "azurestack") -> dict[str, Any]:
    """A registration as Azure answers it."""
    path = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}"
    return {
        "id": f"{path}/providers/Microsoft.AzureStack/registrations/{name}",
        "name": name,
        "properties": {"billingModel": "PayAsYouUse", "cloudId": "c", "objectId": "o"},
        "type": "Microsoft.AzureStack/registrations",
    }


def lock(name: str) -> dict[str, Any]:
    """A lock of the subscription, with a text that looks like the end of a page."""
    notes = 'naïve\n  ],\n  "nextLink": "https://evil.example/" \\'
    return {
        "id": f"{LOCKS}/{name}",
        "name": name,
        "properties": {"level": "ReadOnly", "notes": notes},
    }


def denied(action: str) -> dict[str, Any]:
    """How Azure refuses."""
    message = f"The client 'x' has no authorization to perform action '{action}' (code 1)."
    return {"error": {"code": "AuthorizationFailed", "message": message}}


@pytest.fixture
def azure(tmp_path: Path) -> Az:
    """Azure with one registration of an ordinary name."""
    az = Az(tmp_path, ARM)
    subscription = f"/subscriptions/{SUBSCRIPTION}"
    provider = {
        "id": f"{subscription}/providers/Microsoft.AzureStack",
        "namespace": "Microsoft.AzureStack",
    }
    az.answer(f"{subscription}/providers/Microsoft.AzureStack", provider)
    az.answer(subscription, {"id": subscription, "subscriptionId": SUBSCRIPTION, "tenantId": "t"})
    az.answer(REGISTRATIONS, {"value": [registration("hub")]})
    one = registration("hub")
    az.answer(one["id"], one)
    az.answer(f"{one['id']}/providers/Microsoft.Authorization/roleAssignments", {"value": []})
    az.answer(LOCKS, {"value": [lock("a")]})
    log = f"{subscription}/providers/Microsoft.Insights/eventtypes/management/values"
    az.answer(log, {"value": []})
    return az


@pytest.fixture
def stamp(tmp_path: Path) -> Az:
    """A stamp that answers everything."""
    az = Az(tmp_path, STAMP)
    az.answer("/metadata/endpoints", {"galleryEndpoint": "g", "authentication": {}})
    names = ("Metering Subscription", "Default Provider Subscription")
    az.answer("/subscriptions", {"value": [stamp_subscription(name) for name in names]})
    base = f"/subscriptions/{PROVIDER}/resourceGroups"
    activation = (
        f"{base}/azurestack-activation/providers/Microsoft.AzureBridge.Admin/activations/default"
    )
    az.answer(activation, {"id": activation, "properties": {"expiration": "9999-12-30T23:59:59Z"}})
    system = f"{base}/System.east/providers"
    locations = f"{system}/Microsoft.Fabric.Admin/fabricLocations"
    az.answer(locations, {"value": [{"name": "east", "properties": {"stampCloudId": "c"}}]})
    for part in ("scaleUnits", "scaleUnitNodes"):
        az.answer(f"{locations}/east/{part}", {"value": [{"id": f"{locations}/east/{part}/x"}]})
    az.answer(
        f"{system}/Microsoft.InfrastructureInsights.Admin/regionHealths/east/alerts", {"value": []}
    )
    return az


def stamp_subscription(name: str) -> dict[str, Any]:
    """A subscription on the stamp."""
    own = PROVIDER if name.startswith("Default") else SUBSCRIPTION
    policies = {"locationPlacementId": "AzureStack"}
    return {
        "displayName": name,
        "id": f"/subscriptions/{own}",
        "subscriptionId": own,
        "subscriptionPolicies": policies,
    }


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
    assert len(azure.documents()) == 7
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
    assert (done.returncode, len(documents), len(found)) == (0, 7, 1)
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
def test_help_shows_the_head_of_the_script(azure: Az, side: Any) -> None:  # noqa: ANN401 (literal)
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


def test_stamp_answers_come_back_as_documents_of_their_kind(stamp: Az) -> None:
    """They lie in a folder named after the stamp."""
    done = stamp.run(render("stamp", "cli"), "-r", "east", "-f", "Contoso.com")
    documents = stamp.documents("stampcheck-evidence/east.contoso.com")
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: document.kind for name, document in documents.items()} == {
        "stamp-activation.json": "activation",
        "stamp-alerts.json": "alerts",
        "stamp-endpoints.json": "endpoints",
        "stamp-fabric-locations.json": "fabric-locations",
        "stamp-scale-unit-nodes.json": "scale-unit-nodes",
        "stamp-scale-units.json": "scale-units",
        "stamp-subscriptions.json": "stamp-subscriptions",
    }
    assert {document.reason for document in documents.values()} == {None}
    endpoints = next(call for call in stamp.calls() if "--skip-authorization-header" in call)
    assert endpoints[4] == f"{STAMP}/metadata/endpoints?api-version=2015-01-01"
    assert (
        "$filter=(Properties/State%20eq%20%27Active%27)" in documents["stamp-alerts.json"].request
    )


def test_an_activation_that_is_not_there_is_an_envelope_with_404(stamp: Az) -> None:
    """That a stamp is not activated is evidence, and no refusal."""
    path = next(url for url in stamp.table["answers"] if "activations" in url)
    error = {"error": {"code": "ResourceNotFound", "message": "The Resource (x) was not found."}}
    stamp.table["answers"][path] = (404, error)
    done = stamp.run(render("stamp", "cli"))
    found = stamp.documents()["stamp-activation.json"]
    assert (found.kind, found.status, found.reason) == ("activation", 404, None)
    assert found.request == f"{path}?api-version=2016-01-01"
    assert (found.content(), done.returncode) == (error, 0)


@pytest.mark.parametrize(
    ("names", "words", "asked"),
    [
        (("Renamed",), (), True),
        (("Renamed", "Other"), (), False),
        (("Renamed", "Other"), ("-p", PROVIDER), True),
        (("Metering Subscription", "default provider SUBSCRIPTION"), (), True),
        ((), (), False),
    ],
)
def test_the_default_provider_subscription_is_named_or_the_only_one(
    stamp: Az, names: tuple[str, ...], words: tuple[str, ...], *, asked: bool
) -> None:
    """Where it is not known nothing below it is asked, and the script says so."""
    subscriptions = [stamp_subscription(name) for name in names]
    for entry in subscriptions[-1:]:
        entry |= {"subscriptionId": PROVIDER, "id": f"/subscriptions/{PROVIDER}"}
    stamp.answer("/subscriptions", {"value": subscriptions})
    done = stamp.run(render("stamp", "cli"), *words)
    assert ("stamp-activation.json" in stamp.documents()) is asked
    assert done.returncode == (0 if asked else 3)
    assert bool(done.stderr) is not asked


def test_a_folder_that_cannot_be_written_is_exit_5(azure: Az) -> None:
    """Nothing pretends to be collected."""
    (azure.folder / "taken").write_text("")
    assert azure.run(render("azure", "cli"), "-o", "taken").returncode == 5


def test_the_end_says_where_the_folder_is_and_what_to_do_with_it(azure: Az) -> None:
    """The last line is the command."""
    done = azure.run(render("azure", "cli"), "-o", "a b")
    assert done.stdout.splitlines()[-1].endswith("stampcheck scan --from-files a\\ b")
