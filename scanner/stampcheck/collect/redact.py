"""Keep secrets out of bundles: what is stored has passed ``scrub``."""

from __future__ import annotations

import json
import re
from typing import Any, Final

REDACTED: Final = "[redacted]"

_SECRET_KEYS: Final = (
    "accesskey",
    "accesstoken",
    "accountkey",
    "activationkey",
    "apikey",
    "bearertoken",
    "clientassertion",
    "connectionstring",
    "credential",
    "idtoken",
    "passphrase",
    "password",
    "primarykey",
    "privatekey",
    "pwd",
    "refreshtoken",
    "registrationtoken",
    "sastoken",
    "secondarykey",
    "secret",
    "securestring",
    "sharedkey",
    "subscriptionkey",
)
_KEY: Final = re.compile("|".join(_SECRET_KEYS).replace("idtoken", "(?<!val)idtoken"))
_EXACT_KEYS: Final = frozenset(("token", "passwd", "pw", "sig", "cookie"))
# What is said about a secret is no secret.
_ABOUT: Final = (
    *("name", "type", "kind", "version", "less", "count", "length", "policy", "status", "state"),
    *("date", "time", "expiry", "expiration", "enabled"),
)
_AGREEMENT: Final = "agreementnumber"
_LABELS: Final = frozenset(("name", "key", "type", "parameter", "parametername"))

