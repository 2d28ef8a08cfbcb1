"""Whether a stamp has to be registered, or registered again: derived of other facts."""

from __future__ import annotations

from typing import Any, Final

from stampcheck.facts import ACTIVATION_PRESENT
from stampcheck.model import Fact, Facts, Known, Missing, Reason
from stampcheck.values import RegistrationDue

NEEDS: Final[tuple[Fact[Any], ...]] = (ACTIVATION_PRESENT,)
"""The facts that it is derived of."""


def registration_due(facts: Facts) -> Known[RegistrationDue] | Missing:
    """Whether a registration is due, by ``NEEDS``."""
    return Missing(Reason.NOT_COLLECTED, f"{len(facts)} facts do not tell yet")
