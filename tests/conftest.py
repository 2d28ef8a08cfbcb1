"""What all tests share: one Hypothesis profile, and ``--accept`` to rewrite golden files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "stampcheck",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("stampcheck")


_OVER_SOCKETS: Final = tuple(
    Path(__file__).parent / name for name in ("emulators", "scanner/cli", "scanner/collect")
)


_LONG: Final = (
    *_OVER_SOCKETS,
    *(Path(__file__).parent / name for name in ("rules/test_writing_rules.py", "reports")),
    *(Path(__file__).parent / "scanner" / name for name in ("demo", "parse/test_assemble.py")),
    *(
        Path(__file__).parent / "scanner" / f"test_{name}.py"
        for name in ("foreign_package", "golden")
    ),
)
"""Files that take long: they go first, so that no worker is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What speaks over sockets is not traced: tracing makes it late for its own time-outs."""
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in _OVER_SOCKETS):
            item.add_marker("no_cover")
    items.sort(key=lambda item: not any(item.path.is_relative_to(one) for one in _LONG))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten rather than compared."""
    return bool(request.config.getoption("--accept"))
