"""Token endpoints of Microsoft Entra and AD FS, as handlers for ``tests.emulators.server``.

Shapes of Entra's answers are as its documentation and azure-identity's recordings show them; those
of AD FS beyond its two addresses (facts/azure.md 2.3) are unverified, its error texts above all.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import jwt
import msgspec
from cryptography import x509

from tests.emulators.server import Request, Response, json_response

TENANT = "72f988bf-0000-4000-8000-000000000001"
CLIENT = "04b07795-0000-4000-8000-000000000002"
TRACE = "5f2a9f0e-1111-4222-8333-444455556666"

ERRORS: dict[int, tuple[int, str, str]] = {
    50020: (400, "invalid_grant", "User account 'a@b.c' does not exist in tenant 'contoso'."),
    50034: (400, "invalid_grant", "The user account does not exist in the directory."),
    50055: (400, "invalid_grant", "The password is expired."),
    50076: (400, "interaction_required", "You must use multi-factor authentication to access."),
    50126: (400, "invalid_grant", "Error validating credentials due to invalid username."),
    53003: (400, "interaction_required", "Access has been blocked by Conditional Access policies."),
    65001: (400, "invalid_grant", "The user or administrator has not consented."),
    70016: (400, "authorization_pending", "OAuth 2.0 device flow error. Authorization is pending."),
    70020: (400, "expired_token", "The provided value for the input parameter 'device_code' is"),
    90002: (400, "invalid_request", "Tenant 'x' not found. Check the tenant ID."),
    90033: (503, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    500011: (400, "invalid_resource", "The resource principal named x was not found."),
    700016: (400, "unauthorized_client", "Application with identifier 'x' was not found."),
    700027: (401, "invalid_client", "The certificate used to sign the assertion is expired."),
    7000215: (401, "invalid_client", "Invalid client secret provided."),
    7000222: (401, "invalid_client", "The provided client secret keys are expired."),
    9999999: (400, "invalid_request", "Something that nobody has heard of."),
}
"""Status, OAuth error and text by AADSTS code."""


class Sts(msgspec.Struct, kw_only=True):
    """An authority; use ``answer`` as the handler. Its fields may be changed while it serves.

    ``secret`` and ``certificate`` are what a client must know; ``marker`` stands in every token as
    it is; ``expires_in`` is the life of tokens in seconds. ``fault`` is an AADSTS code with which
    every token request is refused, ``first`` are responses to give before all others, ``instead``
    responses by path. With ``echo`` each refusal repeats what the client has sent, as no good
    server does. ``pending`` is how often a device code is not yet redeemed.
    """

    secret: str = ""
    certificate: x509.Certificate | None = None
    assertion: str = ""
    marker: str = "planted-token-marker"
    expires_in: int = 3600
    tenants: tuple[str, ...] = (TENANT,)
    is_adfs: bool = False
    fault: int = 0
    echo: bool = False
    first: list[Response] = []
    instead: dict[str, Response] = {}
    pending: int = 0
    issued: int = 0

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        if self.first:
            return self.first.pop(0)
        if request.path in self.instead:
            return self.instead[request.path]
        origin = f"https://{request.headers['host']}"
        tenant, _, rest = request.path.lstrip("/").partition("/")
        known = tenant == "adfs" if self.is_adfs else tenant in (*self.tenants, "organizations")
        if request.path == "/common/discovery/instance":
            return json_response(200, {"tenant_discovery_endpoint": origin, "metadata": []})
        if not known:
            return _refused(90002)
        route = self._routes().get((request.method, rest.removeprefix("v2.0/")))
        if route is None:
            return Response(status=404, body=b"<html>Not here</html>")
        return route(f"{origin}/{tenant}", request)

    def _routes(self) -> dict[tuple[str, str], Callable[[str, Request], Response]]:
        slash = "oauth2/token/" if self.is_adfs else "oauth2/v2.0/token"
        device = "oauth2/devicecode" if self.is_adfs else "oauth2/v2.0/devicecode"
        return {
            ("GET", ".well-known/openid-configuration"): self._configuration,
            ("POST", slash): self._token,
            ("POST", device): self._device,
        }

    def _configuration(self, root: str, _: Request) -> Response:
        oauth = f"{root}/oauth2" if self.is_adfs else f"{root}/oauth2/v2.0"
        return json_response(
            200,
            {
                "issuer": root if self.is_adfs else f"{root}/v2.0",
                "authorization_endpoint": f"{oauth}/authorize",
                "token_endpoint": f"{oauth}/token/" if self.is_adfs else f"{oauth}/token",
                "device_authorization_endpoint": f"{oauth}/devicecode",
            },
        )

    def _device(self, root: str, request: Request) -> Response:
        if self.fault:
            return self._refusal(self.fault, request)
        return json_response(
            200,
            {
                "user_code": "C8VGH2XJ7",
                "device_code": f"device-{self.marker}",
                "verification_uri": f"{root}/devicelogin",
                "expires_in": 900,
                "interval": 1,
                "message": "To sign in, open a page.",
            },
        )

    def _token(self, root: str, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        code = self.fault or self._check(root, form)
        if code:
            return self._refusal(code, request)
        self.issued += 1
        body: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            "access_token": self._jwt({"n": self.issued, "scope": form.get("scope", "")}),
        }
        if form["grant_type"] != "client_credentials":
            # The fake browser hands the nonce over as the code.
            claims: dict[str, object] = {
                "iss": root,
                "aud": form["client_id"],
                "sub": "me",
                "nonce": form.get("code"),
            }
            claims |= {"exp": int(time.time()) + 3600, "iat": int(time.time())}
            claims |= {"preferred_username": "a@contoso.com", "upn": "a@contoso.com", "tid": TENANT}
            body["id_token"] = self._jwt(claims)
            body["refresh_token"] = f"refresh-{self.marker}"
        return json_response(200, body)

    def _check(self, root: str, form: dict[str, str]) -> int:
        """The AADSTS code to refuse with, or 0."""
        grant = form.get("grant_type", "")
        if grant.endswith("device_code"):
            self.pending -= 1
            return 70016 if self.pending >= 0 else 0
        if grant != "client_credentials":
            return 0 if grant in ("authorization_code", "refresh_token") else 9999999
        if "client_assertion" in form:
            return 0 if self._is_signed(root, form["client_assertion"]) else 700027
        return 0 if self.secret and form.get("client_secret") == self.secret else 7000215

    def _is_signed(self, root: str, assertion: str) -> bool:
        if self.certificate is None:
            return bool(self.assertion) and assertion == self.assertion
        token = f"{root}/oauth2/token/" if self.is_adfs else f"{root}/oauth2/v2.0/token"
        key = self.certificate.public_key()
        try:
            jwt.decode(assertion, key, algorithms=["RS256", "PS256"], audience=token)  # type: ignore[arg-type]
        except jwt.InvalidTokenError:
            return False
        return True

    def _jwt(self, claims: dict[str, object]) -> str:
        return f"{_coded({'typ': 'JWT', 'alg': 'RS256'})}.{_coded(claims)}.{self.marker}"

    def _refusal(self, code: int, request: Request) -> Response:
        said = f" You sent {request.body.decode()} {parse_qs(request.body.decode())}"
        return _refused(code, said if self.echo else "", is_adfs=self.is_adfs)


def _refused(code: int, said: str = "", *, is_adfs: bool = False) -> Response:
    status, error, text = ERRORS[code]
    if is_adfs:
        return json_response(400, {"error": error, "error_description": f"MSIS9623: {text}{said}"})
    now = "2026-12-01 10:00:00Z"
    noise = f"Trace ID: {TRACE} Correlation ID: {TRACE} Timestamp: {now}"
    return json_response(
        status,
        {
            "error": error,
            "error_description": f"AADSTS{code}: {text}{said} {noise}",
            "error_codes": [code],
            "timestamp": now,
            "trace_id": TRACE,
            "correlation_id": TRACE,
            "error_uri": f"https://login.microsoftonline.com/error?code={code}",
        },
    )


def _coded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
