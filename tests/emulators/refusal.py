"""The error bodies of Resource Manager, in the words of the real one (facts/azure.md 1.5, 10.1).

Each function gives a whole response. Codes and texts without a mark are the documented ones.
"""

from __future__ import annotations

from typing import Final

from tests.emulators.server import Response, json_response

CLIENT: Final = "auditor@contoso.example"
OBJECT_ID: Final = "4b7e8b29-1c4a-59bc-abc0-eb4112189790"
_NAMESPACE: Final = "Microsoft.AzureStack"


def refusal(status: int, code: str, message: str, **headers: str) -> Response:
    """Any error as Resource Manager words it; keyword names become header names with hyphens."""
    return json_response(status, {"error": {"code": code, "message": message}}, **headers)


def no_token(login: str) -> Response:
    """401: no Authorization header."""
    # UNVERIFIED: facts/azure.md 1.5 (code and text of a 401 without a token)
    message = "Authentication failed. The 'Authorization' header is missing."
    return refusal(401, "AuthenticationFailed", message, www_authenticate=_bearer(login))


def bad_token(login: str) -> Response:
    """401: the token is no token, or was not made for this."""
    # UNVERIFIED: facts/azure.md 1.5 (code and text of a 401 for a token that is no token)
    message = "The access token is invalid."
    return refusal(401, "InvalidAuthenticationToken", message, www_authenticate=_bearer(login))


def _bearer(authority: str, text: str = "The access token is invalid.") -> str:
    return (
        f'Bearer authorization_uri="{authority}", error="invalid_token", error_description="{text}"'
    )


def wrong_tenant(
    login: str, right: str, wrong: str = "00000000-0000-4000-8000-000000000000"
) -> Response:
    """401: the token is of another directory tenant than the subscription's."""
    message = (
        f"The access token is from the wrong issuer 'https://sts.windows.net/{wrong}/'. It must "
        f"match the tenant 'https://sts.windows.net/{right}/' associated with this subscription. "
        f"Please use the authority (URL) '{login}/{right}' to get the token. Note, if the "
        "subscription is transferred to another tenant there is no impact to the services, but "
        "information about new tenant could take time to propagate (up to an hour)."
    )
    header = _bearer(f"{login}/{right}", "The access token is from the wrong issuer.")
    return refusal(401, "InvalidAuthenticationTokenTenant", message, www_authenticate=header)


def forbidden(action: str, scope: str) -> Response:
    """403: the account lacks a permission."""
    return refusal(
        403,
        "AuthorizationFailed",
        f"The client '{CLIENT}' with object id '{OBJECT_ID}' does not have authorization to "
        f"perform action '{action}' over scope '{scope}' or the scope is invalid. If access was "
        "recently granted, please refresh your credentials.",
    )


def no_subscription(subscription: str) -> Response:
    """404: the subscription is not there, or not for this account."""
    message = f"The subscription '{subscription}' could not be found."
    return refusal(404, "SubscriptionNotFound", message)


def no_group(group: str) -> Response:
    """404: the resource group is not there."""
    return refusal(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def no_resource(kind: str, name: str, group: str) -> Response:
    """404: the resource is not there."""
    where = f"under resource group '{group}' " if group else ""
    return refusal(
        404,
        "ResourceNotFound",
        f"The Resource '{kind}/{name}' {where}was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
    )


def no_path(path: str) -> Response:
    """404: nothing is served there."""
    # UNVERIFIED: facts/azure.md 1.5 (the 404 of a path that no provider serves)
    return refusal(404, "InvalidResourceType", f"The resource type of '{path}' is not known.")


def not_registered() -> Response:
    """409: the provider is not registered. The text is what the SDK reads the provider from."""
    return refusal(
        409,
        "MissingSubscriptionRegistration",
        f"The subscription is not registered to use namespace '{_NAMESPACE}'. See "
        "https://aka.ms/rps-not-found for how to register subscriptions.",
    )


def throttled(seconds: int) -> Response:
    """429: too many reads (facts/azure.md 10.1)."""
    # UNVERIFIED: facts/azure.md 10.1 (code and text of a 429; its headers are documented)
    return refusal(
        429,
        "SubscriptionRequestsThrottled",
        "Number of requests for the subscription exceeded the limit. Please try again after "
        f"'{seconds}' seconds.",
        retry_after=str(seconds),
        x_ms_ratelimit_remaining_subscription_reads="0",
    )


def failed(status: int) -> Response:
    """A 5xx."""
    # UNVERIFIED: facts/azure.md 2.4 (codes and texts of 5xx; only GatewayTimeout was recorded)
    codes = {
        500: ("InternalServerError", "Encountered internal server error."),
        502: ("BadGateway", "The gateway received a bad answer."),
        503: ("ServiceUnavailable", "The service is unavailable. Please try again."),
        504: ("GatewayTimeout", "The gateway did not receive a response in time."),
    }
    return refusal(status, *codes[status])


def no_version(asked: str) -> Response:
    """400: no api-version, or one of no form."""
    # UNVERIFIED: facts/azure.md 1.1 (code and text of a 400 for a missing or malformed version)
    if not asked:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        return refusal(400, "MissingApiVersionParameter", message)
    message = f"The api-version '{asked}' is invalid."
    return refusal(400, "InvalidApiVersionParameter", message)


def unsupported(kind: str, asked: str, versions: frozenset[str]) -> Response:
    """400: the provider does not speak that version."""
    # UNVERIFIED: facts/azure.md 8 (the text of a 400 for a version that is not supported)
    message = (
        f"No registered resource provider found for location 'global' and API version '{asked}' "
        f"for type '{kind}'. The supported api-versions are '{', '.join(sorted(versions))}'."
    )
    return refusal(400, "NoRegisteredProviderFound", message)


def no_method(method: str) -> Response:
    """405: the emulators only read."""
    # UNVERIFIED: facts/azure.md 1.2 (the 405 is the emulator's own: a real service would write)
    message = f"The requested resource does not support http method '{method}'."
    return refusal(405, "HttpMethodNotAllowed", message, allow="GET, HEAD")
