"""The stamp's alerts about its registration and its usage (facts/azure.md 2.5).

Alerts are told by title first, then by the bridge that raised them. Closed ones never count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.shape import ABSENT, Item, as_list, as_mapping
from stampcheck.parse.value import shown
from stampcheck.parse.whose_stamp import of_another_stamp
from stampcheck.values import ActiveAlerts, Alert

_WHAT: Final = "the stamp's alerts"
_ACTIVATION_TITLES: Final = {
    "activationrequired": "Activation Required",
    "activationexpiringsoon": "Activation Expiring Soon",
    "activationexpired": "Activation Expired",
}
_UPLOAD_TITLE: Final = "unabletoconnecttotheremoteservice"
_BRIDGES: Final = {"usagebridge": "UsageBridge", "azurebridge": "AzureBridge"}
_RELATED: Final = (*_BRIDGES, "azurestackactivation")
_RAISED_BY: Final = ("faultTypeId", "faultHash", "impactedResourceDisplayName")
_CODES: Final = {
    code.lower(): code
    for code in (
        "NetworkError",
        "RequestTimedOut",
        "LoginError",
        "CertificateValidationError",
        "Unauthorized",
    )
}
_LISTING: Final = re.compile(
    r"/subscriptions/[^/]+/resourcegroups/system\.[^/]+"
    r"/providers/microsoft\.infrastructureinsights\.admin/regionhealths/[^/]+/alerts"
)
_HARMLESS: Final = frozenset(("api-version", "$filter", "$orderby"))
_OF_ACTIVE: Final = re.compile(r"\(?\s*properties/state\s+eq\s+'active'\s*\)?")
# Bounded, so that a text of blanks costs no more than its length.
_MARKUP: Final = re.compile(r"<[\s/]{0,8}newline[\s/]{0,8}>", re.IGNORECASE)
_APART: Final = re.compile(r"[\W_]+")
# Beside the control characters those that are not seen or turn a line around.
_UNSEEN: Final = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)
_MAX_READ: Final = 4_000
_MAX_TEXT: Final = 200
_MAX_CODE: Final = 80
_MAX_ALERTS: Final = 100


def alerts(evidence: Evidence) -> Known[ActiveAlerts] | Missing:
    """Active alerts about registration or usage, by the newest listing, read once."""
    found: Known[ActiveAlerts] | Missing | None = evidence.derived.get("alerts")
    if found is None:
        found = evidence.derived["alerts"] = _alerts(evidence)
    return found


def usage_alert_errors(evidence: Evidence) -> Known[tuple[str, ...]] | Missing:
    """Error codes of the usage bridge's active alerts; ``unknown`` where one gives none."""
    found = alerts(evidence)
    if isinstance(found, Missing):
        return found
    ours = [alert for alert in found.value.seen if alert.is_of_usage]
    codes = {alert.error_code or "unknown" for alert in ours if alert.is_told}
    if not codes and ours:
        text = f'the alert "{ours[0].title}" tells no more than the role: read it on the stamp'
        return Missing(Reason.NEEDS_HUMAN, text)
    if not codes and found.value.doubt:
        return Missing(Reason.AMBIGUOUS, found.value.doubt)
    return Known(tuple(sorted(codes)), found.source)


def _alerts(evidence: Evidence) -> Known[ActiveAlerts] | Missing:
    answers = [held for held in evidence.of("alerts") if held.is_answer]
    if not answers:
        return evidence.gap("alerts", _WHAT)
    newest = answers[0].document.collected_at
    same = [held for held in answers if held.document.collected_at == newest]
    foreign = next(filter(None, (of_another_stamp(evidence, held) for held in same)), "")
    if foreign:
        return Missing(Reason.AMBIGUOUS, foreign)
    read = [_active(held) for held in same]
    seen = {alert for one in read for alert in one.seen}
    whole = [one for one in read if not one.doubt]
    if any(len(one.seen) < len(seen) for one in whole):
        labels = " and ".join(sorted(held.label for held in same)[:2])
        return Missing(Reason.AMBIGUOUS, f"{labels} are of the same time and differ in alerts")
    doubt = "" if whole else read[0].doubt
    if not seen and doubt:
        return Missing(Reason.AMBIGUOUS, doubt)
    return Known(ActiveAlerts(_in_order(seen), doubt), answers[0].source("value[].properties"))


def _in_order(seen: Iterable[Alert]) -> tuple[Alert, ...]:
    """The order of titles, whatever the order of the listing."""
    return tuple(
        sorted(seen, key=lambda one: (one.title, one.fault_type, one.error_code, str(one)))
    )


