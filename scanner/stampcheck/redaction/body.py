"""The bodies of documents with pseudonyms: what is not known to say nothing of anybody is withheld.

A field that the parsers read keeps its words, rewritten; a name gets a pseudonym of its kind; any
other text that is no id, date, number or version becomes a ``TEXT``. So a field that nobody thought
of lets nothing out.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from stampcheck.redaction import public
from stampcheck.redaction.pseudonym import Kind, is_guid
from stampcheck.redaction.rewriting import Rewriter, is_ip

_KINDS: Final = {
    "cloudid": Kind.CLOUD,
    "stampcloudid": Kind.CLOUD,
    "subscriptionid": Kind.SUBSCRIPTION,
    "subscription": Kind.SUBSCRIPTION,
    "delegatedprovidersubscriptionid": Kind.SUBSCRIPTION,
    "tenantid": Kind.TENANT,
    "hometenantid": Kind.TENANT,
    "aadtenantid": Kind.TENANT,
    "tenant": Kind.TENANT,
    "deploymentid": Kind.DEPLOYMENT,
    "stampinformationid": Kind.DEPLOYMENT,
    "objectid": Kind.OBJECT,
    "principalid": Kind.OBJECT,
    "clientid": Kind.OBJECT,
    "appid": Kind.OBJECT,
    "createdby": Kind.USER,
    "lastmodifiedby": Kind.USER,
    "updatedby": Kind.USER,
    "caller": Kind.USER,
    "account": Kind.USER,
    "user": Kind.USER,
    "owner": Kind.USER,
    "userprincipalname": Kind.USER,
    "resourcegroup": Kind.GROUP,
    "resourcegroupname": Kind.GROUP,
    "rolename": Kind.ROLE,
    "role": Kind.ROLE,
    "roledefinitionname": Kind.ROLE,
    "name": Kind.NAME,
    "displayname": Kind.NAME,
    "regionname": Kind.REGION,
    "region": Kind.REGION,
    "location": Kind.REGION,
    "infrastructurelocation": Kind.REGION,
    "computername": Kind.HOST,
    "hostname": Kind.HOST,
    "machine": Kind.HOST,
}
_DOMAINS: Final = re.compile(
    r"(?:external|internal)?domain(?:fqdn)?|aadtenantname|externaldnsfqdn\d*"
)
_KEPT: Final = frozenset(
    (
        *("type", "kind", "state", "status", "statusvalue", "level", "severity", "reason"),
        *("message", "code", "error", "errordescription", "errorcode", "title", "problem"),
        *("billingmodel", "provisioningstate", "registrationstate", "namespace", "value"),
        *("quotaid", "spendinglimit", "locationplacementid", "offerid", "authorizationsource"),
        *("identitysystem", "azureenvironmentname", "environmentname", "environment", "cloudname"),
        *("operationname", "localizedvalue", "principaltype", "createdbytype"),
        *("lastmodifiedbytype", "actions", "notactions", "dataactions", "notdataactions"),
        *("registrationpolicy", "resourcetype", "locations", "apiversions", "faulttypeid"),
        *("impactedresourcedisplayname", "impactedresourceid", "alertid", "aggregationgranularity"),
        *("languagemode", "powershellversion", "powershelledition", "version", "prerelease"),
        *("branch", "modules", "accountkind", "scaleunittype", "scaleunitnodestatus"),
        *("agreementnumberends", "hardwareinfo", "stampversion", "oemversion", "ismultinode"),
        *("conditions", "condition", "zone", "usagestarttime", "usageendtime", "remediation"),
        *("category", "providernamespace", "resourceprovidername", "loginendpoint", "role"),
    )
)
_PLAIN: Final = re.compile(
    r"|true|false|null|-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?%?"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\\?/Date\(-?\d{1,18}(?:[+-]\d{4})?\)\\?/",
    re.IGNORECASE,
)
_MICROSOFT: Final = re.compile(
    r"Az|AzureRM|AzureStack|(?:Microsoft|Az|AzureRM|AzureStack|Azs)(?:\.[A-Za-z]+)+(?:/[A-Za-z*]+)*"
)
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([0-9a-f-]{32,36})(?![0-9a-f-])", re.IGNORECASE)
_SHARED: Final = frozenset(("modules", "loadedmodules"))
_DEPTH: Final = re.compile(r"(?P<key>\w+)=(?P<value>[^;}]*)")


def rewrite_body(value: Any, rewriter: Rewriter) -> Any:  # noqa: ANN401 (JSON)
    """JSON with pseudonyms. Ids are met before names, so that a name gets the kind of its id."""
    return _value("", value, "", rewriter)


def learn_ids(value: Any, rewriter: Rewriter, key: str = "") -> None:  # noqa: ANN401 (JSON)
    """Let ids be met under the keys that tell their kind, before any text that holds one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            learn_ids(inner, rewriter, plain(name))
    elif isinstance(value, list):
        for inner in value:
            learn_ids(inner, rewriter, key)
    elif isinstance(value, str):
        if key in _KINDS and is_guid(value):
            rewriter.names.give(_KINDS[key], value)
        for found in _SUBSCRIPTION.findall(value):
            rewriter.names.give(Kind.SUBSCRIPTION, found)