_WORDS: Final = "|".join(
    re.sub("(?=key|token|secret|assertion|string)", lambda _: r"[\s_-]?", name)
    for name in (*_SECRET_KEYS, "clientsecret")
    if name not in ("secret", "pwd")
)
_QUOTED: Final = r"(?:\"(?:[^\"\\]|\\[\s\S])+\"?|\\{1,8}\"[^\"]+\"?|'[^']+'?|\\{1,8}'[^']+'?)"
_BARE: Final = (
    r"(?!\$?(?:null|true|false|none)\b)"
    r"(?:[^\s\"'&;,{}\\<>]|,(?=[^\s\"'{}])|\\(?![\"'\\])){4,}"
)
# With a digit in it, and no GUID: prose is no secret.
_ODD: Final = r"(?![0-9a-f]{8}-[0-9a-f]{4}-)(?=[^\s\"'&;,{}\\<>]{0,200}?\d)[^\s\"'&;,{}\\<>]{6,}"
_VALUE: Final = rf"(?:(?:basic|bearer)\s{{1,8}})?(?:{_QUOTED}|{_BARE})"
_IS: Final = r"\\{0,8}[\"']?\s{0,40}[:=>]\s{0,40}"
_EXACT: Final = r"(?<![a-z])(?:sig|pwd|passwd|pw|authorization|token|secret)"
_SAID: Final = r"(?:\s{1,4}(?:is|was|value|provided|given|sent|of)){0,2}\s{1,4}"
_PATTERNS: Final = (
    # Base64 of a JSON object, however it is laid out: a registration token.
    re.compile(r"(?<![A-Za-z0-9+/_-])(?:77u/)?e(?:y[AJ]|w[Ao0k])[A-Za-z0-9+/_-]{37,}={0,2}"),
    # A challenge names where to sign in, which is evidence and no secret.
    re.compile(
        r"(?i)\bbearer\s{1,40}"
        r"(?!(?:authorization_uri|realm|error|error_description|scope)\s{0,8}=)"
        r"[A-Za-z0-9._~+/=-]{12,}"
    ),
    re.compile(
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"
        r".*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
        re.DOTALL,
    ),
    re.compile(rf"(?i)(?:{_WORDS})[s\d]?{_IS}{_VALUE}"),
    re.compile(rf"(?i)(?:{_WORDS}){_SAID}(?:{_QUOTED}|{_ODD})"),
    re.compile(rf"(?i){_EXACT}\\{{0,8}}[\"']?\s{{0,40}}=\s{{0,40}}{_VALUE}"),
    re.compile(rf"(?i)(?<![a-z])authorization{_IS}{_VALUE}"),
    re.compile(rf"(?i){_EXACT}{_IS}(?:{_QUOTED}|{_ODD})"),
    # The parameters of commands, and what a command makes a secret of.
    re.compile(
        r"(?i)(?<![\w-])--?[a-z-]{0,40}"
        r"(?:secret|password|pwd|passphrase|credential|token|(?:account|activation|api|shared)-?key)"
        rf"(?:\s{{1,8}}|[:=])(?!-){_VALUE}"
    ),
    re.compile(rf"(?i)convertto-securestring\s{{1,8}}(?:-string\s{{1,8}})?(?!-){_VALUE}"),
    re.compile(r"(?<=://)[^\s/@:?#\"']{0,64}:[^\s/@?#\"']{1,256}(?=@)"),
    re.compile(r"(?i)(?<=[?&])(?:code|key)=[^&\s\"'#]{6,}"),
    re.compile(r"(?i)(?<![a-z])cookie\s{0,8}:\s{0,8}[^\s\"][^\r\n\"]*"),
)
_ELSEWHERE: Final = (
    r"kennwort|passwort|mot\s{1,4}de\s{1,4}passe|contrase[\u00f1n]a|senha|\u043f\u0430\u0440\u043e\u043b\u044c"
    r"|\u30d1\u30b9\u30ef\u30fc\u30c9|\u5bc6\u7801|\u5bc6\u78bc"
)
# What stands before a secret on a command line or in another language, and is kept.
_AFTER: Final = (
    re.compile(rf"(?i)((?:{_ELSEWHERE})[\"']?\s{{0,8}}[:=\uff1a]\s{{0,8}}){_VALUE}"),
    re.compile(r"(?i)((?<!\S)/(?:pass(?:word)?|pwd?|rp):)(?:\"[^\"]{1,256}\"?|\S{1,256})"),
    re.compile(
        r"(?i)(\b(?:(?:az|docker)\s{1,8}login|sshpass|plink|psexec)\b[^\r\n]{0,300}?\s-p\s{0,4})"
        r"(?:\"[^\"]{1,256}\"?|'[^']{1,256}'?|[^\s\"']{1,256})"
    ),
    re.compile(
        r"(?i)(\s(?:-u|--(?:proxy-)?user)[ =]{0,4}[\"']?[^\s:\"']{1,64}:)(?!//)[^\s\"']{1,256}"
    ),
    re.compile(
        r"(?i)(\bnet\s{1,8}use\b[^\r\n]{0,200}?/u(?:ser)?:\S{1,100}\s{1,8})(?![/-])\S{1,256}"
    ),
    re.compile(
        r"(?i)(\bnet\s{1,8}use\s{1,8}(?:\S{1,3}\s{1,8})?\\\\[^\s\\]{1,100}\\\S{1,200}\s{1,8})"
        r"(?![/-])\S{1,256}(?=\s{1,8}/u)"
    ),
)
_DOTTED: Final = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{11,}(?:(?:\.|%2[Ee])[A-Za-z0-9_-]*)+")
_AGREED: Final = re.compile(
    r"(?i)(agreement[\s_-]?number[a-z0-9]{0,12}\W{1,12}(?:(?:is|was|provided|of)\W{1,4}){0,2})"
    r"(?=[\w-]{0,40}?\d)([\w-]{3,})"
)
_QUERY: Final = re.compile(r"([?&])([^?=&\s#\"']{1,100})=([^&\s#\"']+)")
_HARMLESS_QUERY: Final = frozenset(
    (
        *("api-version", "$filter", "$expand", "$top", "$select"),
        *("reportedstarttime", "reportedendtime", "aggregationgranularity"),
    )
)
_HINT: Final = re.compile(
    r"e(?:y[AJ]|w[Ao0k])[A-Za-z0-9+/_-]{8}|bearer|private key|sig|pwd|pass[\W_]?(?:w|phrase)"
    r"|token|secret|credential|authorization|agreement|cookie|pw\W|\\u00|[?&](?:code|key)="
    r"|(?:access|account|activation|api|primary|private|secondary|shared|subscription)[\W_]{0,3}key"
    r"|client[\W_]?assertion|connection[\W_]?string|secure[\W_]?string"
    r"|://[^\s/@:?#\"']{0,64}:[^\s/@?#\"']{1,256}@"
    r"|/(?:pass|pwd?|rp):|\s-p|\s-u|--(?:proxy-)?user|\bnet\s{1,8}use|" + _ELSEWHERE,
    re.IGNORECASE,
)


