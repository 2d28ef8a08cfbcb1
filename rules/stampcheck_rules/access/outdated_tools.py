"""Operator's tools are out of date."""

import re
from collections.abc import Iterator

from stampcheck.facts import (
    OPERATOR_TOOLS,
    REGISTRATION_DUE,
    STAMP_VERSION,
    TOOLS_FIT,
    OperatorTools,
    RegistrationDue,
)
from stampcheck.model import (
    Consequence,
    Example,
    Known,
    Outcome,
    Passage,
    Reason,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_CAUSES = ("tools-or-modules-outdated",)
_EXPECTED = "the branch az of AzureStack-Tools with Az, or master with AzureRM before 2002"
_BUILD = re.compile(r"1\.(\d{4})\.(\d{1,9})\.(\d{1,9})", re.ASCII)
_AZ_ONLY_FROM = (2002, 0, 0)
_NEW_TOKEN_AFTER = (2309, 0, 4)
_FAMILY_OF = {"az": "Az", "master": "AzureRM"}
_SHOWN = ("AzureStack", "Az.Accounts", "AzureRM.Profile", "Azs.Azurebridge.Admin")
_DUE = RegistrationDue(due=True, why="the registration expires on 2026-12-01")
_NOT_DUE = RegistrationDue(
    due=False, why="the stamp is registered, and its activation never expires"
)
_MIXED = OperatorTools(has_tools=True, branch="az", loaded=frozenset(("Az", "AzureRM")), modules=())
_FINE = OperatorTools(
    has_tools=True,
    branch="az",
    loaded=frozenset(("Az",)),
    modules=(("Az.Accounts", "2.2.8"), ("AzureStack", "2.4.0")),
)
_EXAMPLES = (
    Example(
        Outcome.FAIL,
        {REGISTRATION_DUE: _DUE, OPERATOR_TOOLS: _MIXED, STAMP_VERSION: "1.2311.1.22"},
    ),
    Example(
        Outcome.UNDETERMINED,
        {REGISTRATION_DUE: _DUE, OPERATOR_TOOLS: _FINE, STAMP_VERSION: "1.2311.1.22"},
    ),
    Example(
        Outcome.PASS,
        {
            REGISTRATION_DUE: _DUE,
            OPERATOR_TOOLS: _FINE,
            STAMP_VERSION: "1.2311.1.22",
            TOOLS_FIT: True,
        },
    ),
    Example(Outcome.NOT_APPLICABLE, {REGISTRATION_DUE: _NOT_DUE}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-AC-003",
        title="Operator's tools are out of date",
        severity=Severity.MEDIUM,
        rationale=(
            "Registration tools and modules that do not fit each other or the stamp's build are "
            "the most frequent reason in public reports why a registration breaks off."
        ),
        needs=(REGISTRATION_DUE, OPERATOR_TOOLS, STAMP_VERSION),
        uses=(TOOLS_FIT,),
        fails_when=(
            "A registration is due, and the operator's PowerShell has Az and AzureRM loaded at "
            "once, the tools' branch for the other of the two, AzureRM for a build from 2002 on, "
            "Az for an older one, the branch master for a build after 1.2309.0.4, or (low) no "
            "registration tools; or a person compared them and attests that they do not fit."
        ),
        passes_when=(
            "Nothing of them is known to be bad, and a person attests that they were compared with "
            "the build and fit; the tools bear no version that would tell it by itself."
        ),
        not_applicable_when="No registration or re-registration is due.",
        undetermined_when=(
            "There are registration tools, nothing of them is known to be bad, and nobody attests "
            "that their versions were compared with the build."
        ),
        causes=_CAUSES,
        remediation=(
            "Remove the old modules, install those that the stamp's build asks for, and download "
            "the branch az of AzureStack-Tools anew."
        ),
        consequences=(Consequence.RENEWAL,),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#install-powershell-for-azure-stack-hub; newer: "
            "powershell-install-az-module (Azure Stack Hub operator)"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("install-powershell-for-azure-stack-hub", "7c03c589810a5bcd"),
            Passage("download-the-azure-stack-hub-tools", "43a37700cce31d18"),
        ),
    )
)
def outdated_tools(stamp: Stamp) -> Iterator[Verdict]:
    """Pairs that are known to be bad fail; nothing in the document proves that a pair is good."""
    due = stamp[REGISTRATION_DUE]
    if not due.due:
        yield Verdict.not_applicable(stamp, message=f"Nobody has to register: {due.why}.")
        return
    tools = stamp[OPERATOR_TOOLS]
    version = stamp.witness(STAMP_VERSION)
    build = _build(version.value) if isinstance(version, Known) else None
    problem = _mismatch(tools) or _misfit(tools, build)
    if problem:
        yield _failed(stamp, tools, problem)
    elif not tools.has_tools:
        message = "RegisterWithAzure is neither loaded in this PowerShell nor in the folder named."
        yield _failed(stamp, tools, message, Severity.LOW)
    else:
        yield _for_a_person(stamp, tools, stamp[STAMP_VERSION])


