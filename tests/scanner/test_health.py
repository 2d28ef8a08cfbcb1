"""How far one gets with a source, which rules stay undetermined, and what would mend it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from stampcheck.document import Document
from stampcheck.health import Side, Sights, SourceHealth, State, source_healths
from stampcheck.mending import Health, gaps
from stampcheck.model import Finding, Outcome, Reason, Severity
from stampcheck.sighting import Certificate, Probe
from stampcheck.targets import Target

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ARM = "https://management.azure.com"
TARGET = Target(
    name="ams-01",
    azure_sign_in="audit",
    admin_endpoint="https://adminmanagement.ams.contoso.example",
    stamp_sign_in="hub",
    privileged_endpoints=("10.0.0.4", "10.0.0.5"),
    privileged_endpoint_sign_in="pep",
)
KINDS = frozenset(("locks", "registration", "endpoints", "activation", "stamp-information"))
DOCUMENTS_OF = {
    "LOCKS": ("locks",),
    "CLOUD_ID": ("stamp-information", "fabric-locations", "registration-token", "registration"),
    "USAGE_REPORTING": ("activation",),
    "TENANT_REFERENCE": (),
}


def document(
    kind: str, status: int = 200, reason: Reason | None = None, detail: str = ""
) -> Document:
    return Document(
        kind=kind, label=f"ams-01/{kind}.json", status=status, reason=reason, detail=detail
    )


def refused(kind: str, status: int = 403, detail: str = "AuthorizationFailed") -> Document:
    return document(kind, status, Reason.ACCESS_DENIED, detail)


def seen(origin: str = ARM, *, days: float = 200, skew: int = 0, **fields: object) -> Probe:
    certificate = Certificate("CN=a", "CN=b", NOW + timedelta(days=days))
    probe = Probe(
        origin=origin, reachable=True, trusted=True, certificate=certificate, skew_seconds=skew
    )
    return msgspec.structs.replace(probe, **fields)


def dead(origin: str, detail: str = "no answer within 10 s") -> Probe:
    return Probe(origin=origin, detail=detail)


FINE = Sights(
    clouds={"AzureCloud": seen()},
    stamps={"ams-01": seen(TARGET.admin_endpoint)},
    privileged={"ams-01": (Probe(origin="10.0.0.4", reachable=True),)},
)
ANSWERED = [document(kind) for kind in sorted(KINDS)]


def sources(
    documents: list[Document], sights: Sights = FINE, target: Target = TARGET
) -> dict[Side, SourceHealth]:
    return {one.source: one for one in source_healths(target, documents, KINDS, sights, NOW)}


def instead(*changed: Document) -> list[Document]:
    kinds = {one.kind for one in changed}
    return [*changed, *(one for one in ANSWERED if one.kind not in kinds)]


def test_a_stamp_that_answers_everything_is_fine_in_every_column() -> None:
    for one in sources(ANSWERED).values():
        assert (one.reachable, one.signed_in, one.is_fine, one.notes) == ("yes", "yes", True, ())
        assert set(one.permitted.values()) == {State.YES}


def test_only_kinds_that_the_rules_need_are_columns_and_only_their_sources_rows() -> None:
    found = list(source_healths(TARGET, ANSWERED, ["locks"], FINE, NOW))

    assert [(one.source, one.permitted) for one in found] == [("azure", {"locks": "yes"})]


def test_a_proven_absence_is_permitted() -> None:
    assert sources(instead(document("activation", 404)))["stamp"].permitted["activation"] == "yes"


def test_a_403_is_signed_in_and_not_permitted_and_names_the_permission() -> None:
    azure = sources(instead(refused("locks")))["azure"]

    assert (azure.signed_in, azure.permitted["locks"], azure.is_fine) == ("yes", "no", False)
    assert "Microsoft.Authorization/locks/read on Azure" in azure.notes[0]


@pytest.mark.parametrize("status", [0, 401])
def test_a_sign_in_that_is_refused_is_no_permission_refused(status: int) -> None:
    kinds = ("locks", "registration")
    azure = sources(instead(*(refused(kind, status, "AADSTS7000215: no") for kind in kinds)))[
        "azure"
    ]

    assert (azure.reachable, azure.signed_in) == ("yes", "no")
    assert set(azure.permitted.values()) == {State.UNKNOWN}
    assert azure.notes == ("locks: AADSTS7000215: no",)


def test_one_answer_is_proof_of_a_sign_in_whatever_else_is_refused() -> None:
    assert sources(instead(refused("locks", 401)))["azure"].signed_in == "yes"


def test_the_endpoints_of_a_stamp_are_no_proof_of_a_sign_in() -> None:
    stamp = sources(instead(refused("activation", 0, "AADSTS50126: no")))["stamp"]

    assert (stamp.reachable, stamp.signed_in) == ("yes", "no")


def test_a_dead_stamp_is_not_reachable_and_what_follows_from_it_is_not_said_again() -> None:
    gone = document("endpoints", 0, Reason.UNREACHABLE, "no answer within 10 s")
    follows = "was not asked for, because of ams-01/endpoints.json: no answer within 10 s"
    sights = msgspec.structs.replace(FINE, stamps={"ams-01": dead(TARGET.admin_endpoint)})

    stamp = sources(instead(gone, document("activation", 0, Reason.UNREACHABLE, follows)), sights)[
        "stamp"
    ]

    assert (stamp.reachable, stamp.signed_in, stamp.is_fine) == ("no", "unknown", False)
    assert stamp.notes == (f"{TARGET.admin_endpoint}: no answer within 10 s",)


def test_a_source_that_the_inventory_does_not_name_is_not_asked_and_no_fault() -> None:
    target = Target(name="ams-01")
    found = sources([document("locks"), document("registration")], Sights(), target)

    for side in ("stamp", "pep"):
        one = found[side]
        assert (one.reachable, one.signed_in, one.is_fine) == ("not-asked", "not-asked", True)


def test_one_living_sibling_makes_the_privileged_endpoint_reachable_and_the_dead_is_named() -> None:
    siblings = (dead("10.0.0.4"), Probe(origin="10.0.0.5", reachable=True))
    pep = sources(ANSWERED, msgspec.structs.replace(FINE, privileged={"ams-01": siblings}))["pep"]

    assert pep.reachable == "yes"
    assert pep.notes == ("10.0.0.4: no answer within 10 s",)


@pytest.mark.parametrize(
    ("skew", "told"), [(300, ""), (-300, ""), (301, "301 s ahead of"), (-900, "900 s behind")]
)
def test_a_clock_that_differs_by_more_than_300_seconds_is_a_note(skew: int, told: str) -> None:
    azure = sources(ANSWERED, Sights(clouds={"AzureCloud": seen(skew=skew)}))["azure"]

    assert azure.clock_skew_seconds == skew
    assert (told in azure.notes[0]) if told else not azure.notes
    assert azure.is_fine


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (30, ""),
        (29.5, "certificate expires in 29 days"),
        (1.5, "expires in 1 day"),
        (0.5, "expires within a day"),
        (-0.5, "expired within the last day"),
        (-1.1, "expired 1 day ago"),
        (-2, "expired 2 days ago"),
        (-3.001, "expired 3 days ago"),
    ],
)
def test_a_certificate_with_less_than_30_days_is_a_note(days: float, told: str) -> None:
    azure = sources(ANSWERED, Sights(clouds={"AzureCloud": seen(days=days)}))["azure"]

    assert azure.notes[0].endswith(told) if told else not azure.notes
    assert azure.certificate_days is not None
    assert (azure.certificate_days < 0) == (days < 0)


def test_of_several_certificates_the_first_to_expire_counts_and_of_clocks_the_worst() -> None:
    siblings = (
        seen("https://10.0.0.4", days=90, skew=4),
        seen("https://10.0.0.5", days=40, skew=-9),
    )
    pep = sources(ANSWERED, msgspec.structs.replace(FINE, privileged={"ams-01": siblings}))["pep"]

    assert (pep.certificate_days, pep.clock_skew_seconds) == (40, -9)


def test_a_proxy_is_named() -> None:
    through = seen(proxy="the proxy 10.0.0.9:3128 (HTTPS_PROXY)")

    azure = sources(ANSWERED, Sights(clouds={"AzureCloud": through}))["azure"]

    assert azure.notes == (f"{ARM} is asked through the proxy 10.0.0.9:3128 (HTTPS_PROXY)",)


def undetermined(
    *missing: str,
    stamp: str = "ams-01",
    reason: Reason = Reason.NOT_COLLECTED,
    rule: str = "X-AA-001",
) -> Finding:
    return Finding(
        f"{rule}/{stamp}",
        stamp,
        rule,
        Outcome.UNDETERMINED,
        Severity.HIGH,
        reason=reason,
        message=f"not known of {stamp}",
        missing=missing,
    )


def mends(finding: Finding, found: dict[Side, SourceHealth]) -> tuple[str, ...]:
    (gap,) = gaps([("ams-01", [finding])], DOCUMENTS_OF, found.values())
    return gap.mends


def code(documents: list[Document], sights: Sights = FINE, *findings: Finding) -> int:
    found = tuple(sources(documents, sights).values())
    told = gaps([("ams-01", findings)], DOCUMENTS_OF, found)
    return Health(sources=found, gaps=told).exit_code


def test_the_exit_code_is_0_only_where_nothing_is_wrong() -> None:
    assert code(ANSWERED) == 0
    assert code(ANSWERED, Sights(clouds={"AzureCloud": seen(skew=900, days=3)})) == 0


def test_the_exit_code_is_3_for_a_refusal_a_dead_source_or_an_undetermined_rule() -> None:
    gone = dead(TARGET.admin_endpoint)
    dark = msgspec.structs.replace(FINE, stamps={"ams-01": gone})
    unanswered = [one for one in ANSWERED if one.kind not in ("endpoints", "activation")]

    assert code(instead(refused("locks"))) == 3
    assert code(unanswered, dark) == 3
    assert code(ANSWERED, FINE, undetermined("LOCKS")) == 3


def test_the_exit_code_is_5_where_nothing_is_reachable() -> None:
    dark = Sights(
        clouds={"AzureCloud": dead(ARM)},
        stamps={"ams-01": dead(TARGET.admin_endpoint)},
        privileged={"ams-01": (dead("10.0.0.4"),)},
    )

    assert code([], dark) == 5
    assert code([], Sights()) == 5