def may_hold_secret(text: str) -> bool:
    """Whether a text is worth the slow look; false positives cost time only."""
    return _HINT.search(text) is not None


def scrub_text(text: str) -> str:
    """The text without tokens, keys and passwords; an agreement number by its last two digits."""
    text = _DOTTED.sub(_without_token, text)
    for pattern in _PATTERNS:
        text = pattern.sub(REDACTED, text)
    for pattern in _AFTER:
        text = pattern.sub(rf"\1{REDACTED}", text)
    return _AGREED.sub(lambda found: found.group(1) + _masked(found.group(2)), text)


def scrub_request(request: str) -> str:
    """A request without what its query may hold; the parameters of Azure's own lists stay."""
    return scrub_text(_QUERY.sub(_query_value, request))


def scrub(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """JSON values without secrets, by the name of the key and by the form of the text."""
    if isinstance(value, dict):
        label = _label(value)
        return {
            scrub_text(key): _scrub_member(label if key.lower() == "value" else key, inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [scrub(inner) for inner in value]
    return _scrub_string(value) if isinstance(value, str) else value


def _without_token(found: re.Match[str]) -> str:
    """Cut a token off where it begins, whatever stands before it."""
    text = found.group()
    start = text.find("eyJ")
    is_token = 0 <= start <= len(text) - 12
    return text[:start] + REDACTED if is_token else text


def _masked(number: str) -> str:
    """An agreement number by its last two digits; one of two is no more than that already."""
    digits = re.sub(r"\D", "", number)
    if len(digits) <= 2:
        return number
    return "…" + digits[-2:] if len(digits) > 3 else "…"


def _query_value(found: re.Match[str]) -> str:
    sign, name, value = found.groups()
    is_harmless = name.lower().replace("%24", "$") in _HARMLESS_QUERY
    return f"{sign}{name}={value if is_harmless else REDACTED}"


def _label(pairs: dict[str, Any]) -> str:
    """What a ``value`` beside it is: the name in ``{"name": "password", "value": "..."}``."""
    for key, inner in pairs.items():
        if key.lower() in _LABELS and isinstance(inner, str):
            plain = _plain(inner)
            if _is_secret(plain) or _AGREEMENT in plain:
                return plain
    return "value"


def _plain(key: str) -> str:
    return re.sub(r"[\W_]", "", key).lower()


def _scrub_member(key: str, value: object) -> object:
    plain = _plain(key)
    if _AGREEMENT in plain:
        return _scrub_agreement(value)
    if _is_secret(plain) and not isinstance(value, bool) and value:
        return REDACTED
    return scrub(value)


def _is_secret(plain: str) -> bool:
    named = plain.endswith("authorization") or plain in _EXACT_KEYS or bool(_KEY.search(plain))
    return named and not plain.endswith(_ABOUT)


def _scrub_agreement(value: object) -> object:
    if isinstance(value, dict):
        return {scrub_text(key): _scrub_agreement(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_scrub_agreement(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    return _masked(scrub_text(str(value)))


def _scrub_string(text: str) -> str:
    """A text; where it is JSON itself, by the names of its keys too."""
    if text.lstrip()[:1] in ("{", "[", '"'):
        try:
            inner = json.loads(text)
            clean = scrub(inner)
            if clean != inner:
                text = json.dumps(clean, ensure_ascii=False)
        except (ValueError, RecursionError):
            pass
    return scrub_text(text)
