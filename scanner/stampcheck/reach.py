"""The part of the inventory that says how the fleet is reached.

[azure]
sign_in = "audit"

[sign_in.audit]
method = "client-secret"
tenant = "72f988bf-0000-4000-8000-000000000001"
client_id = "04b07795-0000-4000-8000-000000000002"
secret = "env:AUDIT_SECRET"

[cloud.CustomCloud]
arm = "https://management.example.org"
authority = "https://login.example.org"
audience = "https://management.example.org"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from stampcheck import reach_checks as check
from stampcheck.bundle import Declared
from stampcheck.errors import UsageError
from stampcheck.targets import (
    AD_FS,
    CLOUD_NAMES,
    CLOUDS,
    CUSTOM,
    METHODS,
    OF_ENDPOINTS,
    Azure,
    Cloud,
    Reach,
    SignIn,
    Target,
)
from stampcheck.tomlfile import Check, TomlFile, is_secret, nearest, one_of

TABLES: Final[Mapping[str, Check]] = {
    "azure": check.table,
    "sign_in": check.tables,
    "cloud": check.tables,
}
"""The tables beside ``[[stamp]]``."""

STAMP_CHECKS: Final[Mapping[str, Check]] = {
    "azure_sign_in": check.name,
    "admin_endpoint": check.admin_endpoint,
    "region": check.region,
    "provider_subscription": check.guid_text,
    "audience": check.audience,
    "ca_bundle": check.file,
    "stamp_sign_in": check.name,
    "privileged_endpoints": check.privileged_endpoints,
    "privileged_endpoint_sign_in": check.name,
}
"""The keys of a ``[[stamp]]`` that say how it is reached, and what each may hold."""

_AZURE: Final[Mapping[str, Check]] = {
    "sign_in": check.name,
    "discover": one_of("none", "subscriptions", "resource-graph"),
    "subscriptions": check.guids,
}
_SIGN_IN: Final[Mapping[str, Check]] = {
    "method": one_of(*METHODS),
    "tenant": check.tenant,
    "client_id": check.guid_text,
    "secret": check.secret,
    "certificate": check.file,
    "authority": check.origin,
    "user": check.user,
}
_CLOUD: Final[Mapping[str, Check]] = {
    "arm": check.origin,
    "authority": check.origin,
    "audience": check.audience,
    "ca_bundle": check.file,
}
_OLD_AUDIENCES: Final = (
    "https://management.core.windows.net",
    "https://management.core.chinacloudapi.cn",
)
_FILES: Final = ("ca_bundle", "certificate")
_PRINCIPAL: Final = ("tenant", "client_id")
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "client-secret": (*_PRINCIPAL, "secret"),
    "client-certificate": (*_PRINCIPAL, "certificate"),
    "password": ("user", "secret"),
    "kerberos": ("user", "secret"),
}
_TAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "cli": ("tenant",),
    "managed-identity": ("client_id",),
    "password": ("user", "secret"),
    "kerberos": ("user", "secret"),
    "client-secret": (*_PRINCIPAL, "secret", "authority"),
    "client-certificate": (*_PRINCIPAL, "certificate", "secret", "authority"),
}
_TAKES_ELSE: Final = (*_PRINCIPAL, "authority")
_NO_AD_FS: Final = ("cli", "managed-identity", "workload-identity")


def refuse_secrets(file: TomlFile, values: Mapping[str, Any], table: str, number: int = 0) -> None:
    """Refuse a key such as ``password``, whatever it holds and without showing it."""
    for key in values:
        if is_secret(key) and key != "secret":
            raise file.error(
                file.line_of(table, number, key),
                f"{key} is no key, for no secret stands in an inventory; say where it is, such as"
                ' secret = "env:NAME", in the [sign_in.NAME].',
            )


def read_reach(
    file: TomlFile,
    tables: Mapping[str, Any],
    stamps: Mapping[str, tuple[Declared, Mapping[str, Any]]],
) -> Reach:
    """Check the tables and each stamp's own keys against them. ``stamps`` are in the order of the
    file, each with what it declares and its keys of ``STAMP_CHECKS``; a ``UsageError`` names the
    line.
    """
    sign_ins = {
        name: _sign_in(file, name, values)
        for name, values in _named(file, "sign_in", tables.get("sign_in", {}))
    }
    clouds = dict(CLOUDS) | {
        cloud.name: cloud
        for name, values in _named(file, "cloud", tables.get("cloud", {}))
        for cloud in [_cloud(file, name, values)]
    }
    values = tables.get("azure", {})
    refuse_secrets(file, values, "azure")
    azure = Azure(**file.table(values, _AZURE, "azure"))
    _known(file, ("azure", 0, "sign_in"), azure.sign_in, sign_ins, is_password=False)
    targets: dict[str, Target] = {}
    for number, (name, (declared, keys)) in enumerate(stamps.items()):
        target = _target(file, name, declared, keys, azure)
        _refuse_unfit(file, number, target, keys, Reach(sign_ins=sign_ins, clouds=clouds))
        targets[name] = target
    _refuse_shared(file, targets)
    return Reach(azure=azure, clouds=clouds, sign_ins=sign_ins, targets=targets)


def cloud_of(reach: Reach, target: Target) -> Cloud:
    """The addresses of a stamp's cloud. ``UsageError`` where only the inventory could tell them and
    does not, which matters no sooner than the stamp's registration is to be read from Azure.
    """
    if target.cloud in reach.clouds:
        return reach.clouds[target.cloud]
    raise UsageError(
        f"the stamp {target.name!r} is in {target.cloud}, whose addresses only the inventory can"
        f" tell: add [cloud.{target.cloud}] with arm, authority and audience."
    )


def _named(
    file: TomlFile, kind: str, tables: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Mapping[str, Any]]]:
    for name, values in tables.items():
        try:
            check.name(name)
        except ValueError as allowed:
            line = file.line_of(f"{kind}.{name}", 0)
            raise file.error(line, f"[{kind}.{name[:60]}]: {allowed}.") from None
        refuse_secrets(file, values, f"{kind}.{name}")
    return list(tables.items())


def _sign_in(file: TomlFile, name: str, values: Mapping[str, Any]) -> SignIn:
    table = f"sign_in.{name}"
    kept = _with_files(file, file.table(values, _SIGN_IN, table))
    line = file.line_of(table, 0)
    method = kept.get("method", "")
    if not method:
        raise file.error(line, f"[{table}] has no method; allowed are {', '.join(METHODS)}.")
    lacking = [key for key in _NEEDS.get(method, ()) if key not in kept]
    if lacking:
        raise file.error(line, f"[{table}] lacks {', '.join(lacking)}, which {method} needs.")
    takes = _TAKES.get(method, _TAKES_ELSE)
    for key in kept:
        if key not in ("method", *takes):
            raise file.error(
                file.line_of(table, 0, key),
                f"{key} means nothing to the method {method}, which takes {', '.join(takes)}.",
            )
    if kept.get("tenant") == AD_FS and method in _NO_AD_FS:
        raise file.error(
            file.line_of(table, 0, "tenant"), f"{method} cannot sign in to AD FS; leave tenant out."
        )
    return SignIn(name=name, **kept)


def _cloud(file: TomlFile, name: str, values: Mapping[str, Any]) -> Cloud:
    table = f"cloud.{name}"
    line = file.line_of(table, 0)
    if name not in CLOUD_NAMES:
        hint = nearest(name, list(CLOUD_NAMES))
        raise file.error(line, f"[{table}]: no cloud is called {name!r}{hint}.")
    kept = _with_files(file, file.table(values, _CLOUD, table))
    if name != CUSTOM:
        cloud = msgspec.structs.replace(CLOUDS[name], **kept)
    else:
        lacking = [key for key in ("arm", "authority", "audience") if key not in kept]
        if lacking:
            raise file.error(line, f"[{table}] lacks {', '.join(lacking)}.")
        cloud = Cloud(name=name, **kept)
    _refuse_foreign(file, line, cloud)
    return cloud


def _refuse_foreign(file: TomlFile, line: int, cloud: Cloud) -> None:
    """A token for Azure itself goes to Azure only, whatever an inventory says."""
    hosts = {known.arm for known in CLOUDS.values()}
    azures = {known.audience for known in CLOUDS.values()} | hosts | set(_OLD_AUDIENCES)
    if cloud.arm not in hosts and cloud.audience.rstrip("/").lower() in azures:
        raise file.error(
            line,
            f"[cloud.{cloud.name}]: a token for {cloud.audience} is not sent to {cloud.arm}; give "
            "the audience that its own tokens are for.",
        )


def _with_files(file: TomlFile, kept: dict[str, Any]) -> dict[str, Any]:
    """Files are relative to the folder of the inventory; whether they exist is seen in use."""
    folder = file.path.parent
    return {key: str(folder / value) if key in _FILES else value for key, value in kept.items()}


def _target(
    file: TomlFile, name: str, declared: Declared, keys: Mapping[str, Any], azure: Azure
) -> Target:
    kept = {"azure_sign_in": azure.sign_in} | _with_files(file, dict(keys))
    return Target(
        name=name,
        cloud=declared.cloud or "AzureCloud",
        registration=declared.registration,
        subscription=declared.subscription,
        **kept,
    )


def _refuse_unfit(
    file: TomlFile, number: int, target: Target, keys: Mapping[str, Any], reach: Reach
) -> None:
    """Refuse a sign-in that there is not, or one that does not fit what it is for."""
    for key in ("azure_sign_in", "stamp_sign_in", "privileged_endpoint_sign_in"):
        is_password = key == "privileged_endpoint_sign_in"
        place = "stamp", number, key
        _known(file, place, keys.get(key, ""), reach.sign_ins, is_password=is_password)
    if "azure_sign_in" in keys and target.cloud not in reach.clouds:
        try:
            cloud_of(reach, target)
        except UsageError as error:
            raise file.error(file.line_of("stamp", number, "cloud"), str(error)) from None


def _known(
    file: TomlFile,
    place: tuple[str, int, str],
    name: str,
    sign_ins: Mapping[str, SignIn],
    *,
    is_password: bool,
) -> None:
    if not name:
        return
    line, key = file.line_of(*place), place[2]
    if name not in sign_ins:
        hint = nearest(name, sign_ins) or "; there is no [sign_in.NAME] at all"
        raise file.error(line, f"{key} = {name!r}: there is no [sign_in.{name}]{hint}.")
    if (sign_ins[name].method in OF_ENDPOINTS) != is_password:
        fits = "only a sign-in with" if is_password else "no sign-in with"
        raise file.error(
            line, f'{key} = {name!r}: {fits} method = "password" (or "kerberos") fits.'
        )


def _refuse_shared(file: TomlFile, targets: Mapping[str, Target]) -> None:
    """One address in two stamps would make one stamp's evidence that of another."""
    owners: dict[tuple[str, str], str] = {}
    for number, (name, target) in enumerate(targets.items()):
        places = [("privileged_endpoints", place) for place in target.privileged_endpoints]
        if target.admin_endpoint:
            places.append(("admin_endpoint", target.admin_endpoint))
        for key, place in places:
            owner = owners.setdefault((key, place), name)
            if owner != name:
                raise file.error(
                    file.line_of("stamp", number, key),
                    f"{key} {place} is already that of the stamp {owner!r}.",
                )
