"""The causes that a rule names: each is in a catalogue, ours or that of the rule's own package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files

from stampcheck.causes.catalogue import load, ours, read
from stampcheck.errors import StampcheckError
from stampcheck.model import Cause, Rule
from stampcheck.tomlfile import nearest


def cause_breaches(rule: Rule) -> Iterator[str]:
    """Causes that a scan would not know, and those of the package that leave the rule out.

    The package's own are found beside its rules, so that its tests need not install it.
    """
    try:
        own = _own(rule.module.partition(".")[0])
        known = {**load().causes, **own}
    except StampcheckError as error:
        yield f"its package has causes that cannot be used: {str(error).rstrip('.')}"
        return
    for cause in rule.info.causes:
        if cause not in known:
            suggested = nearest(cause, list(known)).rstrip(".")
            yield f"names cause {cause!r}, which is in no catalogue{suggested}"
        elif cause in own and rule.info.id not in own[cause].explains:
            yield f"names cause {cause!r}, whose explains does not list {rule.info.id}"


def _own(package: str) -> Mapping[str, Cause]:
    """The causes in the folder ``causes`` of a package."""
    try:
        folder = files(package)
    except (ImportError, TypeError):
        return {}
    if not (folder / "causes").is_dir():
        return {}
    return read(folder, ours().runbooks).causes
