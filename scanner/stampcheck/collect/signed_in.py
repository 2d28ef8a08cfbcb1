"""A credential that many threads share: it asks once for each token, and once for each refusal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Protocol, Self

from azure.core.credentials import AccessToken, AccessTokenInfo, TokenRequestOptions
from azure.core.exceptions import AzureError

from stampcheck.collect.fault import Fault
from stampcheck.collect.refused import NotSignedIn, Refusal
from stampcheck.errors import StampcheckError

_MARGIN: Final = 300
_RETRIES: Final = 2
_PAUSE: Final = 1.0
# What azure-identity and msal let through, the last five for answers that they did not expect.
_FAILURES: Final = (
    AzureError,
    Fault,
    StampcheckError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)

_Scopes = tuple[str, ...]


class Issuer(Protocol):
    """What azure-identity's credentials can do."""

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> AccessTokenInfo:
        """A token for the scopes."""

    def close(self) -> None:
        """Give back connections."""


class SignedIn:
    """A ``TokenCredential`` (and ``SupportsTokenInfo``) over another.

    A token is kept until 300 s before its end, or half its life where that is shorter. What failed
    is remembered: later calls raise the same ``NotSignedIn`` at once, so that nobody is asked
    twice and no account is locked. Only what may pass, such as an authority out of reach, is tried
    again, ``retries`` times and each time with what ``issue`` makes anew, for msal remembers
    failures too. ``note`` hears of each request with the error or "".

    A token that was refused is forgotten, with what issued it, for msal would give the same one;
    not so where it ``is_personal``: then a person would have to sign in again.
    """

    def __init__(  # noqa: PLR0913 (what the makers of credentials decide)
        self,
        name: str,
        issue: Callable[[], Issuer],
        explain: Callable[[BaseException], Refusal],
        *,
        retries: int = _RETRIES,
        is_personal: bool = False,
        note: Callable[[str], object] = lambda _: None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._name = name
        self._issue = issue
        self._issuer: Issuer | None = None
        self._explain = explain
        self._retries = retries
        self._is_personal = is_personal
        self._note = note
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._tokens: dict[_Scopes, tuple[AccessTokenInfo, float]] = {}
        self._refusals: dict[tuple[_Scopes, bool] | None, Refusal] = {}

    def __repr__(self) -> str:
        return f"SignedIn({self._name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.close()

    def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_: object,
    ) -> AccessToken:
        """A token for the scopes, as azure-core asks for it; ``NotSignedIn`` where there is none.

        A tenant that a server's challenge names is not followed.
        """
        del tenant_id, enable_cae
        token = self._token(scopes, claims or "")
        return AccessToken(token.token, token.expires_on)

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> AccessTokenInfo:
        """The same as ``get_token``, in azure-core's newer form."""
        return self._token(scopes, (options or {}).get("claims") or "")

    def forget(self, token: str) -> None:
        """Give a token no more, since it was refused; the next call asks for another. Nothing is
        remembered as failed, and a token that was replaced meanwhile is no matter.
        """
        with self._lock:
            kept = {key: held for key, held in self._tokens.items() if held[0].token != token}
            if len(kept) < len(self._tokens):
                self._tokens = kept
                self._issuer = self._issuer if self._is_personal else None

    def close(self) -> None:
        """Give back connections; safe to call twice."""
        if self._issuer is not None:
            self._issuer.close()

    def _token(self, scopes: _Scopes, claims: str) -> AccessTokenInfo:
        with self._lock:
            held, until = self._tokens.get(scopes, (None, 0.0))
            if held is not None and not claims and self._now() < until:
                return held
            found = self._refusals.get(None) or self._refusals.get((scopes, bool(claims)))
            result = found or self._ask(scopes, claims)
            if isinstance(result, AccessTokenInfo):
                return result
            # A token that cannot be renewed yet still serves until its end.
            if held is not None and not claims and self._now() < held.expires_on:
                return held
        raise NotSignedIn(result)

    def _ask(self, scopes: _Scopes, claims: str) -> AccessTokenInfo | Refusal:
        result = self._ask_once(scopes, claims)
        for attempt in range(self._retries):
            if isinstance(result, AccessTokenInfo) or not result.is_transient:
                break
            self._sleep(max(result.wait, _PAUSE * 2**attempt))
            self._issuer = None
            result = self._ask_once(scopes, claims)
        if isinstance(result, Refusal):
            is_narrow = bool(claims) or result.is_narrow
            self._refusals[(scopes, bool(claims)) if is_narrow else None] = result
        return result

    def _ask_once(self, scopes: _Scopes, claims: str) -> AccessTokenInfo | Refusal:
        """One request. Exceptions end here: they may hold what was sent and what was answered."""
        options: TokenRequestOptions = {"claims": claims} if claims else {}
        started = self._now()
        try:
            if self._issuer is None:
                self._issuer = self._issue()
            token = self._issuer.get_token_info(*scopes, options=options)
        except _FAILURES as error:
            refusal = self._explain(error)
            self._note(refusal.sentence)
            return refusal
        self._note("")
        margin = min(_MARGIN, max(0.0, (token.expires_on - started) / 2))
        self._tokens[scopes] = token, token.expires_on - margin
        return token
