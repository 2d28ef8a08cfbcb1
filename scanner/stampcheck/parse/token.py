"""Registration tokens: the claims are kept, the token never is (facts/azure.md 1.4)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, Final

from stampcheck.parse.shape import Item, items

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_MAX_TOKEN: Final = 4_000_000


def token_in(text: str) -> str:
    """The base64 text of a token file: quoted, wrapped and padded as people save it, or nothing."""
    if len(text) > _MAX_TOKEN:
        return ""
    bare = re.sub(r"\s+", "", text).strip("\"'`,;")
    return bare if _BASE64.fullmatch(bare) else ""


def decode_token(token: str) -> dict[str, Any] | None:
    """The JSON document inside a token, or None where the token has another form."""
    padded = token + "=" * (-len(token) % 4)
    try:
        decoded = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
        value = json.loads(decoded.decode("utf-8-sig"))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def claims(body: object) -> dict[str, Any]:
    """What of a token may be kept: ids, model, switches, node and core counts, never the token.

    An agreement number is reduced to its last two digits, hardware to how much there is of it.
    """
    item = next(iter(items(body)), None)
    if item is None:
        return {}
    kept = {
        name: value
        for name in (
            "version",
            "billingModel",
            "cloudId",
            "objectId",
            "marketplaceSyndicationEnabled",
            "usageReportingEnabled",
        )
        if isinstance(value := item.prop(name), (str, bool))
    }
    return kept | _agreement(item) | _hardware(item)


def _agreement(item: Item) -> dict[str, Any]:
    number = item.prop("agreementNumber")
    if not isinstance(number, str):
        return {}
    return {"agreementNumberHeld": bool(number.strip()), "agreementNumberEnds": number.strip()[-2:]}


def _hardware(item: Item) -> dict[str, Any]:
    nodes = item.prop("hardwareInfo")
    if not isinstance(nodes, list):
        return {}
    cores = [Item(node).own("numCores") for node in nodes if isinstance(node, dict)]
    return {"nodes": len(nodes), "cores": [core for core in cores if isinstance(core, int)]}
