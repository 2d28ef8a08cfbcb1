"""Operator's PowerShell is not in full language mode."""

from collections.abc import Iterator

from stampcheck.facts import LANGUAGE_MODE, REGISTRATION_DUE, RegistrationDue
from stampcheck.model import (
    Consequence,
    Example,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_FULL = "FullLanguage"
_DUE = RegistrationDue(due=True, why="the registration expires on 2026-12-01")
_NOT_DUE = RegistrationDue(
    due=False, why="the stamp is registered, and its activation never expires"
)


@stamp_rule(
    RuleInfo(
        id="AZS-AC-001",
        title="Operator's PowerShell is not in full language mode",
        severity=Severity.HIGH,
        rationale=(
            "The registration script calls methods that PowerShell allows in its full language "
            "mode only; in another one it breaks off in the middle."
        ),
        needs=(REGISTRATION_DUE, LANGUAGE_MODE),
        fails_when=(
            "A registration or re-registration is due, and the PowerShell that is to run it is in "
            "ConstrainedLanguage, RestrictedLanguage or NoLanguage."
        ),
        passes_when=(
            "It is in FullLanguage, the word that PowerShell prints (the article calls it "
            "FullLanguageMode)."
        ),
        not_applicable_when="No registration or re-registration is due.",
        causes=("language-mode-restricted",),
        remediation=(
            "Register from a machine whose PowerShell is in full language mode, or have the policy "
            "lifted that restricts this one."
        ),
        consequences=(Consequence.RENEWAL,),
        examples=(
            Example(Outcome.FAIL, {REGISTRATION_DUE: _DUE, LANGUAGE_MODE: "ConstrainedLanguage"}),
            Example(Outcome.PASS, {REGISTRATION_DUE: _DUE, LANGUAGE_MODE: _FULL}),
            Example(Outcome.NOT_APPLICABLE, {REGISTRATION_DUE: _NOT_DUE}),
        ),
        source="register-azure-stack-hub.md#set-the-powershell-language-mode",
        reviewed="2026-11-22",
        passages=(
            Passage("set-the-powershell-language-mode", "2fbed8db22694a21"),
            Passage("set-the-powershell-language-mode", "05d5bc7c6bd7bcd0"),
            Passage("set-the-powershell-language-mode", "86575dfdb3047211"),
        ),
    )
)
def restricted_language_mode(stamp: Stamp) -> Iterator[Verdict]:
    """Only ``FullLanguage`` passes; a word that PowerShell does not know is no mode at all."""
    due = stamp[REGISTRATION_DUE]
    if not due.due:
        yield Verdict.not_applicable(stamp, message=f"Nobody has to register: {due.why}.")
        return
    mode = stamp[LANGUAGE_MODE]
    if mode == _FULL:
        yield Verdict.passed(stamp, expected=_FULL, actual=mode)
        return
    yield Verdict.failed(
        stamp,
        causes=("language-mode-restricted",),
        expected=_FULL,
        actual=mode,
        message=f"A registration is due ({due.why}), but the script cannot run in this mode.",
    )
