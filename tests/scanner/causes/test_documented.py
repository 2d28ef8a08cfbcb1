"""The law of completeness: what the article documents is in the catalogue, and finished."""

import re

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.model import Cause, Runbook

CATALOGUE = load()
CAUSES = CATALOGUE.causes
RUNBOOKS = CATALOGUE.runbooks

# The causes that the article documents, in the words of the list of requirements.
CAUSE_OF = {
    "host unreachable for hardware details": "host-unreachable-for-hardware-details",
    "Cloud ID already registered": "cloud-id-already-registered",
    "directory tenant changed, syndication fails": "directory-tenant-changed",
    "registration resource not accessible": "registration-not-accessible",
    "disconnected notice": "disconnected-notice",
    "403 for a user who is no owner of the service principal": "registering-account-not-owner",
    "account may not create applications": "account-may-not-create-applications",
    "registration name not unique": "registration-name-not-unique",
    "expired yearly capacity subscription": "capacity-subscription-expired",
    "name not changed and old registration not deleted": "expired-registration-not-deleted",
    "not registered": "not-registered",
    "language mode": "language-mode-restricted",
    "old tools or modules": "tools-or-modules-outdated",
    "wrong Azure context or subscription": "wrong-azure-context",
    "session expired or password changed": "session-expired-or-password-changed",
    "machine cannot reach the privileged endpoint": "privileged-endpoint-unreachable",
    "wrong form of the endpoint's user name": "privileged-endpoint-user-name-form",
    "usage reporting left on for capacity or disconnected": "usage-reporting-left-on",
    "syndication left on when disconnected": "syndication-left-on-when-disconnected",
    "agreement number missing": "agreement-number-missing",
    "lock not removed before a move or deletion": "lock-blocks-move-or-deletion",
    "move between subscriptions not allowed": "move-between-subscriptions",
    "subscription changed without removal first": "subscription-changed-without-removing",
    "nodes added or removed without re-registering": "nodes-changed-without-re-registering",
    "billing model changed without re-registering": "billing-model-changed-without-re-registering",
    "Germany cloud": "germany-cloud",
    "unsupported subscription type": "subscription-offer-not-supported",
    "provider not registered": "provider-not-registered",
    "disconnected: token made, nothing after it": "token-not-used",
    "left-over registration": "left-over-registration",
    "identity system not for a disconnected stamp": "identity-not-for-disconnected",
    "disconnected: token, key or activation step missing": "activation-step-missing",
}
# The runbooks that the article documents: id, and for each connection a command of it.
RUNBOOK_OF = {
    "register connected": ("register", "connected", "Set-AzsRegistration"),
    "register disconnected": ("register", "disconnected", "New-AzsActivationResource"),
    "verify": ("verify-registration", "", "Get-AzResource"),
    "renew before expiry": ("renew-before-expiry", "connected", "Set-AzsRegistration"),
    "renew after expiry": ("renew-after-expiry", "connected", "Remove-AzsRegistration"),
    "change subscription": ("change-subscription", "connected", "Remove-AzsRegistration"),
    "change billing model": ("change-billing-model", "connected", "Set-AzsRegistration"),
    "re-register": ("re-register", "connected", "Set-AzsRegistration"),
    "registration did not succeed": (
        "remove-and-register-again",
        "connected",
        "Remove-AzsRegistration",
    ),
    "disconnected to connected": ("disconnected-to-connected", "", "Set-AzsRegistration"),
    "disconnected re-registration": ("re-register", "disconnected", "UnRegister-AzsEnvironment"),
    "usage reporting off, connected": ("usage-reporting-off", "connected", "Set-AzsRegistration"),
    "usage reporting off, disconnected": (
        "usage-reporting-off",
        "disconnected",
        "Get-AzsRegistrationToken",
    ),
    "move the registration": ("move-registration", "", "Move-AzResource"),
    "restore the lock": ("restore-lock", "", "New-AzResourceLock"),
    "set language mode": ("set-language-mode", "", "LanguageMode"),
}
HEADINGS = {
    "change-billing-model-how-features-are-offered-or-re-register-your-instance",
    "change-the-subscription-you-use",
    "connect-to-azure-and-register",
    "create-an-activation-resource-in-azure-stack-hub",
    "determine-your-billing-model",
    "determine-your-unique-registration-name",
    "disable-or-enable-usage-reporting",
    "download-the-azure-stack-hub-tools",
    "move-a-registration-resource",
    "re-register-using-connected-steps",
    "register-azure-stack-hub-with-azure",
    "register-with-pay-as-you-use-billing",
    "registration-failures",
    "renew-or-change-registration",
    "set-azsregistration",
    "set-the-powershell-language-mode",
    "verify-azure-stack-hub-registration",
    "verify-your-credentials",
}
SENTENCE = re.compile(r"[.?!](?=\s|$)")


@pytest.mark.parametrize("phrase", CAUSE_OF)
def test_a_cause_that_the_article_documents_is_a_documented_cause(phrase: str) -> None:
    assert CAUSES[CAUSE_OF[phrase]].documented


@pytest.mark.parametrize("phrase", RUNBOOK_OF)
def test_a_runbook_that_the_article_documents_is_there_with_its_command(phrase: str) -> None:
    runbook, connection, command = RUNBOOK_OF[phrase]
    steps = [step for step in RUNBOOKS[runbook].steps if step.connection in ("", connection)]
    assert any(command in step.powershell for step in steps)


def test_both_models_of_a_connected_stamp_can_be_registered() -> None:
    steps = [step for step in RUNBOOKS["register"].steps if step.connection == "connected"]
    registering = {step.billing for step in steps if "Set-AzsRegistration" in step.powershell}
    assert registering == {"Capacity", "other"}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.id)
def test_a_cause_is_explained_in_its_own_words_and_not_by_its_title(cause: Cause) -> None:
    assert 2 <= len(SENTENCE.findall(cause.explanation)) <= 4
    assert cause.title.casefold() not in cause.explanation.casefold()
    assert "Does the evidence show it" not in cause.confirm
    assert len(SENTENCE.findall(cause.confirm)) == 1


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.id)
def test_a_confirming_question_tells_a_cause_from_every_other(cause: Cause) -> None:
    others = {other.confirm for other in CAUSES.values() if other.id != cause.id}
    assert cause.confirm not in others


@pytest.mark.parametrize(
    "entry", [*CAUSES.values(), *RUNBOOKS.values()], ids=lambda entry: f"{entry.id}"
)
def test_an_entry_from_the_article_names_a_heading_of_it(entry: Cause | Runbook) -> None:
    file, _, anchor = entry.source.partition("#")
    assert file != "register-azure-stack-hub.md" or anchor in HEADINGS
