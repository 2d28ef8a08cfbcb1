"""For authors of rules and reports: make stamps of facts, judge them, hold a rule to the contract.

Stamps are made of facts by name; a plain value is a known fact, what is not named is missing::

    from stampcheck.testing import judge, missing, stamp

    found = judge(my_rule, stamp(CLOUD_ID="5bf881b2-...", LOCKS=missing("access-denied")))
    assert found.outcome is Outcome.UNDETERMINED

===================  ==============================================================================
``stamp``            a stamp by its facts
``missing``          a fact that was not read, with the word of its reason
``fleet``            stamps, and registrations that none of them claims
``read_evidence``    the fleet of a folder of documents, as ``scan --from-files`` reads it
``judge``            the one finding of a stamp rule on a stamp
``judge_all``        all findings of a fleet rule on a fleet
``judge_example``    the worst finding of a rule on one of its examples
``assert_contract``  the contract: texts, names, imports, purity, and the law of gaps over the
                     examples of the rule and over any stamps and fleets that are handed in
``assert_fixture``   that each folder of documents gives the outcome that it is named after
``saved_scan``       a small saved scan to render, also one with a hostile name and an empty one
``assert_report``    the contract of a report format
===================  ==============================================================================

``rules/WRITING-RULES.md`` and ``reports/WRITING-REPORTS.md`` show them at work; ``stampcheck rules
test`` runs the same contract of rules.
"""

from __future__ import annotations

from stampcheck.rule_example import judge as judge_example
from stampcheck.sample import Sample, SampleFleet, fleet_of, rule_set
from stampcheck.testing.contract import ContractError, assert_contract, breaches
from stampcheck.testing.documents import assert_fixture, read_evidence
from stampcheck.testing.judged import judge, judge_all
from stampcheck.testing.sample import fleet, missing, stamp
from stampcheck.testing.saved import assert_report, saved_scan

__all__ = [
    "ContractError",
    "Sample",
    "SampleFleet",
    "assert_contract",
    "assert_fixture",
    "assert_report",
    "breaches",
    "fleet",
    "fleet_of",
    "judge",
    "judge_all",
    "judge_example",
    "missing",
    "read_evidence",
    "rule_set",
    "saved_scan",
    "stamp",
]
