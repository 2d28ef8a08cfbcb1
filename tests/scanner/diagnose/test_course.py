"""A log says how far a registration got, what it overcame and where it stopped."""

from __future__ import annotations

from stampcheck.diagnose import Diagnosis
from stampcheck.diagnose.stages import Status
from tests.scanner.diagnose.sample import (
    BUSY,
    CONTEXT,
    MFA,
    PRINCIPAL,
    REGISTERED,
    SESSION,
    TAKEN,
    TNC,
    VERSION,
    framed,
    log,
    shown,
    thrown,
    warned,
)

REFUSED = (
    "Initializing session with privileged endpoint: 10.0.0.224. Attempt 0 of 3",
    *warned("Creation of session with 10.0.0.224 failed:\nAccess is denied."),
)
FAILED = (
    *(*CONTEXT, *SESSION, *VERSION, PRINCIPAL),
    *warned(f"Creation of service principal failed:\n{BUSY}"),
    *thrown(BUSY, "New-ServicePrincipal"),
)


def states(diagnosis: Diagnosis) -> dict[str, Status]:
    return {stage.id: stage.status for stage in diagnosis.stages}


def test_steps_before_the_failure_are_proven_and_those_after_it_not_reached() -> None:
    found = states(shown(framed("Set-AzsRegistration", *FAILED)))

    assert list(found.values())[:4] == [Status.PROVEN] * 3 + [Status.FAILED]
    assert set(list(found.values())[4:]) == {Status.NOT_REACHED}


def test_a_step_that_was_tried_again_has_recovered() -> None:
    diagnosis = shown(framed("Set-AzsRegistration", *CONTEXT, *REFUSED, *SESSION, *VERSION))

    assert states(diagnosis)["pep-session"] is Status.RECOVERED
    assert [one.id for one in diagnosis.recovered] == ["pep-session"]
    assert diagnosis.causes == []


def test_a_failure_that_a_later_step_overtook_is_no_cause() -> None:
    text = framed(
        "Set-AzsRegistration",
        *CONTEXT,
        PRINCIPAL,
        *warned(BUSY),
        "Creating registration token. Attempt 0 of 3",
        *warned(f"Creation of registration token failed: {MFA}"),
    )
    diagnosis = shown(text)

    assert [one.id for one in diagnosis.causes] == ["second-factor"]
    assert [one.id for one in diagnosis.recovered] == ["busy"]


def test_a_paste_that_begins_in_the_middle_leaves_the_steps_before_it_open() -> None:
    found = states(shown(log(*VERSION, PRINCIPAL, *warned(f"failed: {TNC}"), prefix="VERBOSE: ")))

    assert found["context"] is found["pep-session"] is Status.UNKNOWN
    assert found["service-principal"] is Status.FAILED


def test_a_registration_that_went_through_has_no_cause() -> None:
    diagnosis = shown(
        framed("Set-AzsRegistration", *CONTEXT, *REFUSED, *SESSION, REGISTERED, ends=True)
    )

    assert diagnosis.causes == []
    assert states(diagnosis)["done"] is Status.PROVEN
    assert "succeeded" in diagnosis.situation
    assert diagnosis.exit_code == 3


def test_a_later_success_of_the_same_function_overtakes_a_failure() -> None:
    first = framed("Set-AzsRegistration", *FAILED)
    second = framed("Set-AzsRegistration", *CONTEXT, REGISTERED, day="2026-11-03", ends=True)

    for texts in ((first, second), (first + second,), (second, first)):
        diagnosis = shown(*texts)
        assert diagnosis.causes == []
        assert [one.id for one in diagnosis.recovered] == ["busy"]
        assert "a later run succeeded" in diagnosis.recovered[0].how


def test_the_newest_run_of_a_function_counts_and_what_it_got_past_is_overcome() -> None:
    first = framed("Set-AzsRegistration", *CONTEXT, *REFUSED, *thrown("Access is denied.", "x"))
    diagnosis = shown(first, framed("Set-AzsRegistration", *FAILED, day="2026-11-03"))

    assert [one.id for one in diagnosis.causes] == ["busy"]
    assert diagnosis.causes[0].lines[0].file == "2.log"


def test_the_first_open_failure_leads_and_what_follows_is_its_after_effect() -> None:
    removal = framed("Remove-AzsRegistration", *thrown("It was not found.", "x"), day="2026-11-03")
    diagnosis = shown(removal, framed("Set-AzsRegistration", *FAILED))

    assert [one.id for one in diagnosis.causes] == ["busy", "not-found"]
    assert diagnosis.flow == "connected"


