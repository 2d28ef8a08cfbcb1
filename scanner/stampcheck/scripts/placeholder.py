"""The words in braces that the paths and commands of recipes leave to be filled in."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PLACEHOLDERS: Final = MappingProxyType(
    {
        "subscription_id": "Azure subscription of the registration",
        "resource_group": "resource group of the registration",
        "registration_name": "registration name",
        "registration_id": "resource id of the registration",
        "provider_subscription_id": "Default Provider Subscription of the stamp",
        "region": "region of the stamp",
        "privileged_endpoint": "IP address of the privileged endpoint",
        "token_file": "path of the saved registration token",
    }
)
"""What a command may need to be told, in the words that stand in ``<FILL: ...>``."""

DAYS_AGO: Final = MappingProxyType({"since": 89, "usage_from": 2, "usage_until": 1})
"""Placeholders that are dates (``2026-11-22``), as so many days before today, UTC. A day of usage
can only be asked for once it is over (facts/azure.md 2.4).
"""
