"""The inventory that makes stampcheck talk to emulators, by its ordinary configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.bundle import Declared

SECRET: Final = "STAMPCHECK_EMULATED_SECRET"
"""The environment variable that the sign-ins of a written inventory take their secret from."""


class SignIns(msgspec.Struct, frozen=True, kw_only=True):
    """How the emulators are signed in to: addresses of the token endpoints without a path, and the
    account. ``adfs`` empty: the same as ``entra``.
    """

    entra: str
    adfs: str = ""
    tenant: str = "72f988bf-0000-4000-8000-000000000001"
    client_id: str = "04b07795-0000-4000-8000-000000000002"
    secret: str = f"env:{SECRET}"
    user: str = "CONTOSO\\cloudadmin"

    @property
    def adfs_address(self) -> str:
        """Where AD FS answers."""
        return self.adfs or self.entra


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the inventory says of one stamp beside what was declared."""

    name: str
    declared: Declared
    cloud: str = ""
    subscription: str = ""
    admin_endpoint: str = ""
    audience: str = ""
    region: str = ""
    provider_subscription: str = ""
    is_adfs: bool = False
    privileged_endpoints: tuple[str, ...] = ()


def render(
    stamps: Iterable[Told], clouds: Mapping[str, str], sign_ins: SignIns, ca_bundle: Path
) -> str:
    """The file; ``clouds`` gives the address of each cloud's Resource Manager."""
    tables = [_table("azure", sign_in="audit"), *_sign_ins(sign_ins)]
    for name, address in clouds.items():
        tables.append(
            _table(
                f"cloud.{name}",
                arm=address,
                authority=sign_ins.entra,
                audience=address,
                ca_bundle=str(ca_bundle),
            )
        )
    tables += [_stamp(told, ca_bundle) for told in stamps]
    return "schema = 1\n\n" + "\n".join(tables)


def _sign_ins(sign_ins: SignIns) -> Iterator[str]:
    account = {"client_id": sign_ins.client_id, "secret": sign_ins.secret}
    client = {"method": "client-secret"} | account
    yield _table("sign_in.audit", tenant=sign_ins.tenant, **client)
    yield _table("sign_in.stamp-entra", tenant=sign_ins.tenant, authority=sign_ins.entra, **client)
    yield _table("sign_in.stamp-adfs", tenant="adfs", authority=sign_ins.adfs_address, **client)
    yield _table("sign_in.pep", method="password", user=sign_ins.user, secret=sign_ins.secret)


def _stamp(told: Told, ca_bundle: Path) -> str:
    declared = told.declared
    fields: dict[str, object] = {
        "name": told.name,
        "environment": declared.environment,
        "connection": declared.connection,
        "cloud": declared.cloud or (told.cloud if told.cloud != "AzureCloud" else ""),
        "expected_tenant": declared.expected_tenant,
        "registration": declared.registration,
        "subscription": declared.subscription
        or ("" if declared.registration else told.subscription),
        "nodes_at_registration": declared.nodes_at_registration,
        "agreement_number": declared.agreement_number,
        "tags": declared.tags,
    }
    if told.admin_endpoint:
        fields |= {
            "admin_endpoint": told.admin_endpoint,
            "audience": told.audience,
            "region": told.region,
            "provider_subscription": told.provider_subscription,
            "ca_bundle": str(ca_bundle),
            "stamp_sign_in": "stamp-adfs" if told.is_adfs else "stamp-entra",
        }
    if told.privileged_endpoints:
        fields |= {
            "privileged_endpoints": told.privileged_endpoints,
            "privileged_endpoint_sign_in": "pep",
        }
    return _lines("[[stamp]]", fields)


def _table(name: str, **fields: object) -> str:
    return _lines(f"[{name}]", fields)


def _lines(head: str, fields: Mapping[str, object]) -> str:
    told = (
        f"{key} = {_toml(value)}" for key, value in fields.items() if value not in ("", None, ())
    )
    return "\n".join((head, *told, ""))


def _toml(value: object) -> str:
    # A JSON string or array of strings is one of TOML too.
    return msgspec.json.encode(value).decode()
