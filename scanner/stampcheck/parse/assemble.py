"""One stamp's evidence to its facts: which reader answers which fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from stampcheck import facts
from stampcheck.model import Fact, Known, Missing
from stampcheck.parse import (
    activation,
    connection,
    locks,
    presence,
    registration,
    roles,
    stamp,
    subscription,
)
from stampcheck.parse.evidence import Evidence

Reader = Callable[[Evidence], Known[Any] | Missing]


def _cloud_id(evidence: Evidence) -> Known[str] | Missing:
    """The Cloud ID by the stamp; where the stamp is silent, by its registration."""
    own = stamp.stamp_side_cloud_id(evidence)
    if isinstance(own, Known):
        return own
    seen = registration.cloud_id(evidence)
    return seen if isinstance(seen, Known) and own.reason not in _CONTRADICTED else own


_CONTRADICTED: Final = ("ambiguous", "unsupported-version")

READERS: Final[Mapping[Fact[Any], Reader]] = {
    facts.ACTIVATED_REGISTRATION: activation.activated_registration,
    facts.ACTIVATION_EXPIRES: activation.expires,
    facts.ACTIVATION_PRESENT: activation.is_present,
    facts.ACTIVATION_STATE: activation.provisioning_state,
    facts.AZURE_ENVIRONMENT: activation.azure_environment,
    facts.BILLING_MODEL: registration.billing_model,
    facts.CLOUD_ID: _cloud_id,
    facts.CONNECTION: connection.connection,
    facts.DEPLOYMENT_ID: stamp.deployment_id,
    facts.IDENTITY_SYSTEM: stamp.identity_system,
    facts.LOCKS: locks.locks,
    facts.NODES: stamp.nodes,
    facts.REGISTRATION_CLOUD_ID: registration.cloud_id,
    facts.REGISTRATION_ID: registration.identity,
    facts.REGISTRATION_OBJECT_ID: registration.object_id,
    facts.REGISTRATION_PRESENT: presence.is_present,
    facts.ROLE_HELD: roles.role_held,
    facts.STAMP_VERSION: stamp.stamp_version,
    facts.SUBSCRIPTION_ID: subscription.subscription_id,
    facts.SUBSCRIPTION_OFFER: subscription.offer,
    facts.SUBSCRIPTION_TENANT: subscription.tenant,
    facts.SYNDICATION: activation.syndication,
    facts.TENANT_HISTORY: roles.tenant_history,
    facts.TENANT_REFERENCE: subscription.tenant_reference,
    facts.TOKEN_BILLING_MODEL: stamp.token_billing_model,
    facts.USAGE_ALERT_ERRORS: stamp.usage_alert_errors,
    facts.USAGE_REPORTING: activation.usage_reporting,
}
"""Every fact that evidence answers; the run itself brings AS_OF and EXPIRY_WINDOWS."""


def assemble(
    evidence: Evidence, wanted: Iterable[Fact[Any]], run: Mapping[Fact[Any], Known[Any]]
) -> dict[Fact[Any], Known[Any] | Missing]:
    """The wanted facts of one stamp; ``run`` holds those that the run itself brings."""
    return {fact: run[fact] if fact in run else READERS[fact](evidence) for fact in wanted}
