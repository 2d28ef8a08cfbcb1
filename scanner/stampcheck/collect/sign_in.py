"""Make the credential that the inventory describes, by azure-identity (facts/azure.md 2.3)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from azure.core.pipeline.transport import RequestsTransport

from stampcheck.collect.authority import is_discovery_off
from stampcheck.collect.certificate import read_certificate
from stampcheck.collect.refused import Heard, explain
from stampcheck.collect.secret import Prompt, resolve
from stampcheck.collect.sign_in_places import check_page, machine_endpoint
from stampcheck.collect.signed_in import Issuer, SignedIn
from stampcheck.errors import UsageError
from stampcheck.targets import AD_FS, INTERACTIVE, SignIn

AZURE_CLI: Final = SignIn(name="", method="cli")
"""Who signs in where the inventory names nobody."""

_LOGGERS: Final = ("azure.identity", "azure.core", "msal", "msal_extensions")
_TOKEN_FILE: Final = "AZURE_FEDERATED_TOKEN_FILE"  # noqa: S105 (the name of a variable)


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in needs of the process around it.

    ``prompt`` is ``None`` without a terminal; ``say`` shows a person what to do; ``note`` gets
    method, address and error of what goes by no transport, for the journal; ``wait`` is how long a
    person may take and ``command`` how long ``az`` may take, in seconds.
    """

    environment: Mapping[str, str]
    say: Callable[[str], object]
    prompt: Prompt | None = None
    note: Callable[[str, str, str], object] = lambda *_: None
    now: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep
    wait: int = 300
    command: int = 60

    def __repr__(self) -> str:
        return "Surroundings(...)"


class _Wanted(msgspec.Struct, frozen=True):
    sign_in: SignIn
    authority: str
    tenant: str
    transport: Callable[[], RequestsTransport]
    around: Surroundings
    heard: Heard

    def options(self) -> dict[str, Any]:
        """What every credential that signs in over HTTP is given.

        azure-identity would retry ten times and wait as long as a server says: it does not here.
        Its keyword arguments have no types.
        """
        return {
            "authority": self.authority,
            "disable_instance_discovery": is_discovery_off(self.authority, self.tenant),
            "transport": self.transport(),
            "retry_total": 0,
            "raw_response_hook": self.heard.hear,
        }

    def named(self) -> dict[str, Any]:
        """Tenant and application, where they are declared."""
        pairs = {"tenant_id": self.tenant, "client_id": self.sign_in.client_id}
        return {key: value for key, value in pairs.items() if value}

    def secret(self) -> str:
        """The secret, fetched from where it is."""
        environment, prompt = self.around.environment, self.around.prompt
        return resolve(self.sign_in.secret, environment, prompt, typed(self.sign_in))


def make(
    sign_in: SignIn,
    *,
    authority: str,
    tenant: str = "",
    transport: Callable[[], RequestsTransport],
    surroundings: Surroundings,
) -> SignedIn:
    """The credential of a sign-in. Nothing is sent yet, but secrets are fetched, so that a person
    is asked now and not in the middle of a scan.

    ``authority`` is an https address without a path, ``tenant`` what the sign-in names unless it is
    given (``adfs`` for AD FS); ``transport`` is called at most once, not for the Azure CLI and not
    for a managed identity. ``UsageError`` where a secret, certificate or variable cannot be had,
    or where a variable names an address for a managed identity that is not private.
    """
    _silence()
    heard = Heard()
    tenant = tenant or sign_in.tenant
    wanted = _Wanted(sign_in, authority, tenant, transport, surroundings, heard)
    method, url = _unjournaled(sign_in, surroundings.environment)
    return SignedIn(
        sign_in.name,
        _issue(wanted),
        lambda error: explain(error, sign_in, authority, heard),
        retries=0 if sign_in.method in (*INTERACTIVE, "cli") else 2,
        is_personal=sign_in.method in INTERACTIVE,
        note=lambda error: surroundings.note(method, url, error) if method else None,
        now=surroundings.now,
        sleep=surroundings.sleep,
    )


def _unjournaled(sign_in: SignIn, environment: Mapping[str, str]) -> tuple[str, str]:
    """Method and address of a sign-in that goes by no transport of stampcheck; else empty."""
    if sign_in.method == "cli":
        return "RUN", "az account get-access-token"
    if sign_in.method == "managed-identity":
        return "GET", machine_endpoint(environment).partition("?")[0]
    return "", ""


