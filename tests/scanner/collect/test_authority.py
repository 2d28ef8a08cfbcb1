"""Credentials go to no authority that only a stamp names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.collect.authority import (
    MICROSOFT,
    AuthorityRefused,
    authority_for_stamp,
    check_account,
    is_discovery_off,
    scope_of,
)

ADMIN = "https://adminmanagement.ams.contoso.com"
GUID = "3ee899c8-c137-4ce4-b230-619961a09a73"


@pytest.mark.parametrize(
    ("named", "declared", "authority", "is_adfs"),
    [
        ("https://login.windows.net/", "", "https://login.microsoftonline.com", False),
        ("https://login.microsoftonline.com", "", "https://login.microsoftonline.com", False),
        ("https://LOGIN.microsoftonline.com:443/x", "", "https://login.microsoftonline.com", False),
        ("https://login.microsoftonline.us/", "", "https://login.microsoftonline.us", False),
        ("https://login.chinacloudapi.cn/", "", "https://login.chinacloudapi.cn", False),
        (
            "https://login.partner.microsoftonline.cn/",
            "",
            "https://login.partner.microsoftonline.cn",
            False,
        ),
        ("https://adfs.ams.contoso.com/adfs", "", "https://adfs.ams.contoso.com", True),
        ("https://ADFS.ams.contoso.com/ADFS/", "", "https://adfs.ams.contoso.com", True),
        ("https://127.0.0.1:8443/adfs", "https://127.0.0.1:8443", "https://127.0.0.1:8443", True),
        ("https://login.a.b/", "https://login.a.b", "https://login.a.b", False),
        (
            "https://login.windows.net/",
            "https://login.microsoftonline.com",
            "https://login.microsoftonline.com",
            False,
        ),
    ],
)
def test_an_authority_is_microsofts_the_stamps_own_or_declared(
    named: str, declared: str, authority: str, *, is_adfs: bool
) -> None:
    assert authority_for_stamp(named, ADMIN, declared) == (authority, is_adfs)


@pytest.mark.parametrize(
    "named",
    [
        "http://login.microsoftonline.com/",
        "https://login.microsoftonline.com@evil.com/",
        "https://evil.com@login.microsoftonline.com/",
        "https://login.microsoftonline.com.evil.com/",
        "https://evil.com/login.microsoftonline.com",
        "https://login.microsoftonline.com./",
        "https://login.microsoftonline.com:8443/",
        "https://login.microsoftonline.com/adfs",
        "https://login.windows.net:444/",
        "https://xlogin.microsoftonline.com/",
        "https://evil.login.microsoftonline.com/",
        "https://login.micrоsoftonline.com/",
        "https://login。microsoftonline.com/",
        "https://login.microsoftonline.com\\.evil.com/",
        "https://login.microsoftonline.com#.evil.com/",
        "https://login.microsoftonline.com?.evil.com/",
        " https://login.microsoftonline.com/",
        "https://login.microsoft\tonline.com/",
        "https://login.microsoftonline.com/\r\nHost: evil.com",
        "//login.microsoftonline.com/",
        "login.microsoftonline.com",
        "https://adfs.ams.contoso.com.evil.com/adfs",
        "https://adfs.x.y.evil.com/adfs",
        "https://adfs.contoso.com/adfs",
        "https://adfs.bre.contoso.com/adfs",
        "https://adfs.ams.contoso.com:8443/adfs",
        "https://adfs.ams.contoso.com./adfs",
        "https://adfs.ams.contoso.com@evil.com/adfs",
        "https://127.0.0.1/adfs",
        "",
        "https://" + "a" * 600,
        None,
        5,
        ["https://login.microsoftonline.com/"],
    ],
)
def test_every_other_authority_is_refused(named: object) -> None:
    with pytest.raises(AuthorityRefused) as caught:
        authority_for_stamp(named, ADMIN, "")

    assert "stamp" in str(caught.value)


@given(st.text(st.sampled_from("abc.adfs:/@ "), max_size=30))
def test_whatever_follows_a_good_host_makes_it_another(rest: str) -> None:
    for host in (*MICROSOFT, "adfs.ams.contoso.com"):
        try:
            authority, _ = authority_for_stamp(f"https://{host}{rest}", ADMIN, "")
        except AuthorityRefused:
            continue
        assert authority == f"https://{host}"
        assert rest[:1] in ("", "/")


def test_a_declared_authority_is_the_only_one() -> None:
    for named in ("https://login.microsoftonline.com", "https://adfs.ams.contoso.com/adfs"):
        with pytest.raises(AuthorityRefused, match=r"declares https://login\.a\.b"):
            authority_for_stamp(named, ADMIN, "https://login.a.b")


def test_a_refusal_says_which_host_and_which_key_would_allow_it() -> None:
    with pytest.raises(AuthorityRefused) as caught:
        authority_for_stamp("https://adfs.evil.com/adfs", ADMIN, "")

    text = str(caught.value)
    assert "https://adfs.evil.com " in text
    assert "no credentials are sent there" in text
    assert "authority" in text
    assert "[sign_in.NAME]" in text


@pytest.mark.parametrize(
    "admin",
    ["", "https://10.0.0.1", "https://adminmanagement.com", "http://adminmanagement.a.b", "x"],
)
def test_an_address_that_is_no_stamps_has_no_ad_fs_of_its_own(admin: str) -> None:
    for named in ("https://adfs.com/adfs", "https://adfs.a.b/adfs", "https://10.0.0.1/adfs"):
        with pytest.raises(AuthorityRefused):
            authority_for_stamp(named, admin, "")


OWN = f"https://management.adfs.ams.contoso.com/{GUID}"
TENANTS = f"https://management.contoso.onmicrosoft.com/{GUID}"


@pytest.mark.parametrize(
    ("audiences", "pinned", "scope"),
    [
        ([TENANTS], "", f"{TENANTS}/.default"),
        ([f"{OWN}/", "x"], "", f"{OWN}/.default"),
        ((f"https://a.b:8443/{GUID.upper()}",), f"https://a.b:8443/{GUID}", ""),
        (["https://management.azure.com/"], "https://management.azure.com", ""),
    ],
)
def test_the_scope_is_that_of_the_first_audience(
    audiences: Sequence[str], pinned: str, scope: str
) -> None:
    expected = scope or audiences[0].rstrip("/") + "/.default"
    assert scope_of(audiences, ADMIN, pinned) == expected


@pytest.mark.parametrize("named", [OWN, TENANTS, "https://a.b"])
def test_an_audience_that_is_declared_is_the_only_one(named: str) -> None:
    with pytest.raises(AuthorityRefused, match="the inventory declares https://x"):
        scope_of([named], ADMIN, "https://x.y")


CLOUD = "https://login.microsoftonline.com"
ADFS = "https://adfs.ams.contoso.com"


@pytest.mark.parametrize(
    ("authority", "tenant", "declared"),
    [
        (CLOUD, "contoso.com", ""),
        (ADFS, "adfs", ""),
        ("https://login.a.b", "contoso.com", "https://login.a.b"),
        ("https://sts.a.b", "adfs", "https://sts.a.b"),
    ],
)
def test_an_account_signs_in_where_it_is_known(authority: str, tenant: str, declared: str) -> None:
    is_adfs = tenant == "adfs"
    check_account(
        authority, is_adfs=is_adfs, tenant=tenant, declared=declared, cloud_authority=CLOUD
    )


@pytest.mark.parametrize(
    ("authority", "is_adfs", "tenant", "words"),
    [
        # The secret of a directory's account is not for whoever answers as the stamp.
        (ADFS, True, "contoso.com", 'stamp_sign_in with tenant = "adfs"'),
        (ADFS, True, "", 'stamp_sign_in with tenant = "adfs"'),
        (CLOUD, False, "adfs", "stamp_sign_in of a directory tenant"),
        ("https://login.chinacloudapi.cn", False, "contoso.com", "not the authority of its cloud"),
    ],
)
def test_an_account_is_sent_to_nobody_who_does_not_know_it(
    authority: str, tenant: str, words: str, *, is_adfs: bool
) -> None:
    with pytest.raises(AuthorityRefused, match=words):
        check_account(authority, is_adfs=is_adfs, tenant=tenant, declared="", cloud_authority=CLOUD)


@pytest.mark.parametrize(
    "audiences",
    [
        None,
        [],
        "https://a.b",
        {"0": "x"},
        [5],
        [""],
        ["http://a.b"],
        ["https://a.b c"],
        ["https://a.b?x=y"],
        ["https://user@a.b"],
        ["https://" + "a" * 600],
        ["https://a.b/\n"],
    ],
)
def test_an_unusable_audience_is_refused(audiences: object) -> None:
    with pytest.raises(AuthorityRefused, match="no usable audience"):
        scope_of(audiences)


@pytest.mark.parametrize(
    "audience",
    [
        "https://management.azure.com/",
        "https://management.core.windows.net/",
        "https://graph.microsoft.com",
        "https://vault.azure.net",
        f"https://graph.microsoft.com/{GUID}",
        f"https://graph.microsoft.com/{GUID}/x",
        "api://erp",
        f"api://{GUID}",
        f"https://management.ams.contoso.com.evil.com/{GUID}",
        f"https://management.bre.contoso.com/{GUID}",
        f"https://onmicrosoft.com/{GUID}",
    ],
)
def test_no_token_for_azure_is_asked_for_on_the_word_of_a_stamp(audience: str) -> None:
    with pytest.raises(AuthorityRefused, match="no token is asked for"):
        scope_of([audience], ADMIN)


def test_no_other_host_is_asked_whether_an_authority_is_good() -> None:
    assert not is_discovery_off("https://login.microsoftonline.com", "contoso.com")
    assert is_discovery_off("https://login.chinacloudapi.cn", "contoso.com")
    assert is_discovery_off("https://127.0.0.1:8443", "contoso.com")
    assert is_discovery_off("https://login.microsoftonline.com", "adfs")
