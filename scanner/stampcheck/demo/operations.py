"""Stamps of the fleet ``complete`` in which operator, role or activation is the trouble."""

from __future__ import annotations

from collections.abc import Iterator

from stampcheck.demo import answer
from stampcheck.demo.answer import Answer
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import role_assignment, role_definition
from stampcheck.demo.site import Site, guid
from stampcheck.demo.standard import stamp


def operations() -> Iterator[Folder]:
    """Activations that stopped or go on, and a role that the customer made."""
    gdansk, split = Site(name="emea-gdansk"), Site(name="emea-split")
    yield stamp(
        gdansk,
        activation=answer.activation(gdansk, provisioningState="Stopped"),
        operator=answer.operator(gdansk, roles_asked=False, roles=[]),
    )
    yield stamp(split, activation=answer.activation(split, provisioningState="Running"))
    riga = Site(name="emea-riga")
    held = role_assignment(riga, role=guid("custom role"))
    yield stamp(
        riga,
        role_assignments=answer.roles(riga, held),
        role_definitions=answer.role_definitions(riga, role_definition(riga)),
    )


def troubled_operator(site: Site) -> Answer:
    """Constrained language, mixed modules, and an account that may do too little."""
    loaded = ({"name": name, "version": "2.2.8"} for name in ("Az.Accounts", "AzureRM.Profile"))
    contributor = {
        "role": "Contributor",
        "scope": site.subscription_path,
        "actions": ["*"],
        "not_actions": ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
    }
    return answer.operator(
        site,
        language_mode="ConstrainedLanguage",
        loaded_modules=[{**one, "prerelease": ""} for one in loaded],
        roles=[contributor],
    )
