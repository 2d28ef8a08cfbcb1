"""Keep secrets out of bundles: what is stored has passed ``scrub``."""

from __future__ import annotations

import re
from typing import Any, Final

REDACTED: Final = "[redacted]"

_SECRET_KEYS: Final = frozenset(
    (
        "accesstoken",
        "activationkey",
        "apikey",
        "authorization",
        "clientsecret",
        "connectionstring",
        "idtoken",
        "password",
        "primarykey",
        "refreshtoken",
        "registrationtoken",
        "sastoken",
        "secondarykey",
        "secret",
        "securestring",
        "sharedkey",
    )
)
_PATTERNS: Final = (
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{12,}"),
    re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
    ),
    re.compile(r"(?i)\b(?:sig|password|pwd|client_secret|accountkey)=[^&;\s\"']{6,}"),
)
_HINT: Final = re.compile(
    r"eyJ|bearer|private key|sig=|pwd|" + "|".join(sorted(_SECRET_KEYS)), re.IGNORECASE
)
_HINT_SEPARATED: Final = re.compile(
    r"(?i)(access|activation|client|refresh|id|registration)[_-](key|secret|token)"
)


def may_hold_secret(text: str) -> bool:
    """Whether a text is worth the slow look; false positives cost time only."""
    return bool(_HINT.search(text) or _HINT_SEPARATED.search(text))


def scrub_text(text: str) -> str:
    """The text without tokens, keys and passwords."""
    for pattern in _PATTERNS:
        text = pattern.sub(REDACTED, text)
    return text


def scrub(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """JSON values without secrets, by the name of the key and by the form of the text."""
    if isinstance(value, dict):
        return {
            scrub_text(key): REDACTED if _is_secret(key, inner) else scrub(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [scrub(inner) for inner in value]
    return scrub_text(value) if isinstance(value, str) else value


def _is_secret(key: str, value: object) -> bool:
    plain = key.lower().replace("_", "").replace("-", "").replace(" ", "")
    return plain in _SECRET_KEYS and isinstance(value, (str, dict, list)) and bool(value)
