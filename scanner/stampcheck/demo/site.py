"""A demo stamp and everything that follows from its name: ids, addresses, resource ids."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_DNS, uuid5

import msgspec

_ROOT: Final = uuid5(NAMESPACE_DNS, "demo.stampcheck.invalid")
_HOSTS: Final = {
    "AzureCloud": "https://management.azure.com",
    "AzureUSGovernment": "https://management.usgovcloudapi.net",
    "AzureChinaCloud": "https://management.chinacloudapi.cn",
}
OWNER_ROLE: Final = "6f12a6df-dd06-4f3e-bcb1-ce8be600526a"
"""The built-in role Azure Stack Registration Owner."""


def guid(*words: str) -> str:
    """An invented GUID that is the same for the same words on every run."""
    return str(uuid5(_ROOT, "/".join(words)))


def home_tenant(cloud: str) -> str:
    """The directory tenant of the company's subscriptions in a cloud."""
    return guid("tenant", cloud)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A stamp that the fictional Contoso runs. An empty word gives the usual value; ``suffix`` is
    its external domain without the region.
    """

    name: str
    model: str = "PayAsYouUse"
    cloud: str = "AzureCloud"
    identity: str = "AzureAD"
    principal: bool = True
    subscription: str = ""
    group: str = "azurestack"
    registration: str = ""
    origin: str = ""
    suffix: str = "stack.contoso.example"

    @property
    def region(self) -> str:
        """The region is named after the city."""
        return (
            "".join(
                sign
                for sign in self.name.rpartition("-")[2].lower()
                if sign.isascii() and sign.isalnum()
            )
            or "lab"
        )

    @property
    def cloud_id(self) -> str:
        """Cloud ID; a clone keeps that of the stamp it was made from (``origin``)."""
        return guid("cloud", self.origin or self.name)

    @property
    def deployment_id(self) -> str:
        """Deployment ID, the stamp's own in any case."""
        return guid("deployment", self.name)

    @property
    def object_id(self) -> str:
        """Object id of the registration's service principal, or nothing."""
        return guid("principal", self.name) if self.principal else ""

    @property
    def tenant(self) -> str:
        """Home tenant of the Azure subscription."""
        return home_tenant(self.cloud)

    @property
    def subscription_id(self) -> str:
        """Azure subscription of the registration."""
        return guid("subscription", self.subscription or self.name)

    @property
    def provider_subscription(self) -> str:
        """Default Provider Subscription of the stamp."""
        return guid("provider", self.name)

    @property
    def registration_name(self) -> str:
        """Name of the registration in Azure."""
        return self.registration or f"AzureStack-{self.cloud_id}"

    @property
    def subscription_path(self) -> str:
        """Resource id of the Azure subscription."""
        return f"/subscriptions/{self.subscription_id}"

    @property
    def group_path(self) -> str:
        """Resource id of the registration's resource group."""
        return f"{self.subscription_path}/resourceGroups/{self.group}"

    @property
    def registration_id(self) -> str:
        """Resource id of the registration."""
        kind = "providers/Microsoft.AzureStack/registrations"
        return f"{self.group_path}/{kind}/{self.registration_name}"

    @property
    def azure(self) -> str:
        """Where Azure is asked."""
        return _HOSTS[self.cloud]

    @property
    def domain(self) -> str:
        """External domain of the stamp."""
        return f"{self.region}.{self.suffix}"

    @property
    def admin(self) -> str:
        """Where the stamp's administrator endpoint is asked."""
        return f"https://adminmanagement.{self.domain}"
