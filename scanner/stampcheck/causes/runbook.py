"""Fills a runbook with a stamp's own values, safely quoted, and picks the variant that applies.

stampcheck prints runbooks and never runs them, so what is printed must be right: no value can
break out of its quotes, what is unknown shows as ``<FILL: words>``, and no secret is ever in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from stampcheck.model import Runbook, State, Step

STATE_RUNBOOKS: Final[Mapping[State, str]] = {
    State.NOT_STARTED: "register",
    State.TOKEN_MADE: "finish-disconnected-registration",
    State.RESOURCE_WITHOUT_ACTIVATION: "finish-activation",
    State.ACTIVE: "verify-registration",
    State.HALF_RE_REGISTERED: "re-register",
    State.MOVED: "follow-a-move",
    State.EXPIRED: "renew-after-expiry",
    State.ACTIVATION_WITHOUT_RESOURCE: "replace-deleted-registration",
    State.UNKNOWN: "collect-evidence",
}
"""The one runbook of each state of a registration."""

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "admin_arm_endpoint": "administrator endpoint, https://adminmanagement.region.domain",
    "agreement_number": "agreement number",
    "asset_tag": "asset tag",
    "billing_model": "billing model",
    "cloud_environment": "Azure cloud, such as AzureCloud",
    "cloud_id": "Cloud ID",
    "expected_tenant": "directory tenant that the inventory expects",
    "expires": "expiry date",
    "key_file": "file for the activation key",
    "lock_name": "name of the lock",
    "module_version": "version of the AzureStack module for the build of the stamp",
    "new_billing_model": "billing model to register",
    "new_registration_name": "new registration name",
    "new_resource_group": "resource group to move the registration to",
    "new_subscription_id": "new subscription ID",
    "privileged_endpoint": "address of the privileged endpoint",
    "registration_id": "resource ID of the registration",
    "registration_name": "registration name",
    "resource_group": "resource group of the registration",
    "resource_group_location": "location of the resource group",
    "service_principal_id": "object ID of the service principal",
    "stale_registration_name": "name of the left-over registration",
    "stale_resource_group": "resource group of the left-over registration",
    "stale_subscription_id": "subscription ID of the left-over registration",
    "strict_lock_name": "name of the read-only lock",
    "subscription_id": "subscription ID",
    "tenant_id": "directory tenant ID",
    "token_file": "file of the registration token",
}
"""Names that a runbook may use between double braces, and the words shown while one is unknown."""

CONNECTIONS: Final = ("connected", "disconnected")
"""Values of a step's ``connection``."""

MODULES: Final = ("Az", "AzureRM")
"""Values of a step's ``modules``."""

BILLINGS: Final = ("Capacity", "other")
"""Values of a step's ``billing``: the one model with an agreement number, and all the others."""

ALWAYS_ASKED: Final = frozenset({"agreement_number", "asset_tag"})
"""Placeholders that stay open even where a value is at hand."""

PLACEHOLDER: Final = re.compile(r"\{\{([a-z_]+)\}\}")
"""A placeholder in a text of a runbook."""

# PowerShell ends a single-quoted string at any of these, and reads two in a row as one of them.
_QUOTES: Final = "'\u2018\u2019\u201a\u201b"
_QUOTE: Final = re.compile(f"[{_QUOTES}]")
_QUOTED: Final = re.compile(f"'(?:[^{_QUOTES}]|[{_QUOTES}]{{2}})+'")
_BRACES: Final = re.compile(r"\{\{|\}\}")
_MAX_VALUE: Final = 512


class FilledStep(msgspec.Struct, frozen=True):
    """A step with its values. ``variant`` names the case it is for while that is not known."""

    what: str
    where: str
    variant: str
    powershell: str
    expect: str
    verify: str


class FilledRunbook(msgspec.Struct, frozen=True):
    """A runbook for one stamp. ``unfilled`` holds the words of what the reader has to fill in."""

    id: str
    title: str
    source: str
    unfilled: tuple[str, ...]
    steps: tuple[FilledStep, ...]
    rerun: tuple[str, ...]


def quote(value: str) -> str | None:
    """Quote a value for PowerShell, or give None where it cannot be shown safely on one line.

    None means that the value stays to be filled in: it is blank or too long, or holds control
    characters, line breaks, marks that change the reading direction, or a placeholder's braces.
    """
    if not value.strip() or len(value) > _MAX_VALUE or not value.isprintable():
        return None
    if _BRACES.search(value):
        return None
    return "'" + _QUOTE.sub(lambda match: match.group() * 2, value) + "'"