def test_a_paste_without_a_time_is_not_overtaken_by_an_old_success() -> None:
    old = framed("Set-AzsRegistration", *CONTEXT, REGISTERED, ends=True)

    for texts in ((old, BUSY), (BUSY, old)):
        assert [one.id for one in shown(*texts).causes] == ["busy"]


def test_a_failure_of_long_ago_does_not_lead() -> None:
    old = framed("Remove-AzsRegistration", *thrown("It was not found.", "x"), day="2024-05-01")
    diagnosis = shown(old, framed("Set-AzsRegistration", *FAILED))

    assert [one.id for one in diagnosis.causes] == ["busy", "not-found"]
    assert diagnosis.causes[1].likelihood == "possible"


def test_what_goes_wrong_after_a_success_is_not_hidden_by_it() -> None:
    text = framed("Set-AzsRegistration", *CONTEXT, REGISTERED, ends=True) + log(BUSY)

    assert [one.id for one in shown(text).causes] == ["busy"]


def test_the_activation_key_is_a_step_of_the_run_that_asks_for_it() -> None:
    stars = "*" * 23
    diagnosis = shown(
        framed(
            "Set-AzsRegistration",
            *CONTEXT,
            f"{stars} Begin log: Get-AzsActivationKey {stars}",
            "Retrieving activation key.",
            "Activation key successfully retrieved.",
            f"{stars} End log: Get-AzsActivationKey {stars}",
            "Activating Azure Stack (this may take up to 10 minutes to complete).",
            *warned(f"Activation of Azure Stack features failed:\n{BUSY}"),
        )
    )

    assert [run.function for run in diagnosis.runs] == ["Set-AzsRegistration"]
    assert states(diagnosis)["activation-key"] is Status.PROVEN
    assert states(diagnosis)["activation"] is Status.FAILED


def test_a_disconnected_registration_is_followed_over_its_functions() -> None:
    token = framed("Get-AzsRegistrationToken", *SESSION, "Registration token created.", ends=True)
    create = framed(
        "Register-AzsEnvironment",
        "Creating registration resource...",
        *warned(f"Creation of Azure resource failed:\n{TAKEN}"),
        *thrown(TAKEN, "New-RegistrationResource"),
        day="2026-11-03",
    )
    diagnosis = shown(token, create)

    assert diagnosis.flow == "disconnected"
    assert list(states(diagnosis).values()) == [
        *(Status.PROVEN, Status.FAILED),
        *[Status.NOT_REACHED] * 3,
    ]


def test_a_removal_has_steps_of_its_own() -> None:
    diagnosis = shown(
        framed(
            "Remove-AzsRegistration",
            *CONTEXT,
            "De-Activating Azure Stack (this may take up to 10 minutes to complete).",
            *warned(f"DeActivation of Azure Stack features failed:\n{BUSY}"),
        )
    )

    assert diagnosis.flow == "removal"
    assert states(diagnosis)["deactivation"] is Status.FAILED


def test_twelve_hour_times_keep_the_order_of_the_lines() -> None:
    text = (
        "2018-03-02.12-50-00: Verifying stamp version.\n"
        "2018-03-02.12-50-10: Running registration actions on build 1.0.180302.1.\n"
        "2018-03-02.01-05-00: Creating registration token. Attempt 0 of 3\n"
        f"2018-03-02.01-05-01: Creation of registration token failed: {BUSY}\n"
    )
    diagnosis = shown(text)

    assert states(diagnosis)["stamp-version"] is Status.PROVEN
    assert states(diagnosis)["registration-token"] is Status.FAILED
    assert any("12 hours" in note for note in diagnosis.notes)


def test_the_first_failure_is_named_rather_than_the_last_retry() -> None:
    refusals = [
        line
        for number in range(3)
        for line in (
            f"Creating registration token. Attempt {number} of 3",
            *warned(f"Creation of registration token failed:\n{BUSY}"),
        )
    ]
    diagnosis = shown(framed("Set-AzsRegistration", *refusals, *thrown(BUSY, "x")))

    assert diagnosis.first_failure is not None
    assert diagnosis.first_failure.line == 5
    assert diagnosis.causes[0].times == 4


def test_very_many_equal_failures_are_counted_and_not_kept() -> None:
    diagnosis = shown(log(*[f"Creation of registration token failed: {BUSY}"] * 3_000))

    assert diagnosis.causes[0].times == 3_000
    assert len(diagnosis.causes[0].lines) < 20
