"""The bearer token of a request: one sign-in for all threads, and its time is not the ask's."""

from __future__ import annotations

from typing import Any, Final

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from azure.core.rest import HttpRequest, HttpResponse

from stampcheck.collect.deadline import Allowance
from stampcheck.collect.fault import Fault, SignInFailed
from stampcheck.collect.redact import scrub_text
from stampcheck.collect.signed_in import SignedIn

_MAX_DETAIL: Final = 300
_UNAUTHORIZED: Final = 401
_SCHEME: Final = "Bearer "


class Bearer(BearerTokenCredentialPolicy[HttpRequest, HttpResponse]):
    """Authorizes requests over https. It keeps no token, so that there is one memory of what was
    refused: the credential's, which all wires and threads share. The policy of the SDK keeps its
    own, without a lock.
    """

    def __init__(self, credential: TokenCredential, scope: str, allowance: Allowance) -> None:
        super().__init__(credential, scope)
        self._giver = credential
        self._scope = scope
        self._allowance = allowance

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Put the token on a request, signing in where there is none that lasts."""
        _authorize(request, self._asked(self._scope).token)

    def authorize_request(
        self,
        request: PipelineRequest[HttpRequest],
        *scopes: str,
        **kwargs: Any,  # noqa: ANN401 (as in azure-core: claims and the like)
    ) -> None:
        """Answer a challenge with another token."""
        _authorize(request, self._asked(*scopes, **kwargs).token)

    def on_response(
        self,
        request: PipelineRequest[HttpRequest],
        response: PipelineResponse[HttpRequest, HttpResponse],
    ) -> None:
        """Let a token that was refused be forgotten."""
        if response.http_response.status_code != _UNAUTHORIZED:
            return
        if isinstance(self._giver, SignedIn):
            sent = request.http_request.headers.get("Authorization", "")
            with self._allowance.paused():
                self._giver.forget(sent.removeprefix(_SCHEME))

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
            with self._allowance.paused():
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
    request.http_request.headers["Authorization"] = _SCHEME + token


def _first_line(message: str) -> str:
    line = next((line.strip() for line in message[:4000].splitlines() if line.strip()), "")
    return scrub_text(line)[:_MAX_DETAIL] or "the sign-in failed"
