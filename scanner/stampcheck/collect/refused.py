"""Why a sign-in failed, in one sentence with what to do.

Nothing that a server, msal or azure-identity said is repeated but codes: a body may hold what was
sent to it. A code whose meaning is not known here is looked up on Microsoft's own page.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
from azure.core.exceptions import (
    ClientAuthenticationError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline import PipelineResponse
from azure.core.rest import HttpRequest, HttpResponse

from stampcheck.collect.fault import Fault
from stampcheck.errors import StampcheckError
from stampcheck.model import Reason
from stampcheck.targets import SignIn


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A failed sign-in. ``is_transient``: the same may work after ``wait`` seconds; ``is_narrow``:
    it says nothing about tokens for another scope.
    """

    sentence: str
    reason: Reason = Reason.ACCESS_DENIED
    is_transient: bool = False
    wait: float = 0
    is_narrow: bool = False


class Heard(msgspec.Struct):
    """What an authority answered last, which msal keeps to itself; give ``hear`` to a credential as
    its ``raw_response_hook``. ``wait`` is its Retry-After in seconds.
    """

    status: int = 0
    wait: float = 0

    def hear(self, response: PipelineResponse[HttpRequest, HttpResponse]) -> None:
        """Note status and Retry-After of a response."""
        self.status = response.http_response.status_code or 0
        wait = str(response.http_response.headers.get("retry-after", ""))
        self.wait = float(wait) if re.fullmatch(r"[0-9]{1,9}", wait) else 0

    def forget(self) -> None:
        """Start anew, before another try."""
        self.status, self.wait = 0, 0


