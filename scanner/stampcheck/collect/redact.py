"""Keep secrets out of bundles: what is stored has passed ``scrub``."""

from __future__ import annotations

import re
from typing import Any, Final

REDACTED: Final = "[redacted]"

_SECRET_KEYS: Final = (
    "accesskey",
    "accesstoken",
    "accountkey",
    "activationkey",
    "apikey",
    "authorization",
    "bearertoken",
    "clientassertion",
    "clientsecret",
    "connectionstring",
    "idtoken",
    "password",
    "primarykey",
    "privatekey",
    "refreshtoken",
    "registrationtoken",
    "sastoken",
    "secondarykey",
    "secret",
    "securestring",
    "sharedkey",
)
_EXACT_KEYS: Final = frozenset(("token", "pwd", "passwd", "sig"))
_WORDS: Final = "|".join(
    re.sub("(?=key|token|secret|assertion|string)", lambda _: r"[\s_-]?", name)
    for name in _SECRET_KEYS
    if name not in ("authorization", "secret")
)
_VALUE: Final = r"(?:(?:basic|bearer)\s+)?[^\s\"'&;,{}\\]{6,}"
_PATTERNS: Final = (
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)+"),
    # Base64 of a JSON object, however it is laid out: a registration token.
    re.compile(r"(?<![A-Za-z0-9+/_-])(?:77u/)?e(?:y[AJ]|w[Ao0k])[A-Za-z0-9+/_-]{37,}={0,2}"),
    # A challenge names where to sign in, which is evidence and no secret.
    re.compile(
        r"(?i)\bbearer\s+(?!(?:authorization_uri|realm|error|error_description|scope)\s*=)"
        r"[A-Za-z0-9._~+/=-]{12,}"
    ),
    re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
    ),
    re.compile(rf"(?i)(?:{_WORDS})\\*[\"']?\s*[:=]\s*\\*[\"']?{_VALUE}"),
    re.compile(r"(?i)(?<![a-z])(?:sig|pwd|passwd|authorization|token|secret)\s*=\s*" + _VALUE),
    re.compile(r"(?i)(?<![a-z])authorization\\*[\"']?\s*:\s*\\*[\"']?" + _VALUE),
)
_HINT: Final = re.compile(
    r"e(?:y[AJ]|w[Ao0k])[A-Za-z0-9+/_-]{8}|bearer|private key|sig|pwd|passw|token|secret"
    r"|authorization|(?:access|account|activation|api|primary|private|secondary|shared)[\W_]?key"
    r"|client[\W_]?assertion|connection[\W_]?string|secure[\W_]?string",
    re.IGNORECASE,
)


def may_hold_secret(text: str) -> bool:
    """Whether a text is worth the slow look; false positives cost time only."""
    return _HINT.search(text) is not None


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
    plain = re.sub(r"[\W_]", "", key).lower()
    named = plain.endswith(_SECRET_KEYS) or plain in _EXACT_KEYS
    return named and not isinstance(value, bool) and bool(value)
