"""The registration that a stamp claims: the chosen one, unless that is another stamp's."""

from __future__ import annotations

import pytest

from stampcheck.parse.claim import claimed
from stampcheck.parse.evidence import Held
from tests.scanner.parse import builders as b

FOREIGN = "aaaaaaaa-0000-4000-8000-00000000c10d"
ACTIVATION = b.held("activation.json", b.activation())
INFORMATION = b.held("information.json", b.information())
THEIRS = b.registration(cloudId=FOREIGN)


EMPTY = b.held("all.json", b.listing(), f"{b.SUBSCRIPTION}{b.REGISTRATIONS}", kind="registration")


def azure(*bodies: b.Body) -> Held:
    return b.bare("registrations.json", b.listing(*bodies))


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ((), ""),
        ((ACTIVATION, INFORMATION), ""),
        ((azure(b.registration()), ACTIVATION, INFORMATION), b.REGISTRATION),
        ((azure(b.registration(cloudId=None)), ACTIVATION, INFORMATION), b.REGISTRATION),
        ((azure(THEIRS), ACTIVATION), b.REGISTRATION),
        ((azure(THEIRS), ACTIVATION, INFORMATION), b.REGISTRATION),
        ((azure(THEIRS, b.registration(b.OTHER)), ACTIVATION, INFORMATION), b.OTHER),
        ((azure(THEIRS, b.registration("x")), ACTIVATION, INFORMATION), b.REGISTRATION),
        ((azure(b.registration() | {"id": None}), INFORMATION), ""),
        ((azure(b.registration(b.OTHER)), EMPTY, ACTIVATION, INFORMATION), b.OTHER),
        ((azure(b.registration("x"), b.registration(b.OTHER)), EMPTY, INFORMATION), b.OTHER),
        ((azure(b.registration(), b.registration(b.OTHER)), INFORMATION), ""),
    ],
)
def test_the_stamps_own_cloud_id_goes_before_what_its_activation_names(
    documents: tuple[Held, ...], expected: str
) -> None:
    assert claimed(b.evidence(*documents)) == expected.lower()
