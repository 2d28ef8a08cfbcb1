"""A cause is claimed as surely as its proof allows, and none of another product."""

from __future__ import annotations

import pytest

from stampcheck.model import Likelihood, Neighbour
from tests.scanner.diagnose.sample import (
    BUSY,
    CLOUD_ID,
    CONTEXT,
    MFA,
    OTHER,
    PRINCIPAL,
    SESSION,
    TAKEN,
    TENANT,
    TNC,
    VERSION,
    cause,
    framed,
    log,
    shown,
    signature,
    thrown,
    warned,
)

AFTERWARDS = log(
    *VERSION, PRINCIPAL, BUSY, *warned(f"Creation of service principal failed:\n{TNC}")
)


def test_the_warning_that_is_framed_is_not_taken_for_the_cause_that_came_before() -> None:
    diagnosis = shown(AFTERWARDS)

    assert [(one.id, one.likelihood) for one in diagnosis.causes] == [
        ("busy", Likelihood.CERTAIN),
        ("no-tnc", Likelihood.LIKELY),
    ]
    assert diagnosis.next_question == "Is it busy?"


def test_of_two_certain_causes_the_first_leads_and_the_other_is_weaker() -> None:
    text = log(*VERSION, PRINCIPAL, BUSY, *warned(TAKEN))
    first, second = shown(text).causes

    assert (first.id, first.likelihood) == ("busy", Likelihood.CERTAIN)
    assert (second.id, second.likelihood) == ("taken", Likelihood.LIKELY)
    assert "after-effect" in second.notes[0]


@pytest.mark.parametrize(
    ("stages", "word"),
    [
        (("service-principal",), Likelihood.CERTAIN),
        (("activation",), Likelihood.LIKELY),
        ((), Likelihood.CERTAIN),
    ],
)
def test_a_signature_is_weaker_at_another_step(stages: tuple[str, ...], word: Likelihood) -> None:
    only = cause("busy", signature("another action is in progress", stages=stages))

    assert shown(log(*VERSION, PRINCIPAL, BUSY), causes=(only,)).causes[0].likelihood is word


def test_a_signature_of_the_endpoint_is_weaker_on_the_local_console() -> None:
    only = cause("alias", signature("The term 'tnc'", sessions=("pep",)))
    local = shown(f"PS C:\\> tnc\n{TNC} RegisterWithAzure\n", causes=(only,))
    remote = shown(f"[10.0.0.224]: PS>tnc\n{TNC} RegisterWithAzure\n", causes=(only,))

    assert local.causes[0].likelihood is Likelihood.LIKELY
    assert remote.causes[0].likelihood is Likelihood.CERTAIN


def test_the_weakest_signature_says_nothing_at_another_place() -> None:
    only = cause(
        "busy",
        signature("in progress", likelihood=Likelihood.POSSIBLE, stages=("activation",)),
    )

    assert shown(log(*VERSION, PRINCIPAL, BUSY), causes=(only,)).causes == []


def test_companions_decide_over_the_whole_run() -> None:
    needs = cause("needs", signature("another action", requires=("Verifying stamp version.",)))
    spurns = cause("spurns", signature("another action", excludes=("Verifying stamp version.",)))

    with_it = shown(log(*VERSION, BUSY), causes=(needs, spurns))
    without = shown(log(PRINCIPAL, BUSY), causes=(needs, spurns))
    assert [one.id for one in with_it.causes] == ["needs"]
    assert [one.id for one in without.causes] == ["spurns"]


def test_general_words_count_in_texts_of_the_product_only() -> None:
    assert shown(MFA).causes == []
    assert shown(f"PS C:\\> Set-AzsRegistration\n{MFA}\n").causes[0].id == "second-factor"


@pytest.mark.parametrize(
    "text",
    [
        f"Register-AzStackHCI : {MFA}",
        f"az cloud register -n mine\nERROR: {TAKEN}",
        f"aks-engine deploy\n{BUSY}",
        f"Microsoft.Crm.Setup: {TAKEN}",
    ],
)
def test_nothing_is_claimed_of_other_products(text: str) -> None:
    diagnosis = shown(text)

    assert diagnosis.causes == []
    assert diagnosis.other_products
    assert "Nothing is claimed" in diagnosis.situation
    assert diagnosis.exit_code == 3


def test_the_mark_of_another_product_may_be_wrapped() -> None:
    assert shown(f"Register-AzStac\nkHCI : it failed: {TAKEN}\n").causes == []


def test_a_text_that_is_clearly_ours_may_name_a_neighbour() -> None:
    text = framed("Set-AzsRegistration", *CONTEXT, "Not Azure Stack HCI", PRINCIPAL, BUSY)

    assert shown(text).causes[0].id == "busy"


