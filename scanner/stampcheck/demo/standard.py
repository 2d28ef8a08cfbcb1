"""The evidence of a stamp that is in order, to be changed where a stamp is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stampcheck.demo import answer
from stampcheck.demo.answer import Answer
from stampcheck.demo.dialect import envelope
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import lock, role_assignment
from stampcheck.demo.site import Site
from stampcheck.demo.stamp_shapes import usage_record


def stamp(site: Site, **changed: Answer | bytes | None) -> Folder:
    """A folder of one stamp, in envelopes; a keyword replaces or adds the file of that kind, and
    None takes it away.
    """
    return site.name, files(standard(site) | changed)


def files(answers: dict[str, Answer | bytes | None]) -> dict[str, bytes]:
    """Each answer in its envelope, in a file that is named after its kind."""
    return {
        f"{kind.replace('_', '-')}.json": envelope(told) if isinstance(told, Answer) else told
        for kind, told in answers.items()
        if told is not None
    }


def standard(site: Site) -> dict[str, Answer | bytes | None]:
    """What the rules read of a stamp that is registered and protected. A stamp that reports no
    usage is not asked for its records.
    """
    held = (role_assignment(site),) if site.principal else ()
    reports = site.principal and site.model not in ("Capacity", "Custom")
    return {
        "activation": answer.activation(site),
        "stamp_information": answer.stamp_information(site),
        "alerts": answer.alerts(site),
        "usage_records": answer.usage_records(site, usage_record(site)) if reports else None,
        "registration": answer.registration(site),
        "locks": answer.locks(site, lock(site.registration_id)),
        "role_assignments": answer.roles(site, *held),
        "subscription": answer.subscription(site),
        "provider": answer.provider(site),
    }


def stamp_half(site: Site, **changed: Answer | bytes | None) -> Folder:
    """What only the stamp can answer."""
    none = dict.fromkeys(answer.azure_side(site))
    return stamp(site, **none | changed)


def azure_half(site: Site, folder: str) -> Folder:
    """What only Azure can answer, in a folder of another name."""
    none = dict.fromkeys(standard(site).keys() - answer.azure_side(site).keys())
    return folder, stamp(site, **none)[1]


def neighbours(sites: Iterable[Site]) -> Iterator[Folder]:
    """Stamps of one subscription, whose listings of it are the same."""
    held = tuple(sites)
    locks = tuple(lock(site.registration_id) for site in held)
    for site in held:
        yield stamp(site, locks=answer.locks(site, *locks))


def unregistered_half(site: Site) -> dict[str, Answer | bytes | None]:
    """What Azure answers of a subscription in which nothing was registered yet."""
    return {
        "subscription": answer.subscription(site),
        "provider": answer.provider(site),
        "registrations": answer.registrations(site),
        "locks": answer.locks(site),
    }
