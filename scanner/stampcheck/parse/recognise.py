"""What kind of document a body, a request or a file name speaks of (facts/azure.md)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from stampcheck.document import KINDS
from stampcheck.parse.shape import Item, as_mapping, items

_SEGMENT: Final = r"[^/]+"
_ID_KINDS: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (rf"/providers/microsoft\.authorization/locks(/{_SEGMENT})?$", "locks"),
        (
            rf"/providers/microsoft\.authorization/roleassignments(/{_SEGMENT})?$",
            "role-assignments",
        ),
        (
            rf"/providers/microsoft\.authorization/roledefinitions(/{_SEGMENT})?$",
            "role-definitions",
        ),
        (r"/providers/microsoft\.insights/eventtypes/", "activity-log"),
        (rf"/providers/microsoft\.azurestack/registrations(/{_SEGMENT})?$", "registration"),
        (r"/providers/microsoft\.azurestack$", "provider"),
        (rf"/providers/microsoft\.azurebridge\.admin/activations(/{_SEGMENT})?$", "activation"),
        (rf"/regionhealths/{_SEGMENT}/alerts(/{_SEGMENT})?$", "alerts"),
        (rf"/fabriclocations(/{_SEGMENT})?$", "fabric-locations"),
        (rf"/scaleunits(/{_SEGMENT})?$", "scale-units"),
        (rf"/scaleunitnodes(/{_SEGMENT})?$", "scale-unit-nodes"),
        (r"/providers/microsoft\.commerce\.admin/subscriberusageaggregates$", "usage-records"),
        # Azure's own records of usage stand under UsageAggregates, with an s.
        (rf"/providers/microsoft\.commerce/usageaggregate/{_SEGMENT}$", "usage-records"),
        (r"/metadata/endpoints$", "endpoints"),
    )
)
_TYPES: Final = {
    "microsoft.authorization/locks": "locks",
    "microsoft.authorization/roleassignments": "role-assignments",
    "microsoft.authorization/roledefinitions": "role-definitions",
    "microsoft.azurestack/registrations": "registration",
    "microsoft.azurebridge.admin/activations": "activation",
    "microsoft.infrastructureinsights.admin/regionhealths/alerts": "alerts",
    "microsoft.fabric.admin/fabriclocations": "fabric-locations",
    "microsoft.fabric.admin/fabriclocations/scaleunits": "scale-units",
    "microsoft.fabric.admin/fabriclocations/scaleunitnodes": "scale-unit-nodes",
    "microsoft.commerce/usageaggregate": "usage-records",
}
_PROVIDERS: Final = frozenset(
    (
        "microsoft.authorization",
        "microsoft.azurestack",
        "microsoft.insights",
        "microsoft.resources",
        "microsoft.subscription",
        "microsoft.subscriptions",
    )
)
# By their type alone, since an id of Azure's own records names the same provider.
_TYPE_PROVIDERS: Final = _PROVIDERS | {"microsoft.commerce"}
_SUBSCRIPTION_ID: Final = re.compile(rf"/subscriptions(/{_SEGMENT})?$")
_KEY_KINDS: Final = (
    ({"operationname", "eventtimestamp"}, "activity-log"),
    ({"operationnamevalue", "eventtimestamp"}, "activity-log"),
    ({"azureregistrationresourceidentifier"}, "activation"),
    ({"hardwareinfo"}, "registration-token"),
    ({"registrationtoken"}, "registration-token"),
    # What only a token has beside the three properties of a registration.
    ({"billingmodel", "marketplacesyndicationenabled"}, "registration-token"),
    ({"billingmodel", "agreementnumber"}, "registration-token"),
    ({"billingmodel", "issuer"}, "registration-token"),
    ({"cloudid", "stampversion"}, "stamp-information"),
    ({"cloudid", "deploymentid"}, "stamp-information"),
    ({"cloudid", "billingmodel"}, "registration"),
    ({"cloudid", "objectid"}, "registration"),
    ({"stampcloudid"}, "fabric-locations"),
    ({"scaleunitnodestatus"}, "scale-unit-nodes"),
    ({"scaleunittype"}, "scale-units"),
    ({"faulttypeid"}, "alerts"),
    ({"alertid", "severity"}, "alerts"),
    ({"roledefinitionid", "principalid"}, "role-assignments"),
    ({"roledefinitionid", "objectid"}, "role-assignments"),
    ({"permissions", "assignablescopes"}, "role-definitions"),
    ({"actions", "notactions", "assignablescopes"}, "role-definitions"),
    ({"lockid", "level"}, "locks"),
    ({"galleryendpoint", "authentication"}, "endpoints"),
    ({"portalendpoint", "authentication"}, "endpoints"),
)
_SUBSCRIPTION_KEYS: Final = (
    {"subscriptionid", "tenantid"},
    {"hometenantid", "tenantid"},
    {"tenantid", "state"},
    {"subscriptionpolicies", "state"},
)
_STAMP_SUBSCRIPTIONS: Final = frozenset(
    ("default provider subscription", "metering subscription", "consumption subscription")
)
_AZURE_CLOUDS: Final = frozenset(("azurecloud", "azureusgovernment", "azurechinacloud"))
_NAME_KINDS: Final = (
    ("lock", "locks"),
    ("roleassignment", "role-assignments"),
    ("roledefinition", "role-definitions"),
    ("role", "role-assignments"),
    ("activity", "activity-log"),
    ("alert", "alerts"),
    ("fabric", "fabric-locations"),
    ("infrastructurelocation", "fabric-locations"),
    ("node", "scale-unit-nodes"),
    ("scaleunit", "scale-units"),
    ("stampinfo", "stamp-information"),
    ("stampsubscription", "stamp-subscriptions"),
    ("hubsubscription", "stamp-subscriptions"),
    ("adminsubscription", "stamp-subscriptions"),
    ("providersubscription", "stamp-subscriptions"),
    ("usagerecord", "usage-records"),
    ("subscriberusage", "usage-records"),
    ("provider", "provider"),
    ("endpoint", "endpoints"),
    ("token", "registration-token"),
    ("operator", "operator"),
    ("activation", "activation"),
    ("subscription", "subscription"),
    ("account", "subscription"),
    ("registration", "registration"),
)
_ADMIN_HOST: Final = re.compile(r"^(?:(?:get|head)\s+)?https?://adminmanagement\.", re.IGNORECASE)
_URL: Final = re.compile(
    r"\s*(?:(?:get|head)\s+)?(?:https?://[^/?#]*)?(?=[/?#]|$)([^?#]*)", re.IGNORECASE
)


def kind_of_name(file_name: str) -> str:
    """The kind that a file name suggests, or an empty string.

    Only for what has no content to judge by: an empty list, an error body, no bytes.
    """
    plain = re.sub(r"[^a-z]", "", file_name.rpartition("/")[2].lower())
    return next((kind for word, kind in _NAME_KINDS if word in plain), "")


def kind_of_request(request: str) -> str:
    """The kind that a request (URL, path or cmdlet) asks for, or an empty string."""
    lowered = request.strip().lower()
    if lowered.startswith("get-azurestackstampinformation"):
        return "stamp-information"
    path = request_path(lowered)
    kind = _kind_of_path(path)
    if kind or not _SUBSCRIPTION_ID.fullmatch(path):
        return kind
    return "stamp-subscriptions" if _ADMIN_HOST.search(lowered) else "subscription"


def request_path(request: str) -> str:
    """The path of a URL, decoded, without method, host, query and trailing slash."""
    match = _URL.match(request)
    path = match.group(1).rstrip("/") if match else ""
    if "%" in path:
        path = unquote(path)
    # Some clients leave an empty segment where a parent resource would be named.
    while "//" in path:
        path = path.replace("//", "/")
    return path


def request_query(request: str) -> dict[str, str]:
    """The options of a URL by their lower-case names, percent-encoding undone."""
    query = request.partition("#")[0].partition("?")[2]
    pairs = (part.partition("=") for part in query.split("&") if part)
    return {
        unquote(name.replace("+", " ")).strip().lower(): unquote(value.replace("+", " ")).strip()
        for name, _, value in pairs
    }


def _kind_of_path(path: str) -> str:
    path = path.lower()
    return next((kind for pattern, kind in _ID_KINDS if pattern.search(path)), "")


def kind_of_item(item: Item) -> str:
    """The kind of one JSON object, or an empty string."""
    keys = item.keys()
    if any(wanted <= keys for wanted, _ in _KEY_KINDS[:2]):
        return "activity-log"
    kind = _kind_of_path(item.id)
    if kind:
        return kind
    if _is_provider(item):
        return "provider"
    if is_another_product(item):
        return ""
    found = next((kind for wanted, kind in _KEY_KINDS if wanted <= keys), "")
    return found or _kind_of_subscription(item) or _kind_of_type(item)


def is_another_product(item: Item) -> bool:
    """Whether its id or type names a provider that has nothing to do with Azure Stack Hub, such
    as Azure Stack HCI, whose clusters have a Cloud ID and a billing model too.
    """
    identity = item.id.lower()
    namespace = identity.rpartition("/providers/")[2].partition("/")[0]
    known = _PROVIDERS
    if "/providers/" not in identity:
        known = _TYPE_PROVIDERS
        kind = item.own("type", "resourcetype")
        named = isinstance(kind, str) and kind.lower().startswith("microsoft.")
        namespace = kind.lower().partition("/")[0] if named else ""
    return bool(namespace) and not (namespace in known or namespace.endswith(".admin"))


def _is_provider(item: Item) -> bool:
    namespace = item.own("namespace", "providernamespace")
    return isinstance(namespace, str) and namespace.lower() == "microsoft.azurestack"


def _kind_of_type(item: Item) -> str:
    kind = item.own("type", "resourcetype")
    return _TYPES.get(kind.strip("/").lower(), "") if isinstance(kind, str) else ""


def _kind_of_subscription(item: Item) -> str:
    keys = item.keys()
    if not (
        _SUBSCRIPTION_ID.fullmatch(item.id.lower())
        or any(wanted <= keys for wanted in _SUBSCRIPTION_KEYS)
    ):
        return ""
    return "stamp-subscriptions" if is_stamp_subscription(item) else "subscription"


def is_stamp_subscription(item: Item) -> bool:
    """Whether a subscription is one of the stamp's own rather than of Azure."""
    if _is_subscription_of_azure(item):
        return False
    name = item.own("displayname", "name")
    if isinstance(name, str) and name.strip().lower() in _STAMP_SUBSCRIPTIONS:
        return True
    return _policy(item, "locationplacementid") == "AzureStack" or bool(
        item.keys() & {"offerid", "delegatedprovidersubscriptionid"}
    )


def _policy(item: Item, name: str) -> object:
    return Item(as_mapping(item.prop("subscriptionpolicies")) or {}).own(name)


def _is_subscription_of_azure(item: Item) -> bool:
    """Whether it has what the stamp's own never have: a quota, or a cloud of Azure's."""
    quota, cloud = _policy(item, "quotaid"), item.own("environmentname")
    named = isinstance(cloud, str) and cloud.strip().lower() in _AZURE_CLOUDS
    return named or (isinstance(quota, str) and bool(quota.strip()))


def kind_of_body(body: object) -> str:
    """The kind of a JSON body; of a mixed listing the kind that comes first in ``KINDS``."""
    found = list(items(body))
    kinds = {kind_of_item(item) for item in found}
    if "stamp-subscriptions" in kinds and not any(map(_is_subscription_of_azure, found)):
        # One account lists the subscriptions of one cloud, whatever each of them is called.
        kinds.discard("subscription")
    return next((kind for kind in KINDS if kind in kinds), "")
