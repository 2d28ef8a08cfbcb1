"""Originals in texts, ids, addresses and file names."""

from __future__ import annotations

import pytest

from stampcheck.redaction.pseudonym import Kind, Pseudonyms
from stampcheck.redaction.rewriting import Rewriter

SUB = "0b2a1c3d-1111-4000-8000-000000000001"
OTHER = "5bf881b2-2222-4000-8000-000000000002"
REGISTRATION = f"/subscriptions/{SUB}/resourceGroups/rg-ams/providers/Microsoft.AzureStack"


@pytest.fixture
def rewriter() -> Rewriter:
    made = Rewriter(Pseudonyms("0" * 32))
    made.stamp("ams-01")
    made.stamp("ber-01")
    return made


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("Nothing is known of ams-01, AMS-01.", "Nothing is known of STAMP-01, STAMP-01."),
        (f"tenant '{OTHER}'", "tenant 'ID-1'"),
        (f"tenant {OTHER.replace('-', '').upper()}", "tenant ID-1"),
        ("by Jan.de-Boer+x@contoso.example.", "by USER-1."),
        ("at 10.0.0.4 and fe80::1, at 10:41:07, build 1.2311.1.22", None),
        ("see https://aka.ms/x and https://hub.contoso.example:443/y", None),
        (f"{REGISTRATION}/registrations/ams is gone", None),
        ("Microsoft.AzureStack/registrations/read", "Microsoft.AzureStack/registrations/read"),
        ("ams-01/registration.json says so", "STAMP-01/registration.json says so"),
        ("", ""),
    ],
)
def test_a_text_keeps_its_words_and_loses_its_names(
    rewriter: Rewriter, text: str, changed: str | None
) -> None:
    told = {
        "at 10.": "at IP-1 and IP-2, at 10:41:07, build 1.2311.1.22",
        "see ht": "see https://aka.ms/x and https://HOST-1:443/y",
        "/subsc": "/subscriptions/SUB-A/resourceGroups/RG-1/providers/Microsoft.AzureStack"
        "/registrations/REG-1 is gone",
    }

    assert rewriter.text(text) == (told[text[:6]] if changed is None else changed)


def test_a_resource_id_loses_each_name_by_its_kind(rewriter: Rewriter) -> None:
    lock = f"{REGISTRATION}/registrations/ams/providers/Microsoft.Authorization/locks/keep"

    assert rewriter.path(lock) == (
        "/subscriptions/SUB-A/resourceGroups/RG-1/providers/Microsoft.AzureStack"
        "/registrations/REG-1/providers/Microsoft.Authorization/locks/LOCK-1"
    )
    assert rewriter.path(f"/subscriptions/{SUB.upper()}?api-version=2016-01-01") == (
        "/subscriptions/SUB-A?api-version=2016-01-01"
    )
    assert rewriter.path("/subscriptions/x/resourceGroups/System.hub/y") == (
        "/subscriptions/SUB-B/resourceGroups/System.REGION-1/y"
    )
    assert rewriter.path("not a path") == "not a path"


def test_a_default_name_keeps_its_form(rewriter: Rewriter) -> None:
    rewriter.names.give(Kind.CLOUD, OTHER)

    assert rewriter.name(Kind.REGISTRATION, f"AzureStack-{OTHER}") == "AzureStack-CLOUD-1"
    assert rewriter.name(Kind.REGISTRATION, f"contoso-{OTHER}") == "REG-1"
    assert rewriter.name(Kind.REGISTRATION, "AzureStackRegistration") == "AzureStackRegistration"


@pytest.mark.parametrize(
    ("host", "changed"),
    [
        ("management.azure.com", "management.azure.com"),
        ("adminmanagement.ams.stack.contoso.example", "adminmanagement.REGION-1.DOMAIN-1"),
        ("ADFS.ams.stack.contoso.example", "adfs.REGION-1.DOMAIN-1"),
        ("pc7.stack.contoso.example", "HOST-1.DOMAIN-1"),
        ("10.0.0.4", "IP-1"),
        ("[fe80::1]", "IP-1"),
        ("ercs01", "HOST-1"),
    ],
)
def test_a_host_loses_region_and_domain(rewriter: Rewriter, host: str, changed: str) -> None:
    rewriter.host("adminmanagement.ams.stack.contoso.example")

    assert rewriter.host(host) == changed


@pytest.mark.parametrize(
    ("label", "changed"),
    [
        ("ams-01/registration.json", "STAMP-01/registration.json"),
        ("ticket-4711/stamp-information.json", "FOLDER-1/stamp-information.json"),
        ("contoso-ams-01/locks.json", "FOLDER-1/locks.json"),
        ("export of contoso.json#2", "DOC-1.json#2"),
        ("inventory", "inventory"),
        (f"azure/{SUB}/registration.json", "azure/ID-1/registration.json"),
    ],
)
def test_a_document_keeps_what_its_name_says_of_its_kind(
    rewriter: Rewriter, label: str, changed: str
) -> None:
    assert rewriter.label(label) == changed


def test_the_beginning_of_an_original_that_was_cut_off_goes_too(rewriter: Rewriter) -> None:
    rewriter.names.give(Kind.SUBSCRIPTION, SUB)

    assert rewriter.text(f"of '/x/{SUB[:21]}... is not") == "of '/x/SUB-A... is not"
    assert rewriter.text("and so on...") == "and so on..."


def test_a_name_that_is_part_of_another_form_is_not_torn_out(rewriter: Rewriter) -> None:
    rewriter.names.give(Kind.DOMAIN, "contoso")

    assert rewriter.text("by jan@contoso.example") == "by USER-1"
    assert rewriter.text("it's 'contoso'") == "it's 'DOMAIN-1'"


def test_hostile_text_takes_linear_time(rewriter: Rewriter) -> None:
    for text in ("a@" * 50_000, "/subscriptions/" * 20_000, "0:" * 50_000, "https://" * 20_000):
        assert rewriter.text(text) is not None
