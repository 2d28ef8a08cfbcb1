"""Changes follow from the values of a track alone, in whatever order scans come."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.history.edits import Edit, edits

Values = list[int | None]


def naive(values: Values) -> dict[int, int | None]:
    """The changes of a track that every scan looked at."""
    changes: dict[int, int | None] = {}
    before: int | None = None
    for rank, value in enumerate(values):
        if value != before:
            changes[rank] = value
        before = value
    return changes


def stored(values: Values, order: list[int]) -> dict[int, int | None]:
    """The changes after the scans came in an order."""
    changes: dict[int, int | None] = {}
    seen: list[int] = []
    for rank in order:
        following = min((one for one in seen if one > rank), default=None)
        for edit in edits(changes, rank, values[rank], following):
            if edit.remove:
                del changes[edit.rank]
            else:
                changes[edit.rank] = edit.value
        seen.append(rank)
    return changes


@settings(max_examples=200)
@given(st.data())
def test_scans_in_any_order_leave_the_same_changes(data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from([None, 1, 2]), max_size=8))
    order = data.draw(st.permutations(range(len(values))))

    assert stored(values, order) == naive(values)


def test_an_equal_value_is_no_change() -> None:
    assert edits({0: 7}, 1, 7, None) == []


def test_a_scan_in_between_moves_the_change_of_the_next() -> None:
    assert edits({0: 1}, 1, 2, 2) == [Edit(1, 2), Edit(2, 1)]
    assert edits({0: 1, 2: 2}, 1, 2, 2) == [Edit(1, 2), Edit(2, None, remove=True)]
    assert edits({0: 1, 2: 3}, 1, 2, 2) == [Edit(1, 2)]
