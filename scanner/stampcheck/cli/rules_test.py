"""``stampcheck rules test``: hold the rules of installed packages to the contract."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from itertools import chain

import click

from stampcheck.causes.catalogue import ours
from stampcheck.causes.packages import brought
from stampcheck.cli.main import printable
from stampcheck.cli.pipeline import off_stdout
from stampcheck.errors import UsageError
from stampcheck.model import Cause
from stampcheck.registry import Loaded, Package, load_rules, plain
from stampcheck.testing import breaches
from stampcheck.testing.text import unfilled
from stampcheck.tomlfile import nearest


@click.command()
@click.argument("package", required=False)
def test(*, package: str | None) -> int:
    """Hold installed rules to the contract of rules.

    PACKAGE narrows it to the rules of one distribution or module. Exit code 1 where a rule breaks
    the contract.
    """
    chosen = _chosen(load_rules(), package)
    broken = sum(_say(loaded, faults_of(loaded)) for loaded in chosen)
    packages = {loaded.package.name: loaded.package for loaded in chosen}
    strays = [line for one in packages.values() for line in _strays(one)]
    for line in strays:
        click.echo(printable(line))
    names = ", ".join(f"{one.name} {one.version}" for one in packages.values())
    kept = f"{len(chosen) - broken} of {len(chosen)} rules keep the contract"
    click.echo(f"{kept}: {names}.", err=True)
    return 1 if broken or strays else 0


def _chosen(loaded: list[Loaded], package: str | None) -> list[Loaded]:
    if package is None:
        return loaded
    wanted = plain(package)
    chosen = [one for one in loaded if wanted in _names(one)]
    if not chosen:
        known = sorted({one.package.name for one in loaded})
        raise UsageError(f"There is no rule package {package!r}{nearest(package, known)}")
    return chosen


def _names(loaded: Loaded) -> tuple[str, str]:
    return plain(loaded.package.name), plain(loaded.rule.module.partition(".")[0])


def _say(loaded: Loaded, faults: list[str]) -> bool:
    info = loaded.rule.info
    click.echo(printable(f"{'BROKEN' if faults else 'ok':<6}  {info.id}  {info.title}"))
    for fault in faults:
        click.echo(printable(f"        {fault}"))
    return bool(faults)


def faults_of(loaded: Loaded) -> list[str]:
    """All that is wrong with an installed rule: the contract, and the causes that it names."""
    with off_stdout():
        found = breaches(loaded.rule)
    return found if unfilled(loaded.rule) else list(dict.fromkeys([*found, *_unlisted(loaded)]))


def _unlisted(loaded: Loaded) -> Iterator[str]:
    """Causes that came with the rule, wherever its package keeps them, and do not explain it."""
    info, own = loaded.rule.info, _own_causes(loaded.package)
    for cause in info.causes:
        if cause in own and info.id not in own[cause].explains:
            yield f"names cause {cause!r}, whose explains does not list {info.id}"


def _own_causes(package: Package) -> Mapping[str, Cause]:
    """The causes that came with the package itself."""
    parts = [one.catalogue.causes for one in brought() if one.package == package]
    parts += [ours().causes] if package.name == "stampcheck" else []
    return ChainMap(*parts)


def _strays(package: Package) -> Iterator[str]:
    """Causes of a foreign package that explain a rule which is not installed."""
    known = {one.rule.info.id for one in load_rules()}
    parts = [one.catalogue.causes.values() for one in brought() if one.package == package]
    for cause in chain.from_iterable(parts):
        for rule in cause.explains:
            if rule not in known:
                yield f"BROKEN  cause {cause.id} explains {rule}, which is not installed"
