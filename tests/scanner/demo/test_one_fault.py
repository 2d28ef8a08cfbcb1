"""One fault is one failure: each fault comes with the traces that it leaves on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from stampcheck.demo import Fleet, answer
from stampcheck.demo.answer import Answer
from stampcheck.demo.fleet import Folder, in_days
from stampcheck.demo.shapes import lock, registration, role_assignment
from stampcheck.demo.site import Site, guid
from stampcheck.demo.stamp_shapes import AZURE_BRIDGE, alert, usage_record
from stampcheck.demo.standard import files, stamp, standard
from stampcheck.model import Outcome
from tests.scanner.demo.verdict_table import judged

OURS: Final = Site(name="emea-one")
YEARLY: Final = Site(name="emea-one", model="Capacity")
CUT_OFF: Final = Site(name="emea-one", model="Capacity", identity="ADFS", principal=False)
PROVIDER: Final = {"stamp_subscriptions": answer.stamp_subscriptions(OURS)}
OPERATOR: Final = {"operator": answer.operator(OURS)}
ELSEWHERE: Final = guid("acquired tenant")

Changes = Mapping[str, Answer | bytes | None]


class Fault(NamedTuple):
    """A stamp in which one thing is wrong. ``declared`` are lines of its inventory."""

    what: str
    rules: tuple[str, ...]
    changed: Changes
    site: Site = OURS
    declared: tuple[str, ...] = ('environment = "production"',)
    others: tuple[Folder, ...] = ()


def expires(days: int) -> Answer:
    return answer.activation(YEARLY, expiration=in_days(days))


def activation(site: Site = OURS, **properties: object) -> Answer:
    return answer.activation(site, **properties)


def bridge(title: str) -> Answer:
    return answer.alerts(OURS, alert(OURS, title, component=AZURE_BRIDGE))


def usage(code: str) -> Answer:
    return answer.alerts(OURS, alert(OURS, code=code))


MOVED: Final = Site(name="emea-one", group="rg-production")
TAKEN: Final = Site(name="emea-one", subscription="emea-other")
RENAMED: Final = Site(name="emea-one", registration="emea-one-2026")
TWIN: Final = Site(name="emea-two", origin="emea-one", registration="twin")
SHARING: Final = Site(name="emea-two", subscription="emea-one")
TESTING: Final = Site(name="emea-test", subscription="emea-one")

FAULTS: Final = (
    Fault("nothing at all", (), {}),
    Fault("nothing at all, by the year", (), {"activation": expires(300)}, YEARLY),
    Fault(
        "nothing at all, disconnected",
        (),
        {"activation": activation(CUT_OFF, expiration=in_days(300))},
        CUT_OFF,
        ('connection = "disconnected"', 'environment = "production"'),
    ),
    Fault(
        "never activated",
        ("AZS-RG-001",),
        {
            "activation": answer.no_activation(OURS),
            "alerts": bridge("Activation Required"),
            **PROVIDER,
            **OPERATOR,
        },
    ),
    Fault(
        "the registration was deleted",
        ("AZS-RG-001",),
        {
            "registration": answer.no_registration(OURS),
            "registrations": answer.registrations(OURS),
            "locks": answer.locks(OURS),
            "role_assignments": answer.roles(OURS),
            "alerts": usage("Unauthorized"),
            **OPERATOR,
        },
    ),
    Fault(
        "expired",
        ("AZS-RG-002",),
        {"activation": expires(-3), "alerts": bridge("Activation Expired"), **OPERATOR},
        YEARLY,
    ),
    Fault(
        "expired, and asked to activate",
        ("AZS-RG-002",),
        {"activation": expires(-3), "alerts": bridge("Activation Required"), **OPERATOR},
        YEARLY,
    ),
    Fault(
        "expires soon",
        ("AZS-RG-002",),
        {"activation": expires(20), "alerts": bridge("Activation Expiring Soon"), **OPERATOR},
        YEARLY,
    ),
    Fault("moved to another group", ("AZS-RG-003",), {"activation": activation(OURS)}, MOVED),
    Fault(
        "registered again under another name",
        ("AZS-RG-003",),
        {
            "activation": activation(OURS),
            "registration": answer.registration(RENAMED),
            "registrations": answer.registrations(OURS, registration(RENAMED)),
            "locks": answer.locks(RENAMED, lock(RENAMED.registration_id)),
            "role_assignments": answer.roles(RENAMED, role_assignment(RENAMED)),
        },
    ),
    Fault(
        "moved to another subscription",
        ("AZS-TE-003",),
        {"activation": activation(OURS)},
        TAKEN,
    ),
    Fault(
        "the script's default name",
        ("AZS-RG-004",),
        {},
        Site(name="emea-one", registration="AzureStackRegistration"),
    ),
    Fault(
        "nodes were added",
        ("AZS-RG-005",),
        {"activation": expires(300), **OPERATOR},
        YEARLY,
        ("nodes_at_registration = 3", 'agreement_number = "yes"'),
    ),
    Fault(
        "the activation failed",
        ("AZS-RG-006",),
        {
            "activation": activation(provisioningState="Stopped"),
            "alerts": bridge("Activation Required"),
            **OPERATOR,
        },
    ),
    Fault(
        "pay-as-you-use is silent",
        ("AZS-BI-001",),
        {"activation": activation(usageReportingEnabled=False)},
    ),
    Fault(
        "disconnected, and told to report",
        ("AZS-BI-001",),
        {
            "activation": activation(CUT_OFF, expiration=in_days(300), usageReportingEnabled=True),
            "usage_records": answer.usage_records(CUT_OFF, usage_record(CUT_OFF)),
            "alerts": usage("NetworkError"),
        },
        CUT_OFF,
        ('connection = "disconnected"',),
    ),
    Fault(
        "another identity than a disconnected stamp may have",
        ("AZS-BI-002",),
        {"activation": activation(CUT_OFF, expiration=in_days(300))},
        Site(name="emea-one", model="Capacity", principal=False),
        ('connection = "disconnected"', 'agreement_number = "yes"'),
    ),
    Fault(
        "development billing in production",
        ("AZS-BI-003",),
        {},
        Site(name="emea-one", model="Development"),
    ),
    Fault(
        "usage does not arrive", ("AZS-BI-005",), {"alerts": usage("CertificateValidationError")}
    ),
    Fault("no lock", ("AZS-PR-001",), {"locks": answer.locks(OURS)}),
    Fault(
        "a lock that is too strict",
        ("AZS-PR-002",),
        {"locks": answer.locks(OURS, lock(OURS.registration_id, "ReadOnly"))},
    ),
    Fault(
        "the subscription changed its directory",
        ("AZS-TE-001",),
        {
            "subscription": answer.subscription(OURS, tenant=ELSEWHERE),
            "role_assignments": answer.owner_role_only_of(OURS, "somebody else"),
            "alerts": usage("Unauthorized"),
            **OPERATOR,
        },
        OURS,
        (f'expected_tenant = "{OURS.tenant}"',),
    ),
    Fault(
        "the service principal lost its role",
        ("AZS-TE-002",),
        {"role_assignments": answer.owner_role_only_of(OURS, "somebody else")},
        OURS,
        (f'expected_tenant = "{OURS.tenant}"',),
    ),
    Fault("a clone", ("AZS-ID-001",), {}, others=(stamp(TWIN),)),
    Fault(
        "the offer is not supported",
        ("AZS-SU-001",),
        {"subscription": answer.subscription(OURS, offer="PayAsYouGo_2014-09-01")},
    ),
    Fault(
        "a cloud that is closed",
        ("AZS-SU-002",),
        {"activation": activation(azureEnvironmentName="AzureGermanCloud")},
    ),
    Fault(
        "the subscription is suspended",
        ("AZS-SU-003",),
        {"subscription": answer.subscription(OURS, state="Disabled")},
    ),
    Fault(
        "the subscription is suspended, and refuses usage",
        ("AZS-SU-003",),
        {
            "subscription": answer.subscription(OURS, state="Disabled"),
            "alerts": usage("Unauthorized"),
        },
    ),
    Fault(
        "the provider is not registered",
        ("AZS-SU-004",),
        {"provider": answer.provider(OURS, "Unregistered")},
    ),
    Fault("two stamps in one subscription", ("AZS-SU-005",), {}, others=(stamp(SHARING),)),
    Fault("production and test in one subscription", ("AZS-SU-006",), {}, others=(stamp(TESTING),)),
    Fault(
        "syndication is off",
        ("AZS-SY-001",),
        {"activation": activation(marketplaceSyndicationEnabled=False)},
    ),
    Fault("an alert without a reason", ("AZS-ST-001",), {"alerts": bridge("Activation Required")}),
)


def inventory(fault: Fault) -> bytes:
    """Every stamp of the scenario; the neighbour is in production unless it is for tests."""
    tables = ["schema = 1", "", "[[stamp]]", f'name = "{fault.site.name}"', *fault.declared]
    for name, _ in fault.others:
        word = "development" if name.endswith("test") else "production"
        tables += ["", "[[stamp]]", f'name = "{name}"', f'environment = "{word}"']
    return "\n".join((*tables, "")).encode()


def fleet(fault: Fault) -> Fleet:
    own = (fault.site.name, files(standard(fault.site) | dict(fault.changed)))
    folders = (("", {"inventory.toml": inventory(fault)}), own, *fault.others)
    return Fleet("one-fault", lambda: folders, inventory="inventory.toml")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_one_fault_is_one_failure(fault: Fault, tmp_path: Path) -> None:
    findings = [*judged(fleet(fault), tmp_path).record.findings()]
    failed = {found.rule for found in findings if found.outcome is Outcome.FAIL}
    assert failed == set(fault.rules)


def test_a_stamp_in_order_leaves_nothing_open(tmp_path: Path) -> None:
    findings = [*judged(fleet(FAULTS[0]), tmp_path).record.findings()]
    open_ends = {f.rule: f.message for f in findings if f.outcome is Outcome.UNDETERMINED}
    assert open_ends == {}