def typed(sign_in: SignIn) -> str:
    """What the secret of a sign-in is, in the words in which a person is asked for it."""
    whose = f"of the sign-in {sign_in.name}"
    if sign_in.method == "client-certificate":
        return f"the passphrase of the certificate {whose}"
    return f"the password of {sign_in.user} {whose}" if sign_in.user else f"the secret {whose}"


def _silence() -> None:
    """Keep the libraries from logging: what they log of a failure may hold what was sent."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _issue(wanted: _Wanted) -> Callable[[], Issuer]:
    """What makes the credential, as often as it is called. What may fail here fails at once."""
    makers = {
        "cli": _cli,
        "device-code": _device_code,
        "browser": _browser,
        "client-secret": _client_secret,
        "client-certificate": _client_certificate,
        "managed-identity": _managed_identity,
        "workload-identity": _workload_identity,
    }
    maker = makers.get(wanted.sign_in.method)
    if maker is None:
        raise UsageError(
            f"the sign-in {wanted.sign_in.name} has the method {wanted.sign_in.method}, which is"
            " that of privileged endpoints only."
        )
    issue = maker(wanted)

    def anew() -> Issuer:
        wanted.heard.forget()
        return issue()

    return anew


def _cli(wanted: _Wanted) -> Callable[[], Issuer]:
    from azure.identity import AzureCliCredential

    tenant = "" if wanted.tenant == AD_FS else wanted.tenant
    timeout = wanted.around.command
    return lambda: AzureCliCredential(tenant_id=tenant, process_timeout=timeout)


def _device_code(wanted: _Wanted) -> Callable[[], Issuer]:
    from azure.identity import DeviceCodeCredential

    def tell(address: str, code: str, _: datetime) -> None:
        who = f" as {wanted.sign_in.name}" if wanted.sign_in.name else ""
        check_page(address, code, wanted.authority)
        place = f"open {address} and enter the code {code}"
        wanted.around.say(f"To sign in{who} at {wanted.authority}, {place}.")

    options = {"timeout": wanted.around.wait, **wanted.named(), **wanted.options()}
    return lambda: DeviceCodeCredential(prompt_callback=tell, **options)


def _browser(wanted: _Wanted) -> Callable[[], Issuer]:
    from azure.identity import InteractiveBrowserCredential

    options = {"timeout": wanted.around.wait, **wanted.named(), **wanted.options()}

    def issue() -> Issuer:
        wanted.around.say(f"A browser will open to sign in at {wanted.authority}.")
        return InteractiveBrowserCredential(**options)

    return issue


def _client_secret(wanted: _Wanted) -> Callable[[], Issuer]:
    from azure.identity import ClientSecretCredential

    secret = wanted.secret()
    options = wanted.options()
    return lambda: ClientSecretCredential(
        wanted.tenant, wanted.sign_in.client_id, secret, **options
    )


def _client_certificate(wanted: _Wanted) -> Callable[[], Issuer]:
    from azure.identity import CertificateCredential

    passphrase = wanted.secret() if wanted.sign_in.secret else ""
    path = Path(wanted.sign_in.certificate)
    options = {
        "certificate_data": read_certificate(path, passphrase, wanted.around.now()),
        "password": passphrase or None,
        **wanted.options(),
    }
    return lambda: CertificateCredential(wanted.tenant, wanted.sign_in.client_id, **options)


def _managed_identity(wanted: _Wanted) -> Callable[[], Issuer]:
    """By azure-identity's own transport: the address is that of the machine, over http. Never by a
    proxy, for whoever answers is given nothing but gives the token. The address was looked at.
    """
    from azure.identity import ManagedIdentityCredential

    client = wanted.sign_in.client_id or None
    return lambda: ManagedIdentityCredential(
        client_id=client, retry_total=0, use_env_settings=False
    )


def _workload_identity(wanted: _Wanted) -> Callable[[], Issuer]:
    from azure.identity import WorkloadIdentityCredential

    environment = wanted.around.environment
    tenant = wanted.tenant or environment.get("AZURE_TENANT_ID", "")
    client = wanted.sign_in.client_id or environment.get("AZURE_CLIENT_ID", "")
    path = environment.get(_TOKEN_FILE, "")
    if not (tenant and client and path):
        raise UsageError(
            f"the sign-in {wanted.sign_in.name} needs a tenant, a client_id and the environment"
            f" variable {_TOKEN_FILE}, which a workload with an identity has."
        )
    if not Path(path).is_file():
        raise UsageError(
            f"the sign-in {wanted.sign_in.name}: {_TOKEN_FILE} names {path}, which is no file."
        )
    options = wanted.options()
    return lambda: WorkloadIdentityCredential(
        tenant_id=tenant, client_id=client, token_file_path=path, **options
    )