def fill(
    runbook: Runbook, values: Mapping[str, str], *, connection: str = "", modules: str = "Az"
) -> FilledRunbook:
    """Put quoted values into a runbook and keep the steps of its variant.

    A value that is not one closed string is treated as unknown, so that a record which was
    tampered with cannot smuggle in a command. While the connection or the module family is not
    known, the steps of both variants stay, each labelled. A known billing model drops the steps
    that are for the others; those steps say themselves which model they are for.
    """
    known = _known(values)
    steps = tuple(_chosen(runbook.steps, connection, modules, _billing(known)))
    return FilledRunbook(
        id=runbook.id,
        title=runbook.title,
        source=runbook.source,
        unfilled=_unfilled(steps, known),
        steps=tuple(_filled(step, known, connection, modules) for step in steps),
        rerun=runbook.rerun,
    )


def as_text(filled: FilledRunbook) -> str:
    """Render a filled runbook for the terminal."""
    lines = [filled.title, ""]
    if filled.unfilled:
        lines += ["Fill in first:", *(f"  {_ask(words)}" for words in filled.unfilled), ""]
    for number, step in enumerate(filled.steps, start=1):
        lines += [*_step_lines(number, step), ""]
    lines += [f"Run rule {rule} again." for rule in filled.rerun]
    return "\n".join(lines).rstrip() + "\n"


def placeholders(step: Step) -> Iterator[str]:
    """The names of the placeholders of a step, in the order of reading."""
    for text in (step.what, step.where, step.powershell, step.expect, step.verify):
        yield from PLACEHOLDER.findall(text)


def _known(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in values.items()
        if name in PLACEHOLDERS and name not in ALWAYS_ASKED and _is_quoted(value)
    }


def _is_quoted(value: str) -> bool:
    # Quoting doubles quotation marks, so a value of the longest kind may be twice as long.
    return (
        len(value) <= 2 * _MAX_VALUE + 2
        and value.isprintable()
        and _QUOTED.fullmatch(value) is not None
        and _BRACES.search(value) is None
    )


def _billing(known: Mapping[str, str]) -> str:
    """Which of ``BILLINGS`` the stamp's known billing model is; empty while it is not known."""
    model = known.get("billing_model", "")
    return model and ("Capacity" if model == "'Capacity'" else "other")


def _chosen(steps: Iterable[Step], connection: str, modules: str, billing: str) -> Iterator[Step]:
    for step in steps:
        variants = (
            _fits(step.connection, connection, CONNECTIONS),
            _fits(step.modules, modules, MODULES),
            _fits(step.billing, billing, BILLINGS),
        )
        if all(variants):
            yield step


def _fits(variant: str, chosen: str, known: tuple[str, ...]) -> bool:
    return chosen not in known or variant in ("", chosen)


def _words(name: str) -> str:
    return PLACEHOLDERS.get(name, name.replace("_", " "))


def _ask(words: str) -> str:
    return f"<FILL: {words}>"


def _unfilled(steps: Iterable[Step], known: Mapping[str, str]) -> tuple[str, ...]:
    names = (name for step in steps for name in placeholders(step))
    return tuple(dict.fromkeys(_words(name) for name in names if name not in known))


def _filled(step: Step, known: Mapping[str, str], connection: str, modules: str) -> FilledStep:
    open_variants = (
        step.connection if connection not in CONNECTIONS else "",
        step.modules if modules not in MODULES else "",
    )
    return FilledStep(
        what=_in_prose(step.what, known),
        where=_in_prose(step.where, known),
        variant=", ".join(filter(None, open_variants)),
        powershell=_in_powershell(step.powershell, known),
        expect=_in_prose(step.expect, known),
        verify=_in_prose(step.verify, known),
    )


def _in_prose(text: str, known: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: known.get(match[1]) or _ask(_words(match[1])), text)


def _in_powershell(text: str, known: Mapping[str, str]) -> str:
    # Quoted like a value: the reader replaces what is between the quotes and need not know them.
    return PLACEHOLDER.sub(lambda match: known.get(match[1]) or f"'{_ask(_words(match[1]))}'", text)


def _step_lines(number: int, step: FilledStep) -> Iterator[str]:
    label = f"[{step.variant}] " if step.variant else ""
    yield f"{number:2}. {label}{step.what}"
    if step.where:
        yield f"    Where: {step.where}."
    if step.powershell:
        yield "    PowerShell:"
        yield from (f"        {line}" for line in step.powershell.splitlines())
    if step.expect:
        yield f"    Expect: {step.expect}"
    if step.verify:
        yield f"    Verify: {step.verify}"
