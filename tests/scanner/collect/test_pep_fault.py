from __future__ import annotations

import time
from pathlib import Path
from typing import Any, get_args

import pytest
from pypsrp.exceptions import InvalidPSRPOperation, WinRMError, WSManFaultError
from requests.exceptions import SSLError
from spnego.exceptions import OperationNotAvailableError

from stampcheck.collect.asking import Limits
from stampcheck.collect.pep_fault import refusal
from stampcheck.collect.pep_result import complaint
from stampcheck.collect.pep_session import Result
from stampcheck.model import Reason
from tests.emulators.jea import Reply
from tests.emulators.pep import USER, Behaviour, start_pep
from tests.emulators.pep_behaviour import Stage, Trouble
from tests.emulators.tls import Authority
from tests.scanner.collect.pep_stage import CMDLET, DEADLINE, INFORMATION, asked

UNREACHABLE, MALFORMED, DENIED = Reason.UNREACHABLE, Reason.MALFORMED, Reason.ACCESS_DENIED
TROUBLES: dict[Trouble, tuple[Reason, str]] = {
    "hang": (UNREACHABLE, "but gave no answer to"),
    "drop": (UNREACHABLE, "dropped the connection"),
    "cut": (UNREACHABLE, "dropped the connection (ChunkedEncodingError)"),
    "drip": (UNREACHABLE, "did not finish within 1 seconds"),
    "huge": (MALFORMED, "sent more than 8,000,000 bytes"),
    "redirect": (MALFORMED, "redirects (HTTP 307), which is not followed"),
    "clear": (MALFORMED, "answered in the clear"),
    "clear-xml": (MALFORMED, "answered in the clear"),
    "no-xml": (MALFORMED, "something that is not XML"),
    "html-500": (UNREACHABLE, "an error page that is not of WinRM"),
    "plain-500": (UNREACHABLE, "HTTP 500"),
    "404": (UNREACHABLE, "no WinRM at the path"),
    "other-message": (MALFORMED, "makes no sense (WinRMError)"),
    "no-psrp": (MALFORMED, "makes no sense (struct.error)"),
    "denied": (DENIED, "denies access"),
    "unknown": (UNREACHABLE, "no configuration PrivilegedEndpoint"),
    "quota": (UNREACHABLE, "too many open sessions of this account"),
    "gone": (UNREACHABLE, "closed the session in the middle"),
    "broken-seal": (MALFORMED, "cannot be verified with the key"),
    "open-door": (MALFORMED, "something that is not XML"),
}
AT_SIGN_IN: dict[Trouble, tuple[Reason, str]] = {
    trouble: TROUBLES[trouble]
    for trouble in get_args(Trouble)
    if trouble in ("hang", "drop", "redirect", "clear", "html-500", "plain-500", "404")
} | {
    "no-negotiate": (UNREACHABLE, "offers no Negotiate sign-in"),
    "open-door": (MALFORMED, "makes no sense (KeyError)"),
}
# An answer to Create that is lost or senseless leaves a shell that nobody can name.
LOSES_SHELL = ("cut", "drip", "huge", "clear-xml", "no-xml", "other-message", "broken-seal")


def like(**fields: Any) -> Behaviour:
    return Behaviour(**({"information": INFORMATION} | fields))


def suffers(stage: Stage, trouble: Trouble, expected: tuple[Reason, str]) -> None:
    with start_pep(like(trouble={stage: trouble})) as pep:
        deadline = {"hang": 2.0, "drip": 1.0}.get(trouble, DEADLINE)
        outcome = asked(pep.address, deadline=deadline)
        failure = outcome.failure
        assert failure.reason is expected[0]
        assert expected[1] in failure.detail
        assert failure.detail.startswith(f"127.0.0.1:{pep.port} ")
        assert outcome.seconds < deadline + 1
        assert pep.plain == 0
        if stage != "Create" or trouble not in LOSES_SHELL:
            assert not pep.shells


@pytest.mark.parametrize("trouble", AT_SIGN_IN)
def test_a_trouble_at_the_sign_in_is_one_clear_phrase(trouble: Trouble) -> None:
    suffers("sign-in", trouble, AT_SIGN_IN[trouble])


