"""One stamp's evidence to its facts: which reader answers which fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from stampcheck import facts
from stampcheck.model import Fact, Facts, Known, Missing
from stampcheck.parse import (
    account,
    activation,
    alerts,
    attested,
    cloud,
    connection,
    declared,
    declared_registration,
    due,
    local_usage,
    locks,
    nodes,
    operator,
    presence,
    principal_role,
    provider,
    refusal,
    registration,
    roles,
    stamp,
    subscription,
)
from stampcheck.parse.evidence import Evidence

Reader = Callable[[Evidence], Known[Any] | Missing]


class Deriver(NamedTuple):
    """What derives a fact, and of which facts."""

    needs: tuple[Fact[Any], ...]
    derive: Callable[[Facts], Known[Any] | Missing]


def _cloud_id(evidence: Evidence) -> Known[str] | Missing:
    """The Cloud ID by the stamp; where the stamp is silent, by its registration."""
    own = presence.stamp_cloud_id(evidence)
    if isinstance(own, Known):
        return own
    seen = registration.cloud_id(evidence)
    return seen if isinstance(seen, Known) and own.reason not in _CONTRADICTED else own


_CONTRADICTED: Final = ("ambiguous", "unsupported-version")

READERS: Final[Mapping[Fact[Any], Reader]] = {
    facts.ACCOUNT_PERMISSIONS: account.account_permissions,
    facts.ACTIVATED_REGISTRATION: activation.activated_registration,
    facts.ACTIVATION_EXPIRES: activation.expires,
    facts.ACTIVATION_PRESENT: activation.is_present,
    facts.ACTIVATION_STATE: activation.provisioning_state,
    facts.AGREEMENT_NUMBER: declared.agreement_number,
    facts.ALERTS: alerts.alerts,
    facts.AZURE_ENVIRONMENT: cloud.azure_environment,
    facts.BILLING_MODEL: registration.billing_model,
    facts.CLAIMED_REGISTRATION: registration.target_of,
    facts.CLOUD_ID: _cloud_id,
    facts.CLOUD_SUPPORTED: attested.cloud_supported,
    facts.CONNECTION: connection.connection,
    facts.DECLARED_REGISTRATION: declared_registration.declared_registration,
    facts.DEPLOYMENT_ID: stamp.deployment_id,
    facts.ENVIRONMENT: declared.environment,
    facts.IDENTITY_SYSTEM: stamp.identity_system,
    facts.IS_DEVELOPMENT_KIT: nodes.is_development_kit,
    facts.LANGUAGE_MODE: operator.language_mode,
    facts.LOCAL_USAGE: local_usage.local_usage,
    facts.LOCKS: locks.locks,
    facts.LOCKS_WHOLE: locks.are_whole,
    facts.NODES: stamp.nodes,
    facts.NODES_AT_REGISTRATION: nodes.nodes_at_registration,
    facts.ONE_PARTNER_ID: attested.one_partner_id,
    facts.OPERATOR_TOOLS: operator.operator_tools,
    facts.PRINCIPAL_ROLE: principal_role.principal_role,
    facts.PROVIDER_STATE: provider.provider_state,
    facts.REGISTRATION_CLOUD_ID: registration.cloud_id,
    facts.REGISTRATION_ID: registration.identity,
    facts.REGISTRATION_OBJECT_ID: registration.object_id,
    facts.REGISTRATION_PRESENT: presence.is_present,
    facts.ROLE_HELD: roles.role_held,
    facts.STAMP_CLOUD_ID: presence.stamp_cloud_id,
    facts.STAMP_VERSION: stamp.stamp_version,
    facts.SUBSCRIPTION_ID: subscription.subscription_id,
    facts.SUBSCRIPTION_OFFER: subscription.offer,
    facts.SUBSCRIPTION_STATE: subscription.state,
    facts.SUBSCRIPTION_TENANT: subscription.tenant,
    facts.SYNDICATION: activation.syndication,
    facts.TENANT_HISTORY: roles.tenant_history,
    facts.TENANT_REFERENCE: subscription.tenant_reference,
    facts.TOKEN_BILLING_MODEL: stamp.token_billing_model,
    facts.TOOLS_FIT: attested.tools_fit,
    facts.USAGE_ALERT_ERRORS: alerts.usage_alert_errors,
    facts.USAGE_REPORTING: activation.usage_reporting,
}
"""Every fact that evidence answers; the run itself brings AS_OF, EXPIRY_WINDOWS, HAS_INVENTORY."""

DERIVED: Final[Mapping[Fact[Any], Deriver]] = {
    facts.REFUSAL_FOLLOWS: Deriver(refusal.NEEDS, refusal.refusal_follows),
    facts.REGISTRATION_DUE: Deriver(due.NEEDS, due.registration_due),
}
"""Facts that follow from other facts and the run's own."""


def assemble(
    evidence: Evidence, wanted: Iterable[Fact[Any]], run: Mapping[Fact[Any], Known[Any]]
) -> dict[Fact[Any], Known[Any] | Missing]:
    """The wanted facts of one stamp; ``run`` holds those that the run itself brings."""
    read: dict[Fact[Any], Known[Any] | Missing] = dict(run)
    return {fact: _state(fact, evidence, read) for fact in wanted}


def _state(
    fact: Fact[Any], evidence: Evidence, read: dict[Fact[Any], Known[Any] | Missing]
) -> Known[Any] | Missing:
    """A fact as it was read before, or read now: what is derived shares its needs with others."""
    known = read.get(fact)
    if known is None:
        deriver = DERIVED.get(fact)
        if deriver is None:
            known = READERS[fact](evidence)
        else:
            known = deriver.derive({need: _state(need, evidence, read) for need in deriver.needs})
        read[fact] = known
    return known
