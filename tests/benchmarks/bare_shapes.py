"""Typed structs for exactly the fields of a generated fleet that the bare loop looks at."""

from __future__ import annotations

from datetime import datetime

import msgspec

Span = tuple[int, int]


class Declared(msgspec.Struct):
    """What the inventory says of a stamp."""

    expected_tenant: str = ""


class Entry(msgspec.Struct):
    """A line of ``stamps.jsonl``."""

    name: str
    declared: Declared
    documents: list[Span]
    shared: list[Span]


class _Document(msgspec.Struct):
    label: str
    request: str
    status: int
    reason: str = ""


class RegistrationFields(msgspec.Struct, rename="camel"):
    """What a registration says."""

    object_id: str
    cloud_id: str
    billing_model: str


class RegistrationBody(msgspec.Struct):
    """A registration in Azure."""

    id: str
    properties: RegistrationFields


class Registration(_Document, kw_only=True):
    """The answer about a registration."""

    body: RegistrationBody


class ActivationFields(msgspec.Struct, rename="camel"):
    """What an activation says."""

    expiration: datetime
    usage_reporting_enabled: bool


class ActivationBody(msgspec.Struct):
    """An activation, or an error without properties."""

    properties: ActivationFields | None = None


class Activation(_Document, kw_only=True):
    """The answer about an activation."""

    body: ActivationBody


class StampBody(msgspec.Struct):
    """What the privileged endpoint says of a stamp."""

    cloud_id: str = msgspec.field(name="CloudID")
    deployment_id: str = msgspec.field(name="DeploymentID")


class StampInformation(_Document, kw_only=True):
    """The answer of the privileged endpoint."""

    body: StampBody


class AssignmentFields(msgspec.Struct, rename="camel"):
    """What a role assignment says."""

    principal_id: str
    scope: str
    created_on: str


class Assignment(msgspec.Struct):
    """A role assignment."""

    properties: AssignmentFields


class AssignmentList(msgspec.Struct):
    """A listing of role assignments."""

    value: list[Assignment]


class RoleAssignments(_Document, kw_only=True):
    """The answer about role assignments."""

    body: AssignmentList


class StampSubscription(msgspec.Struct, rename="camel"):
    """A subscription of the stamp's own."""

    subscription_id: str
    display_name: str


class StampSubscriptionList(msgspec.Struct):
    """A listing of the stamp's own subscriptions."""

    value: list[StampSubscription]


class StampSubscriptions(_Document, kw_only=True):
    """The answer about the stamp's own subscriptions."""

    body: StampSubscriptionList


class SubscriptionBody(msgspec.Struct, rename="camel"):
    """An Azure subscription."""

    subscription_id: str
    tenant_id: str


class Subscription(_Document, kw_only=True):
    """The answer about an Azure subscription."""

    body: SubscriptionBody


class LockFields(msgspec.Struct):
    """What a lock says."""

    level: str


class Lock(msgspec.Struct):
    """A management lock."""

    id: str
    name: str
    properties: LockFields


class LockList(msgspec.Struct):
    """A listing of locks."""

    value: list[Lock]


class Locks(_Document, kw_only=True):
    """The answer about locks."""

    body: LockList


class Shared(msgspec.Struct):
    """The documents of a subscription, its locks by what they stand on."""

    subscription: Subscription
    locks_label: str
    locks: dict[str, Lock]


class Case(msgspec.Struct):
    """One stamp's documents."""

    name: str
    expected_tenant: str
    registration: Registration
    activation: Activation
    stamp: StampInformation
    roles: RoleAssignments
    shared: Shared
    stamp_subscriptions: StampSubscriptions | None

    @property
    def is_absent(self) -> bool:
        """Whether no activation stands in the Default Provider Subscription."""
        if self.activation.status != 404 or self.stamp_subscriptions is None:
            return False
        own = self.stamp_subscriptions.body.value[0]
        asked = f"/subscriptions/{own.subscription_id}/"
        is_provider = own.display_name == "Default Provider Subscription"
        return is_provider and asked in self.activation.request
