"""A stand-in for Azure CLI that answers from a table of URLs, and what it answers with."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from stampcheck.collect.reader import read
from stampcheck.document import Document

ARM: Final = "https://management.azure.com"
STAMP: Final = "https://adminmanagement.east.contoso.com"
SUBSCRIPTION: Final = "11111111-2222-3333-4444-555555555555"
PROVIDER: Final = "99999999-2222-3333-4444-555555555555"
NOW: Final = datetime(2030, 1, 1, tzinfo=UTC)
REGISTRATIONS: Final = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations"
LOCKS: Final = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"

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
        text = body if isinstance(body, str) else json.dumps(body)
        text = "" if body is None else "(" + text + ")"
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
