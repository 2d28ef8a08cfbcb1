"""Lines are joined as they were before a console or a mail broke them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.diagnose.unwrapping import joined
from tests.scanner.diagnose.sample import CLOUD_ID

TEXT = (
    f"Running registration actions on build 1.2311.1.22. Cloud Id: {CLOUD_ID}, and so it goes on."
)


@settings(max_examples=40)
@given(st.integers(min_value=20, max_value=110))
def test_what_a_console_broke_at_its_width_is_whole_again(width: int) -> None:
    lines = [TEXT[at : at + width] for at in range(0, len(TEXT), width)]

    assert joined(lines, width)[0] == TEXT


def test_a_guid_is_whole_again_where_the_width_is_not_known() -> None:
    for cut in range(1, 36):
        lines = [f"Cloud Id: {CLOUD_ID[:cut]}", f"{CLOUD_ID[cut:]}, Deployment"]
        assert any(CLOUD_ID in text for text in joined(lines, 0)), cut


def test_a_whole_guid_is_not_glued_to_the_next_line() -> None:
    assert joined([f"CorrelationId: {CLOUD_ID}", "At C:\\x.ps1:1"], 0)[0].endswith(
        "59 At C:\\x.ps1:1"
    )


def test_words_of_an_editor_keep_their_space() -> None:
    assert joined(["the path", "is correct"], 0)[0] == "the path is correct"
