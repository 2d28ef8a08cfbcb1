"""What a signature has to keep to: its expression reads, and its samples show what it is for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from stampcheck.errors import RunError
from stampcheck.model import Cause, Signature


def check(cause: Cause, known: Collection[str]) -> None:
    """Refuse a cause whose signatures cannot match, or whose neighbours are not ``known``."""
    for number, signature in enumerate(cause.signatures):
        for fault in faults(signature):
            raise RunError(f"causes/{cause.id}.toml: signatures[{number}].{fault}.")
    for number, neighbour in enumerate(cause.neighbours):
        if neighbour.cause not in known or neighbour.cause == cause.id:
            place = f"causes/{cause.id}.toml: neighbours[{number}].cause"
            raise RunError(f"{place}: there is no other cause {neighbour.cause!r}.")


def faults(signature: Signature) -> Iterator[str]:
    """What is wrong with a signature, each as field and fault."""
    try:
        pattern = re.compile(signature.pattern, re.DOTALL)
    except re.error as error:
        yield f"pattern: is no regular expression ({error})"
        return
    if not signature.literal.strip():
        yield "literal: may not be blank, since lines are chosen by it"
    if not signature.samples:
        yield "samples: needs one at least"
    for sample in signature.samples:
        flat = " ".join(sample.split())
        if signature.literal not in flat:
            yield f"literal: {signature.literal!r} is not in the sample {flat[:60]!r}"
        if pattern.search(flat) is None:
            yield f"pattern: does not match the sample {flat[:60]!r}"
