"""Which registration is left over beside a stamp's own, as values that fill its runbook."""

from __future__ import annotations

from collections.abc import Iterable

from stampcheck.causes.runbook import quote
from stampcheck.model import SeenRegistration, State
from stampcheck.record import StampRecord
from stampcheck.values import ResourceId


class LeftOvers:
    """The registrations that nobody claims, by Cloud ID."""

    def __init__(self, unclaimed: Iterable[SeenRegistration]) -> None:
        self._by_cloud_id: dict[str, list[ResourceId]] = {}
        for one in unclaimed:
            parsed = ResourceId.parse(one.id)
            if one.cloud_id and parsed is not None and parsed.is_registration:
                self._by_cloud_id.setdefault(one.cloud_id.lower(), []).append(parsed)

    def values(self, record: StampRecord) -> dict[str, str]:
        """What names the left-over of a stamp; nothing where it takes a person to tell which it is.

        It is one only beside a registration that is in use, and only if there is no other.
        """
        found = self._by_cloud_id.get(record.cloud_id.lower(), ())
        if record.state is not State.ACTIVE or len(found) != 1:
            return {}
        stale = found[0]
        if not record.registration_id or stale == ResourceId.parse(record.registration_id):
            return {}
        raw = {
            "stale_subscription_id": stale.subscription,
            "stale_resource_group": stale.resource_group,
            "stale_registration_name": stale.name,
        }
        quoted = {name: quote(text) for name, text in raw.items()}
        known = {name: text for name, text in quoted.items() if text is not None}
        return known if len(known) == len(raw) else {}
