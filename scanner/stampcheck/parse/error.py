"""ARM error bodies: which code, about what, what it proves (facts/azure.md 1.5)."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from stampcheck.model import Reason
from stampcheck.parse.recognise import kind_of_request
from stampcheck.parse.shape import as_mapping, fold, has_key

ABSENT_CODES: Final = frozenset(("resourcenotfound", "resourcegroupnotfound"))
"""Codes that prove an absence, where the scope is known."""

_DENIED: Final = frozenset(
    (
        "subscriptionnotfound",
        "authorizationfailed",
        "linkedauthorizationfailed",
        "invalidauthenticationtokentenant",
        "invalidauthenticationtoken",
        "expiredauthenticationtoken",
        "authenticationfailed",
        # What a sign-in is refused with.
        "invalid_client",
        "invalid_grant",
        "interaction_required",
        "unauthorized_client",
    )
)
# There is nothing to read where the provider is not registered, and asking again changes nothing.
_NOTHING: Final = frozenset(("missingsubscriptionregistration",))
_UNSUPPORTED: Final = frozenset(
    ("noregisteredproviderfound", "invalidresourcetype", "invalidapiversionparameter")
)
_SCOPE: Final = re.compile(r"over scope '([^']{1,1024})'", re.IGNORECASE)
_ACTION: Final = re.compile(r"perform action '([^']{1,256})'", re.IGNORECASE)
_RESOURCE: Final = re.compile(r"The Resource '([^'/]+/[^'/]+)/([^']+)' under", re.IGNORECASE)
_ACTION_KINDS: Final = (
    ("microsoft.authorization/locks/", "locks"),
    ("microsoft.authorization/roleassignments/", "role-assignments"),
    ("microsoft.authorization/roledefinitions/", "role-definitions"),
    ("microsoft.azurestack/registrations/", "registration"),
    ("microsoft.azurebridge.admin/activations/", "activation"),
    ("microsoft.infrastructureinsights.admin/", "alerts"),
    ("microsoft.fabric.admin/fabriclocations/scaleunitnodes", "scale-unit-nodes"),
    ("microsoft.fabric.admin/fabriclocations/scaleunits", "scale-units"),
    ("microsoft.fabric.admin/fabriclocations/", "fabric-locations"),
    ("microsoft.commerce.admin/subscriberusageaggregates", "usage-records"),
    ("microsoft.insights/eventtypes/", "activity-log"),
    ("microsoft.resources/subscriptions/read", "subscription"),
)
_TEXT_CODE: Final = re.compile(
    r"\b(AuthorizationFailed|ResourceNotFound|ResourceGroupNotFound|SubscriptionNotFound"
    r"|InvalidAuthenticationTokenTenant|MissingSubscriptionRegistration|ExpiredAuthenticationToken"
    r"|AADSTS\d{5,7})\b|Please run 'az login'|Run Connect-AzAccount"
)
# A tenant, or what stands for one in a bundle with pseudonyms.
_GUID: Final = r"(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?:TENANT|ID)-[0-9]{1,9})"
_RIGHT_TENANT: Final = re.compile(
    rf"(?:must match the tenant|authorization_uri=)[^,]{{0,80}}?/({_GUID})", re.IGNORECASE
)
_STATUS_REASONS: Final = {
    401: Reason.ACCESS_DENIED,
    403: Reason.ACCESS_DENIED,
    400: Reason.MALFORMED,
    407: Reason.UNREACHABLE,
    408: Reason.UNREACHABLE,
    409: Reason.UNREACHABLE,
    429: Reason.UNREACHABLE,
}


class ArmError(msgspec.Struct, frozen=True):
    """An error as ARM words it. ``scope`` is the full id that it speaks of, or empty; ``asked`` the
    kind whose reading was refused; ``kind`` that, or else the kind of what it speaks of.
    """

    code: str
    message: str
    scope: str
    asked: str
    kind: str

    @property
    def proves_absence(self) -> bool:
        """Whether the code says that the thing asked for is not there."""
        return self.code.lower() in ABSENT_CODES


def arm_error(body: object) -> ArmError | None:
    """Read ``{"error": {"code", "message", "target"}}``, in any case, or None where it is none."""
    if not isinstance(body, dict) or not has_key(body, "error", "code"):
        return None
    folded = fold(body)
    if isinstance(folded.get("error"), str) and "error_description" in folded:
        folded = {"code": folded["error"], "message": folded["error_description"]}
    inner = as_mapping(folded.get("error"))
    if inner is None and not ("code" in folded and "message" in folded):
        return None
    fields = fold(inner) if inner is not None else folded
    code, message = fields.get("code"), fields.get("message")
    if not isinstance(code, str):
        return None
    target = fields.get("target")
    return _error(code, message if isinstance(message, str) else "", target)


def text_error(text: str) -> ArmError | None:
    """The error in what a command line tool printed instead of JSON, or None."""
    match = _TEXT_CODE.search(text[:20_000])
    if match is None:
        return None
    return _error(match.group(1) or "AuthenticationFailed", " ".join(text[:2_000].split()), None)


def _error(code: str, message: str, target: Any) -> ArmError:  # noqa: ANN401 (JSON)
    named = _SCOPE.search(message)
    scope = named.group(1) if named else ""
    if not scope and isinstance(target, str) and target.lower().startswith("/subscriptions/"):
        scope = target
    action = _ACTION.search(message)
    if action is None:
        return ArmError(code, message, scope, "", _kind(message, scope))
    lowered = action.group(1).lower()
    asked = next((kind for start, kind in _ACTION_KINDS if lowered.startswith(start)), "")
    return ArmError(code, message, scope, asked, asked)


def _kind(message: str, scope: str) -> str:
    resource = _RESOURCE.search(message)
    if resource:
        return kind_of_request(f"/providers/{resource.group(1)}/{resource.group(2)}")
    kind = kind_of_request(scope) if scope else ""
    return "" if kind == "subscription" else kind


def reason_of(status: int, code: str) -> Reason | None:
    """Why an answer is no evidence; None for a success and for a proof of absence."""
    lowered = code.lower()
    if lowered in _DENIED or lowered.startswith("aadsts"):
        return Reason.ACCESS_DENIED
    if lowered in _NOTHING:
        return Reason.ABSENT_IN_ANSWER
    if lowered in _UNSUPPORTED:
        return Reason.UNSUPPORTED_VERSION
    if lowered in ABSENT_CODES and status in (0, 404):
        return None
    if 200 <= status < 300:
        # A success that carries an error says two things at once.
        return Reason.AMBIGUOUS if code else None
    return _STATUS_REASONS.get(status, Reason.UNREACHABLE)


def right_tenant(text: str) -> str:
    """The tenant that a refused sign-in names as the right one (401), lower case, or nothing."""
    match = _RIGHT_TENANT.search(text)
    return match.group(1).lower() if match else ""