def _active(held: Held) -> ActiveAlerts:
    """What one listing shows, and the first reason why it may not show all."""
    seen: set[Alert] = set()
    doubts = list(_doubts(held))
    for item in held.items:
        alert = _alert(item)
        state = item.prop("state")
        word = state.strip().lower() if isinstance(state, str) else ""
        if alert is None or word == "closed":
            continue
        if word != "active" or not alert.title:
            told = f"{alert.title or 'an alert without a title'!r} in state {shown(_told(state))}"
            doubts.append(f"{held.label} holds {told}")
        elif not alert.component:
            doubts.append(f"{held.label} holds {alert.title!r}, which is no known alert")
        elif len(seen) < _MAX_ALERTS:
            seen.add(alert)
        else:
            doubts.append(f"{held.label} holds more than {_MAX_ALERTS} alerts")
    return ActiveAlerts(tuple(seen), doubts[0] if doubts else "")


def _told(state: object) -> object:
    return clean(state, _MAX_TEXT) if isinstance(state, str) else "none"


def _doubts(held: Held) -> Iterator[str]:
    """Why a listing may leave out an active alert: absence counts of a known scope only."""
    listed = as_list(held.body)
    if _LISTING.fullmatch(held.path) is None:
        yield f"{held.label} does not tell that all alerts of the region were asked for"
    elif held.query.keys() - _HARMLESS or not _is_of_active(held):
        yield f"{held.label} is a listing that was narrowed down to something else"
    elif not held.is_whole:
        yield f"{held.label} goes on at a further page"
    elif listed is None or len(listed) > len(held.items):
        yield f"{held.label} is no listing of alerts"


def _is_of_active(held: Held) -> bool:
    wanted = held.query.get("$filter", "").lower()
    return not wanted or _OF_ACTIVE.fullmatch(wanted) is not None


def _alert(item: Item) -> Alert | None:
    """The alert that an entry is; None where it is about something else. One that tells neither
    title nor fault may be about anything: it is given without a title. One that sounds like one of
    these, and is none that is known, is given without a component.
    """
    title, fault = clean(item.prop("title")), clean(item.prop("faultTypeId"))
    key, raised_by = _key(title), _raised_by(item)
    component = _component(key, raised_by)
    if not component and (title or fault) and not _is_related(key, raised_by):
        return None
    named = f"alert of {component}" if component else ""
    return Alert(
        title=_ACTIVATION_TITLES.get(key) or title or fault or named,
        fault_type=fault,
        component=component,
        error_code=_error_code(item),
        severity=clean(item.prop("severity")),
    )


def _key(text: str) -> str:
    """Letters and digits of a text, whatever its case, spaces, stops and forms of letters."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _APART.sub("", plain.casefold())


def _raised_by(item: Item) -> str | None:
    """What an alert is said to be raised by; None where nothing is told."""
    told = [item.prop(name) for name in _RAISED_BY]
    impacted = item.prop("impactedResourceId")
    told.append(impacted.rpartition("/")[2] if isinstance(impacted, str) else impacted)
    if all(word is ABSENT or word is None for word in told):
        return None
    return " ".join(_key(word[:_MAX_READ]) for word in told if isinstance(word, str))


def _component(key: str, raised_by: str | None) -> str:
    if key in _ACTIVATION_TITLES:
        return "AzureBridge"
    if raised_by is None:
        return "UsageBridge" if key == _UPLOAD_TITLE else ""
    return next((name for word, name in _BRIDGES.items() if word in raised_by), "")


def _is_related(key: str, raised_by: str | None) -> bool:
    words = f"{key} {raised_by or ''}"
    return key.startswith("activation") or any(word in words for word in _RELATED)


def _error_code(item: Item) -> str:
    """The code in its documented spelling; its value may go on with markup and words."""
    told = Item(as_mapping(item.prop("alertProperties")) or {}).own("errorCode")
    code = clean(told, _MAX_CODE)
    return _CODES.get(code.partition(" ")[0].lower(), code)


def clean(value: object, limit: int = _MAX_TEXT) -> str:
    """A hostile text on one line, within bounds; anything but a text is empty."""
    if not isinstance(value, str):
        return ""
    plain = _MARKUP.sub(" ", value[:_MAX_READ])
    plain = _UNSEEN.sub(" ", plain).strip()
    return plain if len(plain) <= limit else plain[: limit - 3].rstrip() + "..."