@pytest.mark.parametrize("stage", ["Create", "Open", "Command", "Receive"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_at_any_message_is_one_clear_phrase_and_the_shell_is_closed(
    stage: Stage, trouble: Trouble
) -> None:
    if trouble == "no-psrp" and stage in ("Create", "Command"):
        pytest.skip("holds no remoting data at this stage")
    suffers(stage, trouble, TROUBLES[trouble])


@pytest.mark.parametrize("trouble", ["hang", "drop", "drip", "plain-500", "gone", "no-xml"])
def test_a_shell_that_cannot_be_closed_takes_no_answer_away(trouble: Trouble) -> None:
    with start_pep(like(trouble={"Delete": trouble})) as pep:
        began = time.monotonic()
        outcome = asked(pep.address, closing=0.4, patience=0.4)
        assert outcome.body == INFORMATION
        assert time.monotonic() - began < 8


@pytest.mark.parametrize(
    ("stage", "phrase"),
    [
        ("sign-in", "accepted the connection but gave no answer to Create within 1 s"),
        ("Create", "accepted the connection but gave no answer to Create within 1 s"),
        ("Command", "accepted the session but gave no answer to Command within 1 s"),
        ("Receive", "accepted the session but gave no answer to Receive within 1 s"),
    ],
)
def test_a_hang_is_told_with_its_step_and_the_seconds_waited(stage: Stage, phrase: str) -> None:
    with start_pep(like(trouble={stage: "hang"})) as pep:
        outcome = asked(pep.address, deadline=1.3)
        assert outcome.failure.detail == f"{pep.address} {phrase}"
    # Closing the shell, which may be tried again, is told of in its own lines.
    assert "ReadTimeout" in [entry.error for entry in outcome.entries]


@pytest.mark.parametrize("stage", ["Open", "Receive"])
def test_an_endpoint_with_nothing_to_say_yet_is_asked_again(stage: Stage) -> None:
    with start_pep(like(trouble={stage: "late"})) as pep:
        assert asked(pep.address).body == INFORMATION
        assert not pep.shells


def test_one_that_never_has_anything_to_say_is_given_up() -> None:
    with start_pep(like(trouble={"Receive": "always-late"})) as pep:
        outcome = asked(pep.address, deadline=1.2)
        assert "did not finish" in outcome.failure.detail
        assert outcome.seconds < DEADLINE + 1
        assert not pep.shells


def test_a_slow_endpoint_is_waited_for() -> None:
    with start_pep(like(delay=0.15)) as pep:
        outcome = asked(pep.address, deadline=20.0)
        assert outcome.body == INFORMATION
        assert outcome.seconds > 0.15 * 5


def test_a_lost_connection_after_the_answer_still_closes_the_shell() -> None:
    with start_pep(like(trouble={"Receive": "close"})) as pep:
        outcome = asked(pep.address)
        assert outcome.body == INFORMATION
        assert not pep.shells
        assert [entry.status for entry in outcome.entries][-2:] == [400, 200]


def test_a_connection_lost_in_between_is_told_by_its_key() -> None:
    with start_pep(like(trouble={"Command": "close"})) as pep:
        assert "no longer accepts the key" in asked(pep.address).failure.detail
        assert not pep.shells


def test_a_wrong_password_is_tried_once() -> None:
    with start_pep(like(password="another")) as pep:
        outcome = asked(pep.address)
        assert outcome.failure.reason is DENIED
        assert f"refuses the sign-in of {USER}: wrong password" in outcome.failure.detail
        assert (pep.refusals, pep.sign_ins) == (1, 0)
        assert outcome.entries[-1].error == "AuthenticationError"


@pytest.mark.parametrize(
    ("behaviour", "reason", "phrase"),
    [
        (like(shape="none"), MALFORMED, f"returned nothing for {CMDLET}"),
        (like(shape="two"), MALFORMED, "returned 2 objects where one is expected"),
        (like(shape="text"), MALFORMED, "returned a text instead of an object"),
        (like(shape="list"), MALFORMED, "returned a list instead of an object"),
        (like(information={}), MALFORMED, "returned a text instead of an object"),
        (like(information={}, shape="ordered"), MALFORMED, "an object without properties"),
        (like(cmdlets=()), DENIED, "does not let the account run"),
        (like(reply=Reply(failure="No plan")), UNREACHABLE, "could not complete"),
        (like(reply=Reply(failure="No", failure_category=18)), DENIED, f"denies {CMDLET}: No"),
        (like(reply=Reply(is_stopped=True)), UNREACHABLE, "has been stopped"),
        (like(shape="none", reply=Reply(error="half")), UNREACHABLE, "complete {}: half"),
        (like(reply=Reply(raw="<I32>7</I32>")), MALFORMED, "a number instead of an object"),
        (like(reply=Reply(raw="<Nil/>")), MALFORMED, "null instead of an object"),
        (like(reply=Reply(raw="<B>true</B>")), MALFORMED, "a truth value instead"),
        (like(reply=Reply(raw="<Obj RefId='0'><LST>" * 900)), MALFORMED, "a text instead"),
        (
            like(reply=Reply(raw="<Obj RefId='0'><MS><Obj N='a' RefId='1'><LST>" + "<Nil/>" * 60_000
                             + "</LST></Obj></MS></Obj>") ),
            MALFORMED,
            "more than 50000 values",
        ),
        (
            like(reply=Reply(raw="<Obj RefId='0'><MS><B N='x'/></MS></Obj>")),
            MALFORMED,
            "makes no sense (AttributeError)",
        ),
    ],
)  # fmt: skip
def test_a_result_that_is_not_one_object_says_what_it_is(
    behaviour: Behaviour, reason: Reason, phrase: str
) -> None:
    with start_pep(behaviour) as pep:
        failure = asked(pep.address, deadline=20.0).failure
        assert failure.reason is reason
        assert phrase.format(CMDLET) in failure.detail
        assert not pep.shells


def test_an_error_beside_a_whole_object_is_in_the_journal_and_warnings_do_not_matter() -> None:
    reply = Reply(error="The action plan is old", warnings=("It takes a while",))
    with start_pep(like(reply=reply)) as pep:
        outcome = asked(pep.address)
        assert outcome.body == INFORMATION
        assert "The action plan is old" in outcome.entries[-1].error


def test_a_secret_in_an_error_of_the_endpoint_is_left_out() -> None:
    with start_pep(like(reply=Reply(failure="bad password=hunter2hunter2 " + "x" * 900))) as pep:
        detail = asked(pep.address).failure.detail
    assert "hunter2" not in detail
    assert len(detail) < 500


def test_no_more_is_read_than_the_limits_say() -> None:
    with start_pep(like(information=INFORMATION | {"Prefix": "x" * 200_000})) as pep:
        failure = asked(pep.address, limits=Limits(body=100_000), deadline=20.0).failure
        assert "sent more than 100,000 bytes" in failure.detail
        assert not pep.shells


def test_certificates_that_are_not_trusted_are_told_apart(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with start_pep(like(), tls=authority.server_context()) as pep:
        assert "comes from an authority that is not known" in asked(pep.address).failure.detail
        missing = asked(pep.address, pep.address, ca_bundle=str(tmp_path / "none.pem")).failure
        assert missing.reason is Reason.NOT_COLLECTED
        assert "none.pem" in missing.detail
    with start_pep(like(), tls=authority.server_context(days=-1)) as pep:
        bundle = str(authority.ca_bundle)
        expired = asked(pep.address, ca_bundle=bundle).failure
        assert "the certificate has expired" in expired.detail
    with start_pep(like()) as pep:
        plain = asked(f"https://{pep.address}", ca_bundle=bundle).failure
        assert "the port speaks no TLS" in plain.detail
        assert pep.plain == 0


def test_a_name_that_cannot_be_resolved_is_said() -> None:
    failure = asked("no-such-host.invalid", deadline=20.0).failure
    assert failure.detail == "no-such-host.invalid:5985 is a name that cannot be resolved"


@pytest.mark.parametrize(
    ("error", "reason", "phrase"),
    [
        (WSManFaultError(99, None, None, None, None, None), UNREACHABLE, "a fault: 99"),
        (WSManFaultError("w:x", None, "Odd", None, None, None), UNREACHABLE, "a fault: Odd"),
        (OperationNotAvailableError(context_msg="no ticket"), DENIED, "could not be signed in"),
        (OSError(101, "Network is unreachable"), UNREACHABLE, "Network is unreachable"),
        (SSLError("bad handshake"), UNREACHABLE, "not trusted: bad handshake"),
        (SSLError("Hostname mismatch"), UNREACHABLE, "the certificate is for another name"),
        (InvalidPSRPOperation("Broken pool"), UNREACHABLE, "broke the session off: Broken pool"),
        (WinRMError("x"), MALFORMED, "makes no sense (WinRMError)"),
    ],
)
def test_what_no_emulator_makes_has_its_phrase_too(
    error: Exception, reason: Reason, phrase: str
) -> None:
    found = refusal(error, USER)
    assert found.reason is reason
    assert phrase in found.phrase


def test_a_pipeline_that_stopped_without_a_word_is_told() -> None:
    found = complaint(CMDLET, Result([], [], is_complete=False))
    assert found is not None
    assert found.phrase == f"stopped {CMDLET} before it was done"


def test_a_deadline_counts_for_each_endpoint() -> None:
    with start_pep(like(trouble={"Open": "drip"})) as first, start_pep(like()) as second:
        began = time.monotonic()
        assert asked(first.address, second.address, deadline=1.0).body == INFORMATION
        assert time.monotonic() - began < 20
