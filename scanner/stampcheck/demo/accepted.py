"""What people decided and said of the demo fleets: waivers after the first audit, attestations and
a profile before the second.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple


class Accepted(NamedTuple):
    """A failure of ``complete`` that was accepted, until when, and what became of it since."""

    rule: str
    stamp: str
    reason: str
    expires: date
    since: str


ACCEPTED: Final = (
    Accepted(
        "AZS-PR-001",
        "emea-rome",
        "A development stamp: whoever deletes it registers it again.",
        date(2027, 6, 30),
        "it holds",
    ),
    Accepted(
        "AZS-PR-001",
        "emea-athens",
        "The lock is set again after the move of the group.",
        date(2027, 3, 31),
        "the lock was set, so that nothing fails",
    ),
    Accepted(
        "AZS-RG-004",
        "amer-lima",
        "The name is corrected with the next renewal.",
        date(2027, 1, 15),
        "it ended",
    ),
    Accepted(
        "AZS-RG-005",
        "emea-bilbao",
        "The new nodes are registered with the next renewal.",
        date(2027, 6, 30),
        "two more nodes came",
    ),
)
"""The waivers of the demo, accepted on the day of the first audit."""

OWNER: Final = "Azure Stack operations"
APPROVER: Final = "Information security"

ATTESTATIONS: Final = b"""\
# What Contoso's people said before the second audit.
schema = 1

[[attestation]]
question = "partner-id"
stamp = "emea-bern"
answer = "yes"
who = "licence management"
when = 2027-01-20
valid_until = 2028-01-20

[[attestation]]
question = "operator-tools"
stamp = "emea-gdansk"
answer = "yes"
who = "Azure Stack operations"
when = 2027-01-21
valid_until = 2027-04-21

[[attestation]]
question = "agreement-number"
stamp = "emea-zurich"
answer = "...17"
who = "licence management"
when = 2027-01-20
valid_until = 2027-12-31
file = "order-confirmation.txt"
sha256 = "{sha256}"

[[attestation]]
question = "custom-cloud"
stamp = "gov-tacoma"
answer = "no"
who = "the operator of that cloud"
when = 2027-01-25
valid_until = 2028-01-25
"""
"""The attestations; the digest of the attached file is filled in."""

PROOF: Final = b"Capacity for emea-zurich is ordered under the agreement whose number ends in 17.\n"
"""The file that the answer about the agreement number is attached to."""

PROFILE: Final = b"""\
# Since the first audit Contoso takes shared subscriptions more seriously.
schema = 1

[severity]
AZS-SU-005 = "medium"
"""
"""The profile of the second audit."""
