"""What would mend a gap, where a refusal, the inventory or a file of this machine tells it."""

from __future__ import annotations

import msgspec
import pytest
from pypsrp.exceptions import WSManFaultError

from stampcheck.collect.pep_fault import refusal
from stampcheck.document import Document
from stampcheck.health import State
from stampcheck.model import Reason
from tests.emulators import refusal as refusals
from tests.emulators.server import Response
from tests.scanner.test_health import (
    ANSWERED,
    ARM,
    FINE,
    TARGET,
    dead,
    document,
    instead,
    mends,
    refused,
    sources,
    undetermined,
)

TENANT = "72f988bf-0000-4000-8000-000000000009"
SUBSCRIPTION = "0b2a1c3d-1111-4000-8000-000000000001"
DEAD_AZURE = msgspec.structs.replace(FINE, clouds={"AzureCloud": dead(ARM)})
CLI = "the sign-in of the Azure CLI failed"
RIGHT_TENANT = f"add a [sign_in] with tenant = {TENANT} and name it as azure_sign_in of ams-01"
REGISTER = (
    "somebody with Microsoft.AzureStack/register/action registers the provider in subscription "
    f"{SUBSCRIPTION}, or the inventory names another subscription"
)


def answer(kind: str, response: Response, reason: Reason = Reason.ACCESS_DENIED) -> Document:
    return Document(
        kind=kind,
        label=f"azure/{SUBSCRIPTION}/{kind}.json",
        request=f"{ARM}/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations",
        status=response.status,
        reason=reason,
        detail="refused",
        headers={name.lower(): text for name, text in response.headers.items()},
        body=msgspec.Raw(response.body),
    )


def wrong_tenant(kind: str) -> Document:
    response = refusals.wrong_tenant("https://login.microsoftonline.com", TENANT.upper())
    return answer(kind, response)


def not_registered(kind: str) -> Document:
    return answer(kind, refusals.not_registered(), Reason.UNREACHABLE)


def failed(kind: str, detail: str, reason: Reason = Reason.ACCESS_DENIED) -> Document:
    return document(kind, 0, reason, detail)


def test_a_wrong_tenant_is_mended_by_a_sign_in_of_the_tenant_that_the_refusal_names() -> None:
    found = sources(instead(wrong_tenant("locks"), wrong_tenant("registration")))

    assert mends(undetermined("LOCKS"), found) == (RIGHT_TENANT,)


def test_a_wrong_tenant_is_known_by_the_headers_where_the_body_was_lost() -> None:
    bare = wrong_tenant("locks")
    bare.body = msgspec.Raw(b"null")

    assert mends(undetermined("LOCKS"), sources(instead(bare))) == (RIGHT_TENANT,)


def test_a_token_that_is_no_good_says_nothing_of_another_tenant() -> None:
    login = f"https://login.microsoftonline.com/{TENANT}"
    bad = (
        answer("locks", refusals.bad_token(login)),
        answer("registration", refusals.bad_token(login)),
    )

    assert mends(undetermined("LOCKS"), sources(instead(*bad))) == (
        "mend the sign-in audit to Azure",
    )


def test_a_sign_in_of_the_command_line_is_mended_on_the_command_line() -> None:
    target = msgspec.structs.replace(TARGET, azure_sign_in="command line")
    found = sources(instead(wrong_tenant("locks")), target=target)

    assert mends(undetermined("LOCKS"), found) == (f"give --tenant {TENANT}",)


def test_a_provider_that_is_not_registered_is_registered_by_somebody_or_another_is_named() -> None:
    found = sources(instead(not_registered("locks")))

    assert mends(undetermined("LOCKS"), found) == (REGISTER,)


def test_a_wrong_tenant_beside_a_provider_that_is_not_registered_are_both_mended() -> None:
    found = sources([not_registered("locks"), wrong_tenant("locks"), document("registration")])

    assert mends(undetermined("LOCKS"), found) == (RIGHT_TENANT, REGISTER)


def test_where_nothing_of_azure_is_named_it_is_to_be_named_however_unreachable_azure_is() -> None:
    target = msgspec.structs.replace(TARGET, registration="", subscription="")
    found = sources([], DEAD_AZURE, target)

    assert mends(undetermined("LOCKS"), found) == (
        "name registration or subscription in the inventory, or let the activation be read",
    )
    assert not found["azure"].is_asked


def test_a_cloud_without_addresses_is_to_be_told() -> None:
    target = msgspec.structs.replace(TARGET, cloud="CustomCloud", subscription=SUBSCRIPTION)

    assert mends(undetermined("LOCKS"), sources([], FINE, target)) == (
        "add [cloud.CustomCloud] to the inventory",
    )


@pytest.mark.parametrize(
    ("detail", "mend"),
    [
        (
            "/x/ca.pem (ca_bundle) holds no certificates in PEM form.",
            "give a PEM file as ca_bundle of [cloud.AzureCloud]",
        ),
        (
            "/x/ca.pem (SSL_CERT_FILE) cannot be used: No such file or directory.",
            "let SSL_CERT_FILE name a PEM file",
        ),
        (
            f"{CLI}: the Azure CLI is not installed, or not on the PATH; install it.",
            "install the Azure CLI, or name a sign_in in the inventory",
        ),
        (
            f"{CLI}: nobody is signed in to the Azure CLI; run az login.",
            "run az login, or name a sign_in in the inventory",
        ),
    ],
)
def test_what_is_wrong_on_this_machine_is_mended_here_and_not_at_azure(
    detail: str, mend: str
) -> None:
    found = sources([failed("locks", detail), failed("registration", detail)], DEAD_AZURE)

    assert mends(undetermined("LOCKS"), found) == (mend,)


