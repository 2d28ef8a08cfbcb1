"""The bearer token of a request: one sign-in for all threads, and its time is not the ask's."""

from __future__ import annotations

import threading
import time
from typing import Any, Final

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from azure.core.rest import HttpRequest, HttpResponse

from stampcheck.collect.deadline import Allowance
from stampcheck.collect.fault import Fault, SignInFailed
from stampcheck.collect.redact import scrub_text

_EARLY: Final = 300
_MAX_DETAIL: Final = 300
_UNAUTHORIZED: Final = 401


class Bearer(BearerTokenCredentialPolicy[HttpRequest, HttpResponse]):
    """Authorizes requests over https. The policy of the SDK shares its token without a lock, so
    that a 401 to one thread could take it out of another's hands.
    """

    def __init__(self, credential: TokenCredential, scope: str, allowance: Allowance) -> None:
        super().__init__(credential, scope)
        self._giver = credential
        self._scope = scope
        self._allowance = allowance
        self._lock = threading.Lock()
        self._held: AccessToken | None = None

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Put the token on a request, signing in where there is none that lasts."""
        with self._allowance.paused(), self._lock:
            if self._held is None or self._held.expires_on < time.time() + _EARLY:
                self._held = self._asked(self._scope)
            token = self._held.token
        _authorize(request, token)

    def authorize_request(
        self,
        request: PipelineRequest[HttpRequest],
        *scopes: str,
        **kwargs: Any,  # noqa: ANN401 (as in azure-core: claims and the like)
    ) -> None:
        """Answer a challenge with another token."""
        with self._allowance.paused(), self._lock:
            self._held = self._asked(*scopes, **kwargs)
            token = self._held.token
        _authorize(request, token)

    def on_response(
        self,
        request: PipelineRequest[HttpRequest],
        response: PipelineResponse[HttpRequest, HttpResponse],
    ) -> None:
        """Forget a token that was refused."""
        if response.http_response.status_code != _UNAUTHORIZED:
            return
        refused = request.http_request.headers.get("Authorization", "")
        with self._lock:
            if self._held is not None and refused.endswith(self._held.token):
                self._held = None

    def on_challenge(
        self,
        request: PipelineRequest[HttpRequest],
        response: PipelineResponse[HttpRequest, HttpResponse],
    ) -> bool:
        """Whether a challenge could be answered; one that cannot be read is none."""
        try:
            return super().on_challenge(request, response)
        except ValueError:
            return False

    def _asked(self, *scopes: str, **kwargs: Any) -> AccessToken:  # noqa: ANN401
        try:
            return self._giver.get_token(*scopes, **kwargs)
        except Fault as fault:
            failure = SignInFailed(f"the sign-in failed: {fault.detail}", fault.reason)
        except ClientAuthenticationError as error:
            reason = getattr(error, "reason", None)
            failure = SignInFailed(_first_line(error.message), reason)
        except AzureError as error:
            failure = SignInFailed(f"the sign-in failed ({type(error).__name__})")
        raise failure


def _authorize(request: PipelineRequest[HttpRequest], token: str) -> None:
    if not request.http_request.url.lower().startswith("https://"):
        raise SignInFailed("a token is sent over https only")
    request.http_request.headers["Authorization"] = f"Bearer {token}"


def _first_line(message: str) -> str:
    line = next((line.strip() for line in message[:4000].splitlines() if line.strip()), "")
    return scrub_text(line)[:_MAX_DETAIL] or "the sign-in failed"
