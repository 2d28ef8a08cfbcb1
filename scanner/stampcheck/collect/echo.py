"""A token that a server sends back is taken out of its answer, in whatever common form."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

_REDACTED: Final = "[redacted]"
_SHORTEST: Final = 16
_ESCAPED: Final = re.compile("%[0-9A-F]{2}")
_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def without_token(data: bytes, token: str) -> bytes:
    """The same bytes where the token is not in them. Looked for are the token, each part between
    its dots, and the base64 (in both alphabets, wherever it is cut into groups) and percent
    encoding of either; what is shorter than 16 characters is no token.
    """
    code = _MARKS.get(data[:2], "latin-1")
    for form in _forms(token):
        found = form.encode(code, "replace")
        if found in data:
            data = data.replace(found, _REDACTED.encode(code))
    return data


def _forms(token: str) -> list[str]:
    """What is looked for, the longest first: a part must not spoil the whole."""
    if len(token) < _SHORTEST:
        return []
    parts = [part for part in token.split(".") if len(part) >= _SHORTEST]
    found = {form for part in (token, *parts) for form in _written(part)}
    return sorted(found, key=len, reverse=True)


def _written(text: str) -> Iterator[str]:
    for form in (text, *_in_base64(text.encode())):
        escaped = quote(form, safe="")
        yield from (form, form.replace("/", "\\/"), escaped)
        yield _ESCAPED.sub(lambda sign: sign[0].lower(), escaped)
    # Lower case throughout is no token, but so near to one that it helps to guess it.
    yield quote(text, safe="").lower()


def _in_base64(data: bytes) -> Iterator[str]:
    """What base64 has of the bytes whatever stands before and after them."""
    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):
            text = encode(b"\0" * before + data).decode().rstrip("=")
            rest = (before + len(data)) % 3
            found = text[-(-before * 8 // 6) : len(text) - 1 if rest else len(text)]
            if len(found) >= _SHORTEST:
                yield found
        yield encode(data).decode().rstrip("=")