def test_one_file_of_another_product_hides_no_other_file() -> None:
    diagnosis = shown("Register-AzStackHCI: failed", AFTERWARDS)

    assert diagnosis.causes[0].id == "busy"
    assert diagnosis.other_products == ["Azure Local (Azure Stack HCI)"]


def test_values_of_the_log_fill_the_runbook() -> None:
    text = framed(
        "Set-AzsRegistration",
        *SESSION,
        *VERSION,
        f"Setting Azure Stack Registration Owner role on '/subscriptions/{OTHER}/resourceGroups/rg"
        "/providers/Microsoft.AzureStack/registrations/ams-01'",
        *thrown(BUSY, "x"),
    )
    diagnosis = shown(text)

    assert diagnosis.values["cloud_id"] == CLOUD_ID
    assert diagnosis.values["registration_name"] == "ams-01"
    script = "\n".join(step.powershell for step in diagnosis.causes[0].runbook.steps)
    assert "-RegistrationName 'ams-01'" in script
    assert "-PrivilegedEndpoint '10.0.0.224'" in script


def test_values_that_contradict_each_other_fill_nothing() -> None:
    other = VERSION[1].replace(CLOUD_ID, OTHER)
    diagnosis = shown(log(*VERSION, other, BUSY))

    assert "cloud_id" not in diagnosis.values
    assert sorted(diagnosis.open_values["cloud_id"]) == sorted([CLOUD_ID, OTHER])


def test_the_run_of_the_failure_decides_between_values() -> None:
    first = framed("Get-AzsRegistrationToken", VERSION[1].replace(CLOUD_ID, OTHER), ends=True)
    second = framed("Set-AzsRegistration", *VERSION, *thrown(BUSY, "x"), day="2026-11-04")

    assert shown(first, second).values["cloud_id"] == CLOUD_ID


def test_a_value_cannot_break_out_of_the_runbook() -> None:
    text = 'PS C:\\> Set-AzsRegistration -RegistrationName "a\'; Remove-Item x"\n' + BUSY
    steps = shown(text).causes[0].runbook.steps

    assert not any("Remove-Item x" in step.powershell for step in steps)


def test_what_is_known_of_the_stamp_goes_before_the_log() -> None:
    diagnosis = shown(
        log(*SESSION, BUSY), values={"privileged_endpoint": "'10.9.9.9'"}, stamp="ams-01"
    )
    steps = diagnosis.causes[0].runbook.steps

    assert any("'10.9.9.9'" in step.powershell for step in steps)
    assert diagnosis.stamp == "ams-01"


def test_a_step_is_named_as_a_step() -> None:
    text = log(
        *VERSION,
        "Task: Invocation of interface 'ActivateAzureBridge' of role 'Cloud\\Fabric\\AzureBridge' "
        "failed:",
    )
    diagnosis = shown(text)

    assert diagnosis.causes == []
    assert "says where, not why" in diagnosis.steps[0]


def test_without_a_match_it_says_what_comes_near_and_what_to_collect() -> None:
    text = log(*VERSION, PRINCIPAL, *warned("The term 'tn' is not recognized as a cmdlet, failed"))
    diagnosis = shown(text)

    assert diagnosis.causes == []
    assert [one.id for one in diagnosis.nearest] == ["no-tnc"]
    assert any("MASLogs" in one for one in diagnosis.collect)
    assert diagnosis.next_question


def test_neighbours_of_a_cause_are_shown_with_their_difference() -> None:
    other = Neighbour("taken", "There the name is taken.")
    only = cause("busy", signature("another action"), neighbours=(other,))

    assert shown(BUSY, causes=(only,)).causes[0].neighbours == ["taken: There the name is taken."]


def test_a_tenant_and_a_function_are_told() -> None:
    diagnosis = shown(framed("Set-AzsRegistration", PRINCIPAL, *thrown(BUSY, "x")))

    assert diagnosis.values["tenant_id"] == TENANT
    assert diagnosis.values["function"] == "Set-AzsRegistration"


def test_a_failure_that_ends_with_a_colon_is_told_with_its_reason() -> None:
    failed = "Creation of Azure resource failed:"
    text = log("Creating registration resource...", *warned(f"{failed}\nNew-AzResource : {TAKEN}"))
    first = shown(text).first_failure

    assert first is not None
    assert first.text == f"{failed} New-AzResource : {TAKEN}"


def test_one_line_is_one_proof_whatever_matched_it() -> None:
    twice = cause(
        "twice",
        signature("Cloud identifier"),
        signature("already registered"),
    )
    text = log(*warned(f"{TAKEN} {'x' * 400} Cloud identifier"))
    (found,) = shown(text, causes=(twice,)).causes

    assert [line.line for line in found.lines] == [2]