def _value(key: str, value: Any, above: str, rewriter: Rewriter) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        return _object(key, value, rewriter)
    if isinstance(value, list):
        return [_value(key, inner, above, rewriter) for inner in value]
    return _string(key, value, above, rewriter) if isinstance(value, str) else value


def _object(key: str, value: dict[str, Any], rewriter: Rewriter) -> dict[str, Any]:
    if key == "tags":
        return {
            rewriter.names.give(Kind.TAG, name): rewriter.names.give(Kind.TEXT, str(inner))
            for name, inner in value.items()
        }
    order = sorted(value, key=lambda name: not plain(name).endswith("id"))
    made = {name: _value(plain(name), value[name], key, rewriter) for name in order}
    return {rewriter.key(name): made[name] for name in value}


def plain(key: str) -> str:
    """A key without case, dashes and underscores."""
    return re.sub(r"[\W_]", "", key).lower()


def _string(key: str, text: str, above: str, rewriter: Rewriter) -> str:
    if not text or (_PLAIN.fullmatch(text) and key not in _KINDS and not is_ip(text)):
        return text
    inner = _inner(key, text, rewriter)
    if inner is not None:
        return inner
    if above == "user" and key == "name":
        return rewriter.names.give(Kind.USER, text)
    if key in _KINDS and (is_guid(text) or "/" not in text):
        return _named(key, text, above, rewriter)
    if _DOMAINS.fullmatch(key):
        return rewriter.domain(text)
    return _formed(key, text, rewriter)


def _named(key: str, text: str, above: str, rewriter: Rewriter) -> str:
    """A text under a key that names something."""
    known = rewriter.names.known(text)
    if known is not None or is_guid(text):
        return known or rewriter.names.give(_KINDS[key], text)
    if above in _SHARED or _MICROSOFT.fullmatch(text):
        # Modules of PowerShell and providers of Azure bear the same names everywhere.
        return rewriter.text(text)
    return rewriter.name(_KINDS[key], text)


def _formed(key: str, text: str, rewriter: Rewriter) -> str:
    """A text by its form, and by its key where that tells that it names nobody."""
    if text.startswith("/"):
        return rewriter.path(text)
    if re.match(r"https?://", text, re.IGNORECASE):
        return rewrite_request(text, rewriter)
    if key in _KEPT or _MICROSOFT.fullmatch(text):
        return rewriter.text(text)
    if is_ip(text):
        return rewriter.host(text)
    if is_guid(text) or text.lower() in public.NAMES:
        return rewriter.text(text)
    return rewriter.name(Kind.TEXT, text)


def _inner(key: str, text: str, rewriter: Rewriter) -> str | None:
    """JSON within a string, and objects that PowerShell cut off: field by field."""
    if text[:1] in ("{", "["):
        try:
            return json.dumps(_value(key, json.loads(text), "", rewriter), ensure_ascii=False)
        except (ValueError, RecursionError):
            return None
    if text.startswith("@{") and text.endswith("}"):
        return _DEPTH.sub(lambda found: _field(found, rewriter), text)
    return None


def _field(found: re.Match[str], rewriter: Rewriter) -> str:
    return f"{found['key']}={_value(plain(found['key']), found['value'], '', rewriter)}"


def rewrite_request(request: str, rewriter: Rewriter) -> str:
    """A URL or command by which a document was asked for."""
    found = re.match(r"((?:get |head )?https?://)([^/?#]*)(.*)", request, re.IGNORECASE | re.DOTALL)
    if found is None:
        return rewriter.path(request)
    start, host, path = found.groups()
    name, mark, port = host.partition(":")
    return f"{start}{rewriter.host(name)}{mark}{port}{rewriter.path(path)}"
