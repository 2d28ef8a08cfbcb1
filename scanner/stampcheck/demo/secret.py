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
from stampcheck.demo.dialect import token_file
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import lock, registration, token
from stampcheck.demo.site import Site, guid
from stampcheck.demo.standard import stamp


def _part(claims: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


FAKE_TOKEN: Final = ".".join((_part({"alg": "none"}), _part({"sub": "a-fake"}), "FAKE-SIGNATURE"))
FAKE_KEY: Final = "FAKE-ACTIVATION-KEY-0123456789"
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
    yield (
        folder,
        files | {"activation-key.txt": FAKE_KEY.encode(), "notes.txt": FAKE_TOKEN.encode()},
    )
    folder, files = unregistered(_HANDED_OVER)
    yield folder, files | {"registration-token.txt": _TOKEN}
