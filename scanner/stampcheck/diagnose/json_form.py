"""A diagnosis as JSON."""

from __future__ import annotations

import msgspec

from stampcheck.diagnose.diagnosis import Diagnosis


def as_json(diagnosis: Diagnosis) -> str:
    """The whole diagnosis; ``causes`` is empty where none is known."""
    body = msgspec.to_builtins(diagnosis) | {"exit_code": diagnosis.exit_code}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode() + "\n"
