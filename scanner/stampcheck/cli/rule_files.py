"""The files that ``stampcheck rules new`` writes: a rule, its test, its documents, a package.

What the author has to fill in says ``FILL IN``; until then the rule passes nothing.
"""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Final

import msgspec

_RULE: Final = Template('''\
"""FILL IN the fault, in one sentence."""

from collections.abc import Iterator

from stampcheck.facts import REGISTRATION_ID
from stampcheck.model import (
$words
)

# FILL IN: at least one example that fails and one that passes, such as
# Example(Outcome.FAIL, {REGISTRATION_ID: ResourceId.parse("/subscriptions/...")})
_EXAMPLES: tuple[Example, ...] = ()


@$decorator(
    RuleInfo(
        id="$id",
        title="FILL IN the fault",
        severity=Severity.MEDIUM,
        rationale="FILL IN why it matters.",
        needs=(REGISTRATION_ID,),
        fails_when="FILL IN when it fails.",
        passes_when="FILL IN when it passes.",
        causes=("FILL IN",),
        remediation="FILL IN what to do.",
        consequences=(Consequence.SUPPORT,),
        examples=_EXAMPLES,
        source="FILL IN where the requirement stands",
        reviewed="$today",
    )
)
def $name($seen: $kind) -> Iterator[Verdict]:
    """FILL IN how it judges."""
$body''')

_WORDS: Final = ("Consequence", "Example", "Reason", "RuleInfo", "Severity", "Verdict")
_STAMP: Final = """\
    registration = stamp[REGISTRATION_ID]
    yield Verdict.undetermined(
        stamp, reason=Reason.NEEDS_HUMAN, message=f"FILL IN how {registration.name} is judged."
    )
"""
_FLEET: Final = """\
    for registration, holders in fleet.group_by(REGISTRATION_ID):
        for holder in holders:
            yield Verdict.undetermined(
                holder,
                reason=Reason.NEEDS_HUMAN,
                message=f"FILL IN how {registration.name} is judged.",
            )
"""

_TEST: Final = Template('''\
"""$id: FILL IN what holds, in one sentence."""

from __future__ import annotations

from pathlib import Path

from stampcheck.testing import assert_contract, assert_fixture
from $module import $name

DOCUMENTS = Path(__file__).parents[$depth] / "$documents"


def test_it_keeps_the_contract_and_its_examples() -> None:
    assert_contract($name)


def test_each_folder_of_documents_gives_the_outcome_that_it_is_named_after() -> None:
    assert_fixture($name, DOCUMENTS)
''')

_REGISTRATION: Final = Template("""\
{
  "id": "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack\
/providers/Microsoft.AzureStack/registrations/contoso-01",
  "name": "contoso-01",
  "type": "Microsoft.AzureStack/registrations",
  "location": "global",
  "properties": {
    "objectId": "2dbdd5f4-2222-4000-8000-000000000001",
    "cloudId": "5bf881b2-3333-4000-8000-000000000001",
    "billingModel": "PayAsYouUse"
  }
}
""")

_ACTIVATION: Final = Template("""\
{
  "id": "/subscriptions/2757c369-4444-4000-8000-000000000001/resourceGroups/azurestack-activation\
/providers/Microsoft.AzureBridge.Admin/activations/default",
  "name": "default",
  "type": "Microsoft.AzureBridge.Admin/activations",
  "properties": {
    "azureRegistrationResourceIdentifier": "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001\
/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/contoso-01",
    "displayName": "Azure Stack Activation",
    "expiration": "9999-12-30T23:59:59Z",
    "marketplaceSyndicationEnabled": true,
    "usageReportingEnabled": true,
    "provisioningState": "Succeeded"
  }
}
""")

_PYPROJECT: Final = Template("""\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "$package"
version = "0.1.0"
description = "Rules for stampcheck"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["stampcheck>=$version"]

[project.optional-dependencies]
test = ["pytest>=8"]

[project.entry-points."stampcheck.rules"]
$package = "$root"

[tool.hatch.build.targets.wheel]
packages = ["$root"]

[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = ["."]
testpaths = ["tests"]
""")

_README: Final = Template("""\
# $package

Rules for [stampcheck](https://pypi.org/project/stampcheck/). Once installed beside it, they judge
with its own: `stampcheck rules list` shows them.

    pip install -e '.[test]'
    pytest
    stampcheck rules test $package

One more rule: `stampcheck rules new ID area/name` in this folder.
""")

_PACKAGE_INIT: Final = Template('"""Rules of $package for stampcheck."""\n')
_AREA_INIT: Final = Template('"""Rules about $area."""\n')


class NewRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule to write: where its package stands, and where tests and documents go."""

    id: str
    area: str
    name: str
    root: str
    code: Path
    tests: Path
    documents: Path
    top: Path
    today: str
    is_fleet: bool

    @property
    def module(self) -> Path:
        """The file of the rule."""
        return self.code / self.area / f"{self.name}.py"


def rule_files(rule: NewRule) -> dict[Path, str]:
    """Every file of a rule that must be new, with its text."""
    test = rule.tests / rule.area / f"test_{rule.name}.py"
    documents = rule.documents / rule.name
    values = {
        "id": rule.id,
        "name": rule.name,
        "module": f"{rule.root}.{rule.area}.{rule.name}",
        "depth": str(len(test.relative_to(rule.top).parts) - 1),
        "documents": documents.relative_to(rule.top).as_posix(),
        "today": rule.today,
    }
    files = {rule.module: _RULE.substitute(values | _judging(rule)), test: _TEST.substitute(values)}
    for outcome in ("fail", "pass"):
        folder = documents / outcome / "contoso-01"
        files[folder / "registration.json"] = _REGISTRATION.substitute()
        files[folder / "activation.json"] = _ACTIVATION.substitute()
    return files


def _judging(rule: NewRule) -> dict[str, str]:
    """The parts of a rule's text that differ between stamps and fleets."""
    kind = "Fleet" if rule.is_fleet else "Stamp"
    names = [*sorted((*_WORDS, kind)), f"{kind.lower()}_rule"]
    return {
        "words": "\n".join(f"    {name}," for name in names),
        "decorator": names[-1],
        "seen": kind.lower(),
        "kind": kind,
        "body": _FLEET if rule.is_fleet else _STAMP,
    }


def area_file(rule: NewRule) -> tuple[Path, str]:
    """The file that makes the area a package; it may be there already."""
    words = rule.area.replace("_", " ")
    return rule.code / rule.area / "__init__.py", _AREA_INIT.substitute(area=words)


def package_files(top: Path, package: str, root: str, version: str) -> dict[Path, str]:
    """Every file of a new package but its first rule."""
    return {
        top / "pyproject.toml": _PYPROJECT.substitute(package=package, root=root, version=version),
        top / "README.md": _README.substitute(package=package),
        top / root / "__init__.py": _PACKAGE_INIT.substitute(package=package),
        top / root / "py.typed": "",
    }
