"""Who collected, what was asked and what was refused, in words; nothing that is not recorded."""

from __future__ import annotations

from pathlib import Path

import msgspec

from stampcheck.custody import chain, channels, in_short
from stampcheck.record import BundleRecord, ChannelRecord, Scan
from tests.reports.sample import write_sample

LIVE = BundleRecord(
    digest="ab" * 32,
    collected_at="2026-11-01T08:00:00Z",
    tool_version="0.1.0",
    documents=7,
    sources=["live"],
    accounts=["audit (client-secret, tenant 72f9, client 04b0)"],
    kinds=["locks", "registration"],
    channels=[ChannelRecord("arm", 9, 2, 1), ChannelRecord("pep", 1, 0, 0)],
    journal_sha256="cd" * 32,
)


def scan_of(folder: Path, bundle: BundleRecord) -> Scan:
    return msgspec.structs.replace(write_sample(folder, 1).scan, bundle=bundle)


def test_requests_are_counted_by_channel_with_what_was_refused() -> None:
    journal = [
        b'{"at":"x","channel":"arm","method":"GET","url":"u","status":200}\n',
        b'{"at":"x","channel":"arm","method":"GET","url":"u","status":403}\n',
        b'{"at":"x","channel":"sign-in","method":"POST","url":"u","status":0,"error":"late"}\n',
        b"not json\n",
        b'{"channel":"smtp"}\n',
    ]

    assert channels(journal) == [
        ChannelRecord("arm", 2, 1, 0),
        ChannelRecord("sign-in", 1, 0, 1),
        ChannelRecord("other", 2, 0, 2),
    ]


def test_a_live_collection_tells_account_requests_rights_and_journal(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, LIVE)
    told = {link.question: link.answer for link in chain(scan)}

    assert told["Signed in"] == "audit (client-secret, tenant 72f9, client 04b0)"
    assert told["Asked"] == "every stamp of the inventory; for locks, registration"
    assert told["Requests and rights"] == (
        "9 requests to Azure, 2 refused for want of a right, 1 without an answer; "
        "1 request to privileged endpoints, none refused"
    )
    assert "cd" * 32 in told["Journal"]
    assert "ab" * 32 in told["Evidence"]
    assert "signed in as audit" in in_short(scan)


def test_files_that_were_handed_over_claim_no_account(tmp_path: Path) -> None:
    files = msgspec.structs.replace(
        LIVE, sources=["files"], accounts=[], channels=[], journal_sha256=""
    )
    scan = scan_of(tmp_path, files)
    told = {link.question: link.answer for link in chain(scan)}

    assert "handed over" in told["Signed in"]
    assert not {"Asked", "Requests and rights", "Journal"} & set(told)
    assert "no sign-in recorded" in in_short(scan)


def test_nobody_signed_in_is_said(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, msgspec.structs.replace(LIVE, accounts=[], channels=[]))
    told = {link.question: link.answer for link in chain(scan)}

    assert told["Signed in"] == "nobody: no sign-in succeeded"
    assert told["Requests and rights"] == "no request was made"
