"""What all tests share: one Hypothesis profile, and ``--accept`` to rewrite golden files."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

# A shell starts what runs in its background deaf to Ctrl-C, and every program of ours with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "stampcheck",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("stampcheck")


_UNTRACED: Final = tuple(
    Path(__file__).parent / name
    for name in ("diagnose", "emulators", "scanner/cli", "scanner/collect")
)


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """What speaks over sockets is not traced: tracing makes it late for its own time-outs. Nor is
    what measures a whole corpus: each part of it has tests of its own.
    """
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in _UNTRACED):
            item.add_marker("no_cover")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten rather than compared."""
    return bool(request.config.getoption("--accept"))
