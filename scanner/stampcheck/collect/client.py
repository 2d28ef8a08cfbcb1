"""The client of Azure Resource Manager, of the SDK, over a pipeline of one's own."""

from __future__ import annotations

from typing import Any

from azure.core import AzureClouds
from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import HTTPPolicy, SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.resource.resources import ResourceManagementClient

Policy = HTTPPolicy[Any, Any] | SansIOHTTPPolicy[Any, Any]
"""A step of a pipeline; the SDK's own are typed for old and new requests alike."""


class NoCredential:
    """Stands where the SDK wants a credential although none is used."""

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:  # noqa: ANN401 (as in azure-core)
        """Never called: no policy asks it."""
        raise AssertionError(scopes)


def arm_client(
    base_url: str, policies: list[Policy], over: RequestsTransport
) -> ResourceManagementClient:
    """A client without the SDK's own policies, among them the one that writes (10.4)."""
    # The subscription is in the paths; the cloud is named so that no variable can.
    return ResourceManagementClient(
        NoCredential(),
        "-",
        base_url,
        cloud_setting=AzureClouds.AZURE_PUBLIC_CLOUD,
        policies=policies,
        transport=over,
    )