class NotSignedIn(ClientAuthenticationError):  # noqa: N818 (what happened, as design.md names)
    """Raised where a token is asked for and there is none; its text is the sentence, with no
    response and no cause. ``reason`` is what becomes of what was to be asked with the token.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(message=refusal.sentence)
        self.reason = refusal.reason


_CODE: Final = re.compile(r"AADSTS(\d{4,8})")
_AD_FS_CODE: Final = re.compile(r"MSIS\d{4,5}")
_STORED: Final = "store the new one where the inventory says that the secret is"
_ROLE: Final = "use an account that may sign in without it, or the method device-code or browser"
_TENANT: Final = "name another tenant in the inventory or sign in with another account"
_AGAIN: Final = "sign in anew"

# Of Microsoft's list "Microsoft Entra authentication and authorization error codes".
_MEANINGS: Final = {
    "16000": ("the account is not one of that tenant", _TENANT),
    "50020": ("the account is not one of that tenant", _TENANT),
    "50034": ("the tenant has no such account", _TENANT),
    "50053": ("the account is locked", "wait, or have it unlocked"),
    "50055": ("the password has expired", "change it"),
    "50057": ("the account is disabled", "use another one, or have it enabled"),
    "50059": ("the tenant was not named", "name the tenant in the inventory"),
    "50076": ("multi-factor authentication is required", _ROLE),
    "50079": ("multi-factor authentication is to be set up first", "sign in once in a browser"),
    "50105": ("the account is not assigned to the application", "have it assigned"),
    "50126": ("user name or password is wrong", "check both"),
    "50158": ("a further condition of the tenant is not met", _ROLE),
    "50173": ("the stored sign-in was revoked", _AGAIN),
    "53000": ("conditional access wants a managed device", "sign in on a device that is one"),
    "53003": ("conditional access blocks this sign-in", "ask the tenant's administrators"),
    "65001": ("nobody has consented to the application", "have an administrator consent to it"),
    "65004": ("the consent was declined", _AGAIN),
    "70000": ("the stored sign-in is not valid any more", _AGAIN),
    "70008": ("the stored sign-in has expired", _AGAIN),
    "70018": ("the code that was entered is not the one that was shown", _AGAIN),
    "70019": ("the code was not entered in time", _AGAIN),
    "70020": ("the code was not entered in time", _AGAIN),
    "70021": ("no federated credential of the application fits", "check its issuer and subject"),
    "70043": ("the stored sign-in has expired", _AGAIN),
    "90002": ("there is no such tenant there", "check tenant and cloud in the inventory"),
    "500011": ("the tenant does not know the resource", "check tenant and cloud in the inventory"),
    "700016": ("the tenant has no such application", "check client_id and tenant"),
    "700024": ("the assertion is outside of its time", "set the clock of this machine"),
    "700027": (
        "the certificate has expired or is not the application's",
        "register the certificate with the application, or name another one",
    ),
    "700082": ("the stored sign-in has expired", _AGAIN),
    "700211": ("no federated credential of the application fits", "check its issuer"),
    "700213": ("no federated credential of the application fits", "check its subject"),
    "900023": ("the tenant's name is no tenant's", "check the tenant in the inventory"),
    "7000112": ("the application is disabled", "have it enabled"),
    "7000215": ("the client secret is wrong", f"{_STORED}: its value, not its ID"),
    "7000222": ("the client secret has expired", f"make a new one and {_STORED}"),
}
_TRANSIENT: Final = frozenset(("50196", "90006", "90024", "90033", "90055", "500208"))
_NARROW: Final = frozenset(("50105", "65001", "65004", "500011", "50076", "50079", "53003"))
_WORDS: Final = {
    "invalid_client": "the client's secret or certificate is not accepted; check both",
    "unauthorized_client": "the client is not known there, or may not sign in this way",
    "invalid_grant": "the account or its password is not accepted; sign in anew",
    "access_denied": "the sign-in was declined; sign in anew",
    "authorization_declined": "the sign-in was declined; sign in anew",
    "expired_token": "the code was not entered in time; sign in anew",
    "code_expired": "the code was not entered in time; sign in anew",
    "invalid_resource": "the audience of the token is not known there; check tenant and cloud",
    "invalid_scope": "the audience of the token is not known there; check tenant and cloud",
    "interaction_required": f"more than this method can give is required; {_ROLE}",
}
_MAX_WAIT: Final = 30
_SERVER_ERRORS: Final = ("temporarily_unavailable", "server_error")


def explain(error: BaseException, sign_in: SignIn, authority: str, heard: Heard) -> Refusal:
    """The sentence for a failure of azure-identity, whatever it is. ``heard`` is what was answered
    last, before the failure.
    """
    chain = _chain(error)
    text = "\n".join(str(one) for one in chain)
    who = f"the sign-in {sign_in.name}" if sign_in.name else "the sign-in"
    code = _CODE.search(text)
    if code and code[1] in _TRANSIENT:
        return _busy(who, authority, heard)
    if sign_in.method == "cli":
        return _of_cli(who, text, code[1] if code else "")
    if code:
        return _of_code(who, code[1])
    own = next((one for one in chain if isinstance(one, Fault | StampcheckError)), None)
    if own is not None:
        return _of_transport(who, own)
    if sign_in.method == "managed-identity":
        return _of_machine(who, chain)
    return (
        _of_network(who, chain, text, authority)
        or _of_person(who, text)
        or _of_answer(who, chain, text, authority, heard)
    )


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    pending: list[BaseException | None] = [error]
    while pending and len(found) < 20:
        one = pending.pop(0)
        if one is not None and one not in found:
            found.append(one)
            inner = getattr(one, "inner_exception", None)
            pending += [one.__cause__, one.__context__, inner]
    return found


def _of_code(who: str, code: str) -> Refusal:
    meaning, advice = _MEANINGS.get(
        code,
        (
            "the reason is not known here",
            "look it up at https://login.microsoftonline.com/error",
        ),
    )
    return Refusal(
        sentence=f"{who} was refused: {meaning} (AADSTS{code}); {advice}.",
        is_narrow=code in _NARROW,
    )


def _of_cli(who: str, text: str, code: str) -> Refusal:
    if "claims" in text and "az login" in text:
        fault = "Azure asks for a stronger sign-in; run az login again"
    elif code:
        meaning = _MEANINGS.get(code, ("it was refused",))[0]
        fault = f"{meaning} (AADSTS{code}); run az login, with --tenant where another is meant"
    elif "not found on path" in text:
        fault = "the Azure CLI is not installed, or not on the PATH; install it or name a sign_in"
    elif "az login" in text:
        fault = "nobody is signed in to the Azure CLI; run az login"
    elif "timed out" in text:
        fault = "the Azure CLI did not answer in time; try az account get-access-token by hand"
    else:
        fault = "the Azure CLI gave no token; try az account get-access-token by hand"
    return Refusal(sentence=f"{who} of the Azure CLI failed: {fault}.", is_narrow=bool(code))


def _of_transport(who: str, error: Fault | StampcheckError) -> Refusal:
    """What stampcheck's own transport found is a sentence already."""
    sentence = f"{who} failed: {str(error).rstrip('.')}."
    if isinstance(error, Fault):
        return Refusal(sentence=sentence, reason=error.reason, is_transient=error.is_repeatable)
    return Refusal(sentence=sentence)


