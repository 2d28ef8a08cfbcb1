"""The demo fleets, made by code so that they come with every installation.

``complete`` shows each outcome of each essential rule, ``troubled`` what evidence can suffer from,
``later`` what became of the first in three months.
All names, ids and hashes in them are invented; nothing in them is a secret.
"""

from __future__ import annotations

from typing import Final

from stampcheck.demo.complete import COMPLETE
from stampcheck.demo.fleet import AS_OF, Fleet
from stampcheck.demo.later import LATER
from stampcheck.demo.troubled import TROUBLED

__all__ = ["AS_OF", "COMPLETE", "FLEETS", "LATER", "TROUBLED", "Fleet"]

FLEETS: Final = (COMPLETE, TROUBLED)
"""The demo fleets of one moment, in the order in which to show them."""
