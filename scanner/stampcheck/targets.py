"""How a fleet is reached: clouds, sign-ins and the endpoints of each stamp. Data only, no secrets.

The inventory names them (``inventory.py``); ``collect`` speaks to them.
"""

from __future__ import annotations

from typing import Final

import msgspec

METHODS: Final = (
    "cli",
    "device-code",
    "browser",
    "client-secret",
    "client-certificate",
    "managed-identity",
    "workload-identity",
    "password",
    "kerberos",
)
"""Ways to sign in; the last two are those of privileged endpoints only."""

OF_ENDPOINTS: Final = frozenset(("password", "kerberos"))
"""Ways to sign in to a privileged endpoint: as Windows agrees (NTLM by an IP address), or by
Kerberos alone.
"""

INTERACTIVE: Final = frozenset(("device-code", "browser"))
"""Ways in which a person takes part, so that they may take minutes."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A ``[sign_in.NAME]`` of the inventory.

    ``tenant`` is a directory tenant (GUID or domain) or ``adfs``. ``secret`` says where the secret
    is, never what it is: ``env:NAME``, ``keyring:SERVICE/USER`` or ``prompt``; of a certificate it
    is the passphrase. ``authority`` is an https address, empty for that of the cloud or the stamp.
    ``user`` is the account of the privileged endpoint, domain before it.
    """

    name: str
    method: str
    tenant: str = ""
    client_id: str = ""
    secret: str = ""
    certificate: str = ""
    authority: str = ""
    user: str = ""


class Cloud(msgspec.Struct, frozen=True, kw_only=True):
    """A cloud of Azure: where ARM answers, where accounts sign in, what tokens are for.

    ``arm`` and ``authority`` are https addresses without a path; ``audience`` the resource that a
    token is asked for (its scope without ``/.default``); ``ca_bundle`` a file, empty: the usual.
    """

    name: str
    arm: str
    authority: str
    audience: str
    ca_bundle: str = ""


CLOUDS: Final = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            name="AzureCloud",
            arm="https://management.azure.com",
            authority="https://login.microsoftonline.com",
            audience="https://management.azure.com",
        ),
        Cloud(
            name="AzureUSGovernment",
            arm="https://management.usgovcloudapi.net",
            authority="https://login.microsoftonline.us",
            audience="https://management.core.usgovcloudapi.net",
        ),
        Cloud(
            name="AzureChinaCloud",
            arm="https://management.chinacloudapi.cn",
            authority="https://login.chinacloudapi.cn",
            audience="https://management.chinacloudapi.cn",
        ),
    )
}
"""The clouds whose addresses are known (facts/azure.md 11)."""

CUSTOM: Final = "CustomCloud"
"""The cloud whose addresses only an inventory can tell."""

CLOUD_NAMES: Final = (*CLOUDS, CUSTOM)
"""Every name that a cloud may have, as stamps report them."""

AD_FS: Final = "adfs"
"""The tenant that stands for AD FS, as azure-identity takes it (facts/azure.md 2.3)."""


class Azure(msgspec.Struct, frozen=True, kw_only=True):
    """The ``[azure]`` table. ``discover`` is ``none``, ``subscriptions`` or ``resource-graph``."""

    sign_in: str = ""
    discover: str = "none"
    subscriptions: tuple[str, ...] = ()


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """How one stamp and its registration are reached. What is empty is not reached, or worked out;
    a sign-in that is empty is that of the Azure CLI.

    ``admin_endpoint`` is the https address of the stamp's admin Resource Manager, ``audience`` what
    its tokens are for (facts/azure.md 2.2), where it is not to be taken from the stamp;
    ``privileged_endpoints`` are ``host``, ``host:port`` (WinRM over HTTP, 5985) or
    ``https://host[:port]`` (5986), the siblings of one stamp.
    """

    name: str
    cloud: str = "AzureCloud"
    azure_sign_in: str = ""
    registration: str = ""
    subscription: str = ""
    admin_endpoint: str = ""
    region: str = ""
    provider_subscription: str = ""
    audience: str = ""
    ca_bundle: str = ""
    stamp_sign_in: str = ""
    privileged_endpoints: tuple[str, ...] = ()
    privileged_endpoint_sign_in: str = ""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a live collection may speak to. ``CustomCloud`` is among the clouds only
    where the inventory tells its addresses.
    """

    azure: Azure = Azure()
    clouds: dict[str, Cloud] = msgspec.field(default_factory=lambda: dict(CLOUDS))
    sign_ins: dict[str, SignIn] = {}
    targets: dict[str, Target] = {}
