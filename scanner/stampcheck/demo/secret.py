"""Stamps of the fleet ``troubled`` with planted secrets, all of them fakes, which must reach no
bundle and no report.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Final

import msgspec

from stampcheck.demo import answer
from stampcheck.demo.damage import unregistered
from stampcheck.demo.dialect import azure_resource, powershell, token_file
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import lock, registration, token
from stampcheck.demo.site import Site, guid
from stampcheck.demo.standard import stamp


def _part(claims: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


FAKE_TOKEN: Final = ".".join((_part({"alg": "none"}), _part({"sub": "a-fake"}), "FAKE-SIGNATURE"))
FAKE_KEY: Final = "FAKE-ACTIVATION-KEY-0123456789"
FAKE_PASTED_KEY: Final = "FAKE-PASTED-KEY-01234"
FAKE_DEEP_KEY: Final = "FAKE-DEEP-KEY-0123456789"
FAKE_PASSWORD: Final = "FAKE-PASSWORD-hunter22"  # noqa: S105 (planted on purpose)
FAKE_AGREEMENT: Final = "FAKE-AGREEMENT-87654321"
_HANDED_OVER: Final = Site(
    name="token-handed-over", model="Capacity", identity="ADFS", principal=False
)
_TOKEN: Final = token_file(
    token(_HANDED_OVER, agreementNumber=FAKE_AGREEMENT, issuer=FAKE_PASSWORD)
)

PLANTED: Final = (
    FAKE_TOKEN,
    FAKE_KEY,
    FAKE_PASTED_KEY,
    FAKE_DEEP_KEY,
    FAKE_PASSWORD,
    FAKE_AGREEMENT,
    _TOKEN.split()[1].decode(),
    guid("node", _HANDED_OVER.name, "ASRR1S45R12U01"),
)
"""The texts that must occur in no output."""


def secrets() -> Iterator[Folder]:
    """Keys and tokens where people leave them: in tags, notes, addresses and files of their own."""
    site = Site(name="careless")
    seen = answer.registration(site)
    body = registration(site) | {
        "tags": {"debug": f"Bearer {FAKE_TOKEN}"},
        "activationKey": FAKE_KEY,
    }
    asked = f"{answer.subscription(site).request}&password={FAKE_PASSWORD}"
    folder, files = stamp(
        site,
        registration=msgspec.structs.replace(seen, body=body),
        locks=answer.locks(site, lock(site.registration_id, notes=f"password={FAKE_PASSWORD}")),
        subscription=msgspec.structs.replace(answer.subscription(site), request=asked),
    )
    yield folder, files | _loose(site)
    folder, files = unregistered(_HANDED_OVER)
    yield folder, files | {"registration-token.txt": _TOKEN}


def _loose(site: Site) -> dict[str, bytes]:
    """A key in a file of its own, under a heading, and where PowerShell's depth ends."""
    resource = azure_resource(registration(site), site.subscription_id, site.group)
    deep = {
        "activationKey": FAKE_DEEP_KEY,
        "objectId": site.object_id,
        "cloudId": site.cloud_id,
        "billingModel": site.model,
    }
    resource["Properties"] = "@{" + "; ".join(f"{key}={told}" for key, told in deep.items()) + "}"
    return {
        "activation-key.txt": FAKE_KEY.encode(),
        "activation.txt": f"Activation key: {FAKE_PASTED_KEY}\r\n".encode(),
        "notes.txt": FAKE_TOKEN.encode(),
        "registration-powershell.json": powershell(resource),
    }