def _build(version: str) -> tuple[int, ...] | None:
    match = _BUILD.fullmatch(version.strip())
    return tuple(int(part) for part in match.groups()) if match else None


def _mismatch(tools: OperatorTools) -> str:
    """What of the operator's tools does not fit the rest of them, or nothing."""
    if len(tools.loaded) > 1:
        return "Az and AzureRM are loaded in one PowerShell, where their commands break each other."
    wanted = _FAMILY_OF.get(tools.branch.lower(), "")
    if tools.has_tools and wanted and tools.family and tools.family != wanted:
        return f"The branch {tools.branch} of the tools is for {wanted}, not for {tools.family}."
    return ""


def _misfit(tools: OperatorTools, build: tuple[int, ...] | None) -> str:
    """What of them does not fit the stamp's build, or nothing."""
    if build is None:
        return ""
    if tools.family == "AzureRM" and build >= _AZ_ONLY_FROM:
        return "From build 2002 on a stamp is registered with Az; AzureRM is no longer kept up."
    if tools.family == "Az" and build < _AZ_ONLY_FROM:
        return "Before build 2002 a stamp is registered with AzureRM; it does not support Az."
    if tools.has_tools and tools.branch.lower() == "master" and build > _NEW_TOKEN_AFTER:
        return "For builds after 1.2309.0.4 the branch az asks for a newer token than master does."
    return ""


def _seen(tools: OperatorTools) -> str:
    versions = [f"{name} {told}" for name in _SHOWN if (told := tools.version(name))]
    used = sorted(tools.loaded or tools.installed)
    modules = versions or used or ["no Azure module"]
    branch = f"branch {tools.branch}" if tools.branch else "branch unknown"
    return ", ".join([branch if tools.has_tools else "no tools", *modules])


def _failed(
    stamp: Stamp, tools: OperatorTools, message: str, severity: Severity | None = None
) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=_CAUSES,
        severity=severity,
        expected=_EXPECTED,
        actual=_seen(tools),
        message=message,
    )


def _for_a_person(stamp: Stamp, tools: OperatorTools, version: str) -> Verdict:
    attested = stamp.witness(TOOLS_FIT)
    if isinstance(attested, Known):
        if not attested.value:
            text = f"They were compared with build {version} and do not fit, as a person attests."
            return _failed(stamp, tools, text)
        text = f"They were compared with build {version} and fit, as a person attests."
        return Verdict.passed(stamp, expected=_EXPECTED, actual=_seen(tools), message=text)
    return Verdict.undetermined(
        stamp,
        reason=Reason.NEEDS_HUMAN,
        expected=_EXPECTED,
        actual=_seen(tools),
        message=(
            f"Nothing of it is known to be bad for build {version}. Compare the modules with the "
            "table of versions in Microsoft's page on installing PowerShell for Azure Stack Hub, "
            f"and the tools with the newest of their branch; {attested.why}."
        ),
    )
