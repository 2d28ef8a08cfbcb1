"""The registrations seen in Azure while a scan goes by, and who claims them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

import msgspec

from stampcheck.engine import RuleSet
from stampcheck.facts import CLAIMED_REGISTRATION, CLOUD_ID, REGISTRATION_ID, SUBSCRIPTION_ID
from stampcheck.judging import Judged
from stampcheck.model import Facts, Known, Missing, Reason, SeenRegistration
from stampcheck.parse.value import Unreadable, resource_id


class Registrations:
    """The registrations seen in Azure: one entry an id, an answer with a Cloud ID preferred."""

    def __init__(self) -> None:
        self._seen: dict[str, SeenRegistration] = {}
        self._claims: dict[str, str] = {}

    def add(self, judged: Judged) -> None:
        """Take over what one stamp's documents show, and which of it the stamp claims."""
        self.see(judged.seen)
        if judged.claimed:
            self._claims[judged.claimed] = judged.record.stamp

    def see(self, seen: Iterable[SeenRegistration]) -> None:
        """Take over registrations."""
        for one in seen:
            known = self._seen.get(one.id.lower())
            if known is None or (one.cloud_id and not known.cloud_id):
                self._seen[one.id.lower()] = one

    def all(self) -> tuple[SeenRegistration, ...]:
        """Every registration by id, each with the stamp that claims it."""
        return tuple(
            msgspec.structs.replace(one, claimed_by=self._claims.get(key, ""))
            for key, one in sorted(self._seen.items())
        )


def unclaimed_of(seen: Iterable[SeenRegistration], rules: RuleSet) -> tuple[tuple[str, Facts], ...]:
    """The registrations that nobody claims: the id of each, and its facts for the fleet rules."""
    return tuple((one.id, _facts_of(one, rules)) for one in seen if not one.claimed_by)


def _facts_of(seen: SeenRegistration, rules: RuleSet) -> Facts:
    gap = Missing(Reason.ABSENT_IN_ANSWER, f"{seen.source.document} does not give it")
    facts: dict[Any, Known[Any] | Missing] = dict.fromkeys(rules.fleet_facts, gap)
    told: dict[Any, Any] = {CLOUD_ID: seen.cloud_id, SUBSCRIPTION_ID: seen.subscription}
    with contextlib.suppress(Unreadable):
        told[REGISTRATION_ID] = told[CLAIMED_REGISTRATION] = resource_id(seen.id)
    for fact, value in told.items():
        if fact in facts and value:
            facts[fact] = Known(value, seen.source)
    return facts