def test_a_ca_bundle_that_cannot_be_used_leaves_open_who_can_be_reached_and_signed_in() -> None:
    detail = "/x/ca.pem (ca_bundle) holds no certificates in PEM form."
    sights = msgspec.structs.replace(FINE, stamps={"ams-01": dead(TARGET.admin_endpoint, detail)})
    follows = f"was not asked for, because of ams-01/endpoints.json: {detail}"

    found = sources(instead(failed("endpoints", detail), failed("activation", follows)), sights)

    assert (found["stamp"].reachable, found["stamp"].signed_in) == ("unknown", "unknown")
    assert mends(undetermined("USAGE_REPORTING"), found) == (
        "give a PEM file as ca_bundle of ams-01",
    )


def test_a_sign_in_that_is_refused_goes_before_a_source_that_no_probe_reached() -> None:
    found = sources([failed("locks", "the secret is not set")], DEAD_AZURE)

    assert mends(undetermined("LOCKS"), found) == ("mend the sign-in audit to Azure",)


def denied() -> Document:
    """In the words of the collection, whatever they are."""
    told = refusal(WSManFaultError(5, "", "Access is denied."), r"AZURESTACK\cloudadmin")
    return failed("stamp-information", f"10.0.0.4 {told.phrase}", told.reason)


def test_an_endpoint_that_denies_access_let_the_account_sign_in_and_permits_nothing() -> None:
    found = sources(instead(denied()))
    pep = found["pep"]

    assert (pep.reachable, pep.signed_in) == ("yes", "yes")
    assert pep.permitted == {"stamp-information": State.NO}
    assert pep.notes == (
        "stamp-information: refused, for want of CloudAdmin on the privileged endpoint",
    )
    assert "grant CloudAdmin on the privileged endpoint to pep" in mends(
        undetermined("CLOUD_ID"), found
    )


def test_an_endpoint_without_a_sign_in_was_not_asked_and_is_no_fault() -> None:
    target = msgspec.structs.replace(TARGET, privileged_endpoint_sign_in="")
    omitted = failed(
        "stamp-information", "the inventory names no privileged_endpoint_sign_in for this stamp"
    )
    pep = sources(instead(omitted), target=target)["pep"]

    assert (pep.reachable, pep.signed_in) == ("yes", "not-asked")
    assert pep.permitted == {"stamp-information": State.NOT_ASKED}
    assert (pep.is_asked, pep.is_fine, pep.notes) == (False, True, ())
    assert "name privileged_endpoint_sign_in in the inventory" in mends(
        undetermined("CLOUD_ID"), sources(instead(omitted), target=target)
    )


def test_a_password_that_is_refused_is_no_permission_refused() -> None:
    wrong = failed("stamp-information", r"10.0.0.4 refuses the sign-in of A\b: wrong password")
    pep = sources(instead(wrong))["pep"]

    assert (pep.signed_in, pep.permitted["stamp-information"]) == ("no", "unknown")


def test_kerberos_without_its_libraries_is_mended_by_them() -> None:
    told = refusal(ImportError("krb5"), "a@B")
    lacking = failed("stamp-information", f"10.0.0.4 {told.phrase}", told.reason)
    sights = msgspec.structs.replace(FINE, privileged={"ams-01": (dead("10.0.0.4"),)})

    assert "install stampcheck[kerberos]" in mends(
        undetermined("CLOUD_ID"), sources(instead(lacking), sights)
    )


def test_a_refusal_that_names_its_permission_is_granted_beside_a_wrong_tenant() -> None:
    found = sources([refused("locks"), wrong_tenant("locks")])

    assert mends(undetermined("LOCKS"), found) == (
        RIGHT_TENANT,
        "grant Microsoft.Authorization/locks/read on Azure to audit",
    )


def test_what_azure_was_not_asked_for_follows_from_what_it_refused() -> None:
    found = sources([document("registration", 0, Reason.UNREACHABLE, "no answer")])

    assert mends(undetermined("LOCKS"), found) == ("let registration be read from Azure",)


def test_all_answers_leave_no_remedy() -> None:
    assert all(not one.remedies for one in sources(ANSWERED).values())


def test_what_follows_from_a_kind_that_was_refused_is_mended_as_that_kind_is() -> None:
    found = sources([failed("registration", f"{CLI}: nobody is signed in to the Azure CLI.")])

    assert mends(undetermined("LOCKS"), found) == (
        "run az login, or name a sign_in in the inventory",
    )


def test_a_fleet_rule_of_chosen_stamps_is_settled_by_asking_all() -> None:
    left_out = msgspec.structs.replace(
        undetermined(reason=Reason.FLEET_INCOMPLETE),
        message="Nothing found so far, but CLOUD_ID is not known of the stamps that were left out.",
    )
    named = msgspec.structs.replace(left_out, message="CLOUD_ID is not known of ams-02.")

    assert mends(left_out, sources(ANSWERED)) == ("leave --stamp out, so that all are asked",)
    assert mends(named, sources(ANSWERED)) == ("mend the stamps that it names",)
