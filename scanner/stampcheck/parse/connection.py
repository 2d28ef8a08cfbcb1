"""Whether a stamp can reach Azure: declared, else derived from both sides (requirements)."""

from __future__ import annotations

from typing import Final

from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.activation import syndication
from stampcheck.parse.evidence import Evidence, read_value
from stampcheck.parse.registration import object_id
from stampcheck.parse.stamp import identity_system
from stampcheck.parse.subscription import INVENTORY
from stampcheck.parse.value import member
from stampcheck.values import Connection

_CONNECTION: Final = member(Connection)


def connection(evidence: Evidence) -> Known[Connection] | Missing:
    """Connected by a service principal or syndication; disconnected only by three traces at once.

    AD FS alone says nothing: connected AD FS stamps are lawful.
    """
    declared = evidence.declared.connection
    if declared:
        return read_value(declared, Source(INVENTORY, "connection"), _CONNECTION)
    principal, market = object_id(evidence), syndication(evidence)
    if isinstance(principal, Known) and principal.value:
        return Known(Connection.CONNECTED, principal.source)
    if isinstance(market, Known) and market.value:
        return Known(Connection.CONNECTED, market.source)
    identity = identity_system(evidence)
    if isinstance(principal, Known) and isinstance(market, Known) and isinstance(identity, Known):
        if identity.value == "ADFS":
            return Known(Connection.DISCONNECTED, market.source)
        return Missing(Reason.AMBIGUOUS, "nothing shows whether the stamp is connected")
    gaps = [fact for fact in (principal, market, identity) if isinstance(fact, Missing)]
    return Missing(Reason.AMBIGUOUS, f"connected or disconnected cannot be told ({gaps[0].detail})")
