"""What can go wrong at a privileged endpoint, each as one phrase for a person (facts/pep.md 5)."""

from __future__ import annotations

import struct
from importlib import import_module
from importlib.util import find_spec
from typing import Final
from xml.etree.ElementTree import ParseError

import msgspec
import requests
from pypsrp.exceptions import (
    AuthenticationError,
    InvalidPSRPOperation,
    WinRMError,
    WinRMTransportError,
    WSManFaultError,
)
from spnego.exceptions import BadMICError, InvalidTokenError, SpnegoError

from stampcheck.collect.pep_http import Refused
from stampcheck.collect.redact import scrub_text
from stampcheck.model import Reason


def _kerberos_error() -> type[Exception]:
    """What the Kerberos libraries raise, which are an extra."""
    module = import_module("krb5") if find_spec("krb5") else None
    return getattr(module, "Krb5Error", SpnegoError)


_KRB5_ERROR: Final = _kerberos_error()

_LONGEST: Final = 300

OPERATION_TIMEOUT: Final = 2150858793
"""The fault of a server that had nothing to say within the time that it was given."""

EXPECTED: Final = (
    WinRMError,
    requests.RequestException,
    SpnegoError,
    _KRB5_ERROR,
    ParseError,
    OSError,
    ValueError,
    ImportError,
    # pypsrp takes messages apart without looking: what a broken one leads to is one of these.
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    struct.error,
)
"""What a session ends with where the endpoint, the network or the account is at fault."""


class Overdue(WinRMError):  # noqa: N818 (what happened)
    """The time of a session, or its number of messages, is used up; the text says which."""


class Silent(WinRMError):  # noqa: N818 (what happened)
    """No answer to a message within the time that it was given."""

    def __init__(self, message: str, seconds: float) -> None:
        # The sign-in is part of the first message.
        what = "connection" if message == "Create" else "session"
        within = max(1, round(seconds))
        super().__init__(f"accepted the {what} but gave no answer to {message} within {within} s")


class Refusal(msgspec.Struct, frozen=True):
    """Why one endpoint gave no answer: a phrase that goes on after its name. ``final``: a sibling
    would say the same, or asking it could lock the account.
    """

    reason: Reason
    phrase: str
    final: bool = False


def refusal(error: Exception, user: str) -> Refusal:
    """What to say about an exception of ``EXPECTED``; ``user`` is who signed in."""
    if isinstance(error, WSManFaultError):
        return _fault(error)
    if isinstance(error, (SpnegoError, _KRB5_ERROR, AuthenticationError)):
        return _sign_in(error, user)
    if isinstance(error, WinRMError):
        return _protocol(error)
    if isinstance(error, requests.RequestException):
        return _network(error)
    return _local(error) if isinstance(error, (ImportError, OSError)) else _senseless(error)


def _local(error: ImportError | OSError) -> Refusal:
    if isinstance(error, ImportError):
        phrase = (
            "cannot be asked with Kerberos, whose libraries are missing: install "
            "stampcheck[kerberos] or sign in with negotiate"
        )
        return Refusal(Reason.NOT_COLLECTED, phrase, final=True)
    if "CA certificate bundle" in str(error):
        return Refusal(Reason.NOT_COLLECTED, f"cannot be asked: {told(error)}", final=True)
    return Refusal(Reason.UNREACHABLE, f"cannot be reached: {told(error)}")


def _senseless(error: Exception) -> Refusal:
    if isinstance(error, ParseError):
        return Refusal(Reason.MALFORMED, "answered with something that is not XML")
    return Refusal(Reason.MALFORMED, f"sent a message that makes no sense ({_kind(error)})")


def told(text: object) -> str:
    """Somebody else's text in one line, without secrets and not too long."""
    line = " ".join(scrub_text(str(text)[: 4 * _LONGEST]).split()).rstrip(".")
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def _kind(error: Exception) -> str:
    return "struct.error" if isinstance(error, struct.error) else type(error).__name__


_FAULTS: Final = {
    5: Refusal(
        Reason.ACCESS_DENIED,
        "denies access: the account must be the stamp's CloudAdmin or be allowed to use the "
        "privileged endpoint",
        final=True,
    ),
    2150858811: Refusal(
        Reason.UNREACHABLE,
        "has no configuration PrivilegedEndpoint: it is not a privileged endpoint of the stamp",
    ),
    2150859173: Refusal(
        Reason.UNREACHABLE,
        "has too many open sessions of this account: close some, or wait until they time out",
    ),
    2150858843: Refusal(Reason.UNREACHABLE, "closed the session in the middle"),
    OPERATION_TIMEOUT: Refusal(Reason.UNREACHABLE, "was not ready within its own time-out"),
}


def _fault(error: WSManFaultError) -> Refusal:
    known = _FAULTS.get(error.code) if isinstance(error.code, int) else None
    if known is not None:
        return known
    said = error.reason or error.provider_fault
    if not said and error.code is None:
        phrase = "answered with an error page that is not of WinRM; is there a proxy in the way?"
        return Refusal(Reason.UNREACHABLE, phrase)
    return Refusal(Reason.UNREACHABLE, f"answered with a fault: {told(said or error.code)}")


def _sign_in(error: Exception, user: str) -> Refusal:
    if isinstance(error, (BadMICError, InvalidTokenError)):
        return Refusal(
            Reason.MALFORMED,
            f"sent what cannot be verified with the key agreed on ({_kind(error)})",
        )
    if isinstance(error, AuthenticationError) and "did not response with" in str(error):
        return Refusal(Reason.UNREACHABLE, "offers no Negotiate sign-in")
    if isinstance(error, AuthenticationError):
        return Refusal(
            Reason.ACCESS_DENIED,
            f"refuses the sign-in of {told(user)}: wrong password, user or domain, or the account "
            "is locked",
            final=True,
        )
    phrase = f"could not be signed in to as {told(user)}: {told(error)}"
    return Refusal(Reason.ACCESS_DENIED, phrase, final=True)


_STATUS: Final = {
    400: "no longer accepts the key that the session was encrypted with",
    404: "has no WinRM at the path /wsman",
    500: "refuses the message (HTTP 500)",
}


def _protocol(error: WinRMError) -> Refusal:
    if isinstance(error, (Overdue, Silent)):
        return Refusal(Reason.UNREACHABLE, told(error))
    if isinstance(error, WinRMTransportError):
        phrase = _STATUS.get(error.code, f"answered with HTTP {error.code}")
        return Refusal(Reason.UNREACHABLE, phrase)
    if isinstance(error, InvalidPSRPOperation):
        return Refusal(Reason.UNREACHABLE, f"broke the session off: {told(error)}")
    return _senseless(error)


def _network(error: requests.RequestException) -> Refusal:
    if isinstance(error, Refused):
        return Refusal(Reason.MALFORMED, told(error))
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        phrase = f"has a TLS that is not trusted: {_tls(text)}"
    elif isinstance(error, requests.exceptions.ConnectTimeout):
        phrase = "does not answer: no connection in time"
    elif "NameResolutionError" in text:
        phrase = "is a name that cannot be resolved"
    elif "NewConnectionError" in text:
        phrase = "refuses the connection"
    else:
        phrase = f"dropped the connection ({_kind(error)})"
    return Refusal(Reason.UNREACHABLE, phrase)


def _tls(text: str) -> str:
    if "WRONG_VERSION_NUMBER" in text:
        return "the port speaks no TLS"
    if "certificate has expired" in text:
        return "the certificate has expired"
    if "mismatch" in text:
        return "the certificate is for another name"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "the certificate comes from an authority that is not known (see ca_bundle)"
    return told(text)
