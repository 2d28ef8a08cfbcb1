"""Texts and causes of the tests: our own data in the shapes of the registration module."""

from __future__ import annotations

from typing import Any, Final

from stampcheck.causes.catalogue import Catalogue, ours
from stampcheck.diagnose import Diagnosis, Source, Wanted, diagnose, text_source
from stampcheck.model import Cause, Likelihood, Signature

CLOUD_ID: Final = "5d1f0a3b-7c2e-4b8d-9a6f-0e1d2c3b4a59"
DEPLOYMENT_ID: Final = "6e2a1b4c-8d3f-4c9e-8b7a-1f2e3d4c5b6a"
TENANT: Final = "7f3b2c5d-9e4a-4daf-9c8b-2a3f4e5d6c7b"
OTHER: Final = "8a4c3d6e-0f5b-4eb0-8d9c-3b4a5f6e7d8c"

BUSY: Final = f"Cannot invoke action plan because another action is in progress: {OTHER}"
TNC: Final = "The term 'tnc' is not recognized as the name of a cmdlet."
TAKEN: Final = f"Cloud identifier [{CLOUD_ID}] is already registered."
MFA: Final = "AADSTS50076: you must use multi-factor authentication."


def signature(literal: str, pattern: str = "", **more: Any) -> Signature:
    """A signature that matches its literal, or a pattern around it."""
    known = {"likelihood": Likelihood.CERTAIN, "samples": (literal,), "reference": "a test"}
    return Signature(pattern=pattern or literal, literal=literal, **(known | more))


def cause(id: str, *signatures: Signature, **more: Any) -> Cause:  # noqa: A002
    """A cause with signatures, mended by a runbook of ours."""
    known: dict[str, Any] = {
        "title": id.replace("-", " ").capitalize(),
        "explanation": "Because.",
        "source": "a test",
        "reviewed": "2026-11-22",
        "documented": True,
        "explains": (),
        "confirm": f"Is it {id}?",
        "runbook": "re-register",
    }
    return Cause(id=id, signatures=signatures, **(known | more))


CAUSES: Final = (
    cause("busy", signature("another action is in progress")),
    cause("no-tnc", signature("The term 'tnc' is not recognized", likelihood=Likelihood.LIKELY)),
    cause(
        "taken", signature("Cloud identifier [", r"Cloud identifier \[(?P<cloud_id>[\w-]{36})\]")
    ),
    cause("second-factor", signature("AADSTS50076", is_general=True)),
    cause("not-found", signature("was not found", likelihood=Likelihood.LIKELY)),
)


def catalogue(*causes: Cause) -> Catalogue:
    """A catalogue of these causes with our runbooks."""
    return Catalogue({one.id: one for one in causes}, ours().runbooks)


def shown(*texts: str, causes: tuple[Cause, ...] = CAUSES, **options: Any) -> Diagnosis:
    """The diagnosis of texts, named 1.log, 2.log and so on."""
    sources = [text_source(f"{number}.log", text) for number, text in enumerate(texts, start=1)]
    return of(*sources, causes=causes, **options)


def of(*sources: Source, causes: tuple[Cause, ...] = CAUSES, **options: Any) -> Diagnosis:
    """The diagnosis of sources."""
    emails = options.pop("redact_emails", False)
    return diagnose(sources, catalogue(*causes), Wanted(**options), redact_emails=emails)


def log(*messages: str, day: str = "2026-11-02", prefix: str = "") -> str:
    """Messages with times, a second apart."""
    lines = (
        f"{prefix}{day}.09-{number // 60 % 60:02}-{number % 60:02}: {message}"
        for number, message in enumerate(messages)
    )
    return "\n".join(lines) + "\n"


def framed(function: str, *messages: str, day: str = "2026-11-02", ends: bool = False) -> str:
    """The log of a run: begun, and ended where it succeeded."""
    stars = "*" * 23
    end = (f"{stars} End log: {function} {stars}",) if ends else ()
    return log(f"{stars} Begin log: {function} {stars}", *messages, *end, day=day)


def warned(text: str) -> tuple[str, ...]:
    """A framed warning and the wait after it."""
    return (
        "*** WARNING ***",
        text,
        "*** End WARNING ***",
        "Waiting 10 seconds and trying again...",
    )


def thrown(text: str, inner: str) -> tuple[str, ...]:
    """The frame that ends a run."""
    stars = "*" * 23
    return (
        f"{'*' * 24} Error {'*' * 24}",
        text,
        f"{stars} Ending registration action during {inner} {stars}",
    )


CONTEXT: Final = (
    "Gathering info from current Azure Powershell context...",
    "Current Azure Context: {}",
)
SESSION: Final = (
    "Initializing session with privileged endpoint: 10.0.0.224. Attempt 0 of 3",
    "Connection to 10.0.0.224 successful",
)
VERSION: Final = (
    "Verifying stamp version.",
    (
        "Running registration actions on build 1.2311.1.22. "
        f"Cloud Id: {CLOUD_ID}, Deployment Id: {DEPLOYMENT_ID}"
    ),
)
PRINCIPAL: Final = (
    f"Creating Azure Active Directory service principal in tenant '{TENANT}' Attempt 0 of 3"
)
REGISTERED: Final = (
    "Your environment is now registered and activated using the provided parameters."
)
