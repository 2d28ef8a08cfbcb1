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
_MAX_NODES: Final = 1_000
_ENCODINGS: Final = ((b"\xff\xfe", "utf-16"), (b"{\0", "utf-16-le"), (b"", "utf-8-sig"))
_WORDS: Final = {
    "version": re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}"),
    "billingModel": re.compile(r"[A-Za-z]{1,40}"),
    "cloudId": re.compile(r"[{(]?[0-9A-Fa-f-]{32,36}[)}]?"),
    "objectId": re.compile(r"(?:[{(]?[0-9A-Fa-f-]{32,36}[)}]?)?"),
}
_SWITCHES: Final = ("marketplaceSyndicationEnabled", "usageReportingEnabled")


def token_in(text: str) -> str:
    """The base64 text of a token file: quoted, wrapped and padded as people save it, or nothing."""
    if len(text) > _MAX_TOKEN:
        return ""
    bare = re.sub(r"\s+", "", text).strip("\"'`,;")
    return bare if _BASE64.fullmatch(bare) else ""


def decode_token(token: str) -> dict[str, Any] | None:
    """The JSON document inside a token, or None where the token has another form."""
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        encoding = next(name for mark, name in _ENCODINGS if decoded.startswith(mark))
        value = json.loads(decoded.decode(encoding))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def claims(body: object) -> dict[str, Any]:
    """What of a token may be kept: ids, model, switches, node and core counts, never the token.

    An agreement number is reduced to its last two digits, hardware to how much there is of it.
    Each must look like what it is, so that nothing else comes along under its name.
    """
    item = next(iter(items(body)), None)
    if item is None:
        return {}
    inner = item.prop("registrationToken")
    if isinstance(inner, str):
        return claims(decode_token(token_in(inner) or "-"))
    kept = {name: value for name in _WORDS if _is_word(name, value := item.prop(name))}
    switches = {name: value for name in _SWITCHES if isinstance(value := item.prop(name), bool)}
    return kept | switches | _agreement(item) | _hardware(item) | _reduced(item)


def _is_word(name: str, value: object) -> bool:
    return isinstance(value, str) and _WORDS[name].fullmatch(value) is not None


def _agreement(item: Item) -> dict[str, Any]:
    number = item.prop("agreementNumber")
    if number is not None and not isinstance(number, str):
        return {}
    bare = (number or "").strip()
    ends = bare[-2:] if len(bare) > 4 and bare[-2:].isalnum() and bare.isascii() else ""
    return {"agreementNumberHeld": bool(bare), "agreementNumberEnds": ends}


def _hardware(item: Item) -> dict[str, Any]:
    nodes = item.prop("hardwareInfo")
    if not isinstance(nodes, list):
        return {}
    cores = [Item(node).own("numCores") for node in nodes if isinstance(node, dict)]
    return {"nodes": len(nodes), "cores": [core for core in cores if _is_count(core)]}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000


def _reduced(item: Item) -> dict[str, Any]:
    """Claims that another stampcheck reduced already."""
    held, ends = item.prop("agreementNumberHeld"), item.prop("agreementNumberEnds")
    nodes, cores = item.prop("nodes"), item.prop("cores")
    kept: dict[str, Any] = {}
    if isinstance(held, bool):
        kept["agreementNumberHeld"] = held
    if isinstance(ends, str) and len(ends) <= 2 and (ends.isalnum() or not ends):
        kept["agreementNumberEnds"] = ends
    if _is_count(nodes):
        kept["nodes"] = nodes
    if isinstance(cores, list) and len(cores) <= _MAX_NODES and all(map(_is_count, cores)):
        kept["cores"] = cores
    return kept