def _of_machine(who: str, chain: list[BaseException]) -> Refusal:
    is_silent = any(isinstance(one, ServiceRequestError | ServiceResponseError) for one in chain)
    return Refusal(
        sentence=f"{who} failed: this machine has no managed identity that answers; that exists"
        " only in Azure, where one was assigned, so check client_id or use another method.",
        is_transient=is_silent,
    )


_UNTRUSTED: Final = "issuer certificate|self.signed|unknown ca"


def _of_network(who: str, chain: list[BaseException], text: str, authority: str) -> Refusal | None:
    if re.search(r"CERTIFICATE_VERIFY_FAILED|certificate verify failed", text, re.IGNORECASE):
        if "certificate has expired" in text:
            fault = "the certificate that it shows has expired; have it renewed"
        elif re.search(_UNTRUSTED, text, re.IGNORECASE):
            fault = "its certificate is from an authority that is not trusted; name it as ca_bundle"
        else:
            fault = "its certificate does not hold, or is that of another host; check the address"
        return Refusal(sentence=f"{who} failed at {authority}: {fault}.", reason=Reason.UNREACHABLE)
    kinds = ServiceRequestError, ServiceResponseError, ConnectionError, TimeoutError
    if not any(isinstance(one, kinds) for one in chain):
        return None
    fault = "its name is not known" if _is_nameless(text) else "it cannot be reached"
    return Refusal(
        sentence=f"{who} failed at {authority}: {fault}; check network, proxy and address.",
        reason=Reason.UNREACHABLE,
        is_transient=True,
    )


def _is_nameless(text: str) -> bool:
    return re.search(r"NameResolution|Name or service not known|getaddrinfo", text) is not None


def _of_person(who: str, text: str) -> Refusal | None:
    faults = {
        "Timed out": "nobody signed in within the time; run it again and sign in",
        "Failed to open a browser": "no browser could be opened here; use the method device-code",
        "Couldn't start an HTTP server": "no port from 8400 to 8999 is free for the browser's"
        " answer; use the method device-code",
    }
    fault = next((fault for sign, fault in faults.items() if sign in text), "")
    return Refusal(sentence=f"{who} failed: {fault}.") if fault else None


def _of_answer(
    who: str, chain: list[BaseException], text: str, authority: str, heard: Heard
) -> Refusal:
    is_busy = heard.status == 429 or heard.status >= 500
    if is_busy or any(word in text for word in _SERVER_ERRORS):
        return _busy(who, authority, heard)
    found = _AD_FS_CODE.search(text)
    place = f"{authority} ({found[0]})" if found else authority
    fault = next((fault for word, fault in _WORDS.items() if word in text), "")
    if not fault and (found or _is_oauth_error(chain)):
        fault = "no reason known here; check account, secret and certificate, or see its own log"
    if fault:
        return Refusal(sentence=f"{who} was refused by {place}: {fault}.")
    return Refusal(
        sentence=f"{who} failed: {authority} does not answer as a sign-in authority does"
        f" ({type(chain[-1]).__name__}); check its address and the tenant.",
        reason=Reason.MALFORMED,
    )


def _is_oauth_error(chain: list[BaseException]) -> bool:
    """Whether azure-identity repeats an error of the protocol, and not what broke on the way."""
    return len(chain) == 1 and str(chain[0]).startswith("Authentication failed:")


def _busy(who: str, authority: str, heard: Heard) -> Refusal:
    is_long = heard.wait > _MAX_WAIT
    advice = f"it asks to be left alone for {heard.wait:.0f} s" if is_long else "try again later"
    return Refusal(
        sentence=f"{who} failed: {authority} is busy or disturbed; {advice}.",
        reason=Reason.UNREACHABLE,
        is_transient=not is_long,
        wait=heard.wait,
    )
