"""The profile: thresholds and choices, strictly typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.errors import UsageError
from stampcheck.model import Severity
from stampcheck.profile import Profile, read_profile
from stampcheck.values import ExpiryWindows


def written(folder: Path, text: str) -> Path:
    path = folder / "profile.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    text = """
max_age_days = 14
fail_on = "High"
require = ["stampcheck"]

[rules]
disable = ["AZS-PR-001"]
only = ["AZS-RG-001"]

[severity]
AZS-RG-002 = "medium"

[expiry_days]
high = 5
medium = 20
low = 60
"""
    found = read_profile(written(tmp_path, text))

    assert found == Profile(
        name="profile.toml",
        only=("AZS-RG-001",),
        disable=("AZS-PR-001",),
        severities={"AZS-RG-002": Severity.MEDIUM},
        windows=ExpiryWindows(high=5, medium=20, low=60),
        max_age_days=14,
        fail_on=Severity.HIGH,
        require=("stampcheck",),
    )
    assert found.digest != Profile().digest


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_age = 3", "profile.toml:1: unknown key 'max_age'; did you mean 'max_age_days'"),
        ("max_age_days = 0", "1 to 3650"),
        ('fail_on = "bad"', "critical, high, medium, low, informational"),
        ("[expiry_days]\nhigh = 40", "profile.toml:1: the windows must grow"),
        ("[expiry_days]\nhigh = -1", "profile.toml:2"),
        ("[expiry_days]\nlater = 1", "unknown key 'later'"),
        ('[severity]\nAZS-RG-001 = "awful"', "profile.toml:2"),
        ('[rules]\ndisable = "AZS-RG-001"', "list of texts"),
        ("rules = 3", "expected a table"),
    ],
)
def test_a_fault_names_its_line_and_what_is_allowed(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_profile(written(tmp_path, text))

    assert words in str(caught.value)
