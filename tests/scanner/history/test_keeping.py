"""Scans in a database: once, whole or not at all, the same answers from both kinds."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text

from stampcheck.errors import RunError, UsageError
from stampcheck.history.asking import StampHistory
from stampcheck.history.database import Database, connected, database, engine_of
from stampcheck.history.keeping import keep
from stampcheck.history.migration import MIGRATIONS, migrate, version_of
from stampcheck.history.reading import reading
from stampcheck.history.snapshot import Snapshot
from tests.scanner.history.conftest import empty_database, rows
from tests.scanner.history.scans import taken
from tests.scanner.history.server import Server

TABLES = ("scan", "track", "value", "change", "stamp", "rule", "stamp_set", "stamp_set_member")

STORY = [
    taken("2026-01-01", {"a": {"R-1": "p", "R-2": "p"}, "b": {"R-1": "p", "R-2": "f"}}),
    taken("2026-02-01", {"a": {"R-1": "f", "R-2": "p"}, "b": {"R-1": "p", "R-2": "f"}}),
    taken("2026-03-01", {"a": {"R-1": "u", "R-2": "p"}, "b": {"R-1": "p", "R-2": "n"}}),
    taken("2026-03-15", {"b": {"R-1": "p"}}, rules=("R-1",), only=True, standing="expired"),
    taken("2026-04-01", {"a": {"R-1": "f", "R-2/x": "f"}, "b": {"R-1": "p", "R-2": "f"}}),
    taken("2026-05-01", {"a": {"R-1": "p", "R-2": "p"}, "b": {"R-1": "p", "R-2": "f"}}),
]


def told(place: Database) -> dict[str, Any]:
    """Everything that a history answers."""
    with reading(place) as kept:
        return {
            "scans": kept.scans(),
            "stamps": {name: kept.stamp(name) for name in ("a", "b")},
            "rules": {name: kept.rule(name) for name in ("R-1", "R-2")},
            "trend": kept.trend(),
        }


def counted(place: Database) -> list[int]:
    return [rows(place, f"stampcheck_{table}") for table in TABLES]


def failures(found: StampHistory) -> list[tuple[str, str, str, str, int]]:
    return [
        (one.rule, one.subject, one.opened[:10], one.closed[:10], one.days)
        for one in found.failures
    ]


def test_a_history_says_since_when_and_for_how_long(place: Database) -> None:
    assert all(keep(place, one) for one in STORY)
    answers = told(place)

    # What was undetermined in between closed nothing; what was not looked at neither.
    assert failures(answers["stamps"]["a"]) == [
        ("R-1", "", "2026-02-01", "2026-05-01", 89),
        ("R-2", "x", "2026-04-01", "2026-05-01", 30),
    ]
    assert failures(answers["stamps"]["b"]) == [
        ("R-2", "", "2026-01-01", "2026-03-01", 59),
        ("R-2", "", "2026-04-01", "", 30),
    ]
    standings = [(one.since[:10], one.standing) for one in answers["stamps"]["b"].states]
    assert standings == [
        ("2026-01-01", "licensed"),
        ("2026-03-15", "expired"),
        ("2026-04-01", "licensed"),
    ]
    assert [one.opened[:7] for one in answers["rules"]["R-2"]] == ["2026-01", "2026-04", "2026-04"]
    assert [one.failed for one in answers["trend"]] == [1, 2, 0, 3, 1]
    assert [one.scope for one in answers["scans"]].count("some stamps") == 1


def test_both_kinds_of_database_give_the_same_answers(tmp_path: Path, server: Server) -> None:
    places = [database(str(tmp_path / "audit.db")), empty_database(server, server.fresh_name())]
    for place in places:
        for one in STORY:
            keep(place, one)

    assert told(places[0]) == told(places[1])
    assert counted(places[0]) == counted(places[1])


def test_a_scan_stored_twice_changes_nothing(place: Database) -> None:
    assert keep(place, STORY[0])
    before = counted(place), told_of_one(place)

    assert not keep(place, STORY[0])
    assert (counted(place), told_of_one(place)) == before


def told_of_one(place: Database) -> Any:
    with reading(place) as kept:
        return kept.scans(), kept.stamp("a")


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [3, 0, 5, 2, 4, 1]])
def test_older_scans_stored_later_give_the_same_answers(place: Database, order: list[int]) -> None:
    for one in STORY:
        keep(place, one)
    expected, size = told(place), rows(place, "stampcheck_change")
    with connected(place, writes=True) as connection:
        for table in ("change", "track", "scan", "value"):
            connection.execute(text(f"DELETE FROM stampcheck_{table}"))
    for number in order:
        keep(place, STORY[number])

    assert told(place) == expected
    assert rows(place, "stampcheck_change") == size


letters = st.sampled_from(["", "f", "u", "p"])


@settings(max_examples=6)
@given(
    scans=st.lists(st.tuples(letters, letters, letters, st.booleans()), min_size=2, max_size=5),
    shuffle=st.randoms(use_true_random=False),
)
def test_any_scans_in_any_order_give_the_same_answers(
    tmp_path_factory: pytest.TempPathFactory, scans: list[Any], shuffle: Any
) -> None:
    story = [_any_scan(number, *cells) for number, cells in enumerate(scans)]
    story.append(taken("2026-02-01", {"a": {"R-1": "p"}, "b": {"R-2": "p"}}))
    other = list(story)
    shuffle.shuffle(other)
    folder = tmp_path_factory.mktemp("any")
    answers = []
    for name, order in (("one", story), ("other", other)):
        place = database(str(folder / f"{name}.db"))
        for one in order:
            keep(place, one)
        answers.append((told(place), rows(place, "stampcheck_change")))

    assert answers[0] == answers[1]


def _any_scan(number: int, first: str, second: str, third: str, is_whole: bool) -> Snapshot:  # noqa: FBT001
    stamps = {"a": {"R-1": first, "R-1/x": second}, "b": {"R-1": third}}
    held = stamps if is_whole else {"a": stamps["a"]}
    cells = {
        stamp: {rule: letter for rule, letter in own.items() if letter}
        for stamp, own in held.items()
    }
    day = f"2026-01-{number + 1:02}"
    return taken(day, cells, scan_id=f"{number}", rules=("R-1",), only=not is_whole)


def test_what_did_not_change_takes_no_room(place: Database) -> None:
    keep(place, STORY[0])
    before = counted(place)
    for month in range(2, 12):
        day = f"2027-{month:02}-01"
        keep(place, taken(day, {"a": {"R-1": "p", "R-2": "p"}, "b": {"R-1": "p", "R-2": "f"}}))

    assert [now - then for now, then in zip(counted(place), before, strict=True)] == [10, *[0] * 7]


def test_names_of_any_kind_and_length_are_kept(place: Database) -> None:
    names = ["x" * 20_000, "nul\0", "\ud800half", "a'; DROP TABLE stampcheck_scan; --", "ختم 🚀"]
    stamps = {name: {"R-1/" + "s" * 9_000: "f"} for name in names}
    keep(place, taken("2026-01-01", stamps))

    with reading(place) as kept:
        assert kept.stamp("x" * 20_000).failures[0].opened == "2026-01-01T00:00:00Z"
        assert kept.stamp("nul\0").stamp == "nul\ufffd"
        assert len(kept.rule("r-1")) == 5


def test_an_unknown_stamp_is_a_suggestion(place: Database) -> None:
    keep(place, STORY[0])

    with (
        reading(place) as kept,
        pytest.raises(UsageError, match=r"no stamp 'aa'"),
    ):
        kept.stamp("aa")
    with reading(place) as kept:
        assert kept.stamp("A").stamp == "a"


def test_writers_at_the_same_time_lose_nothing(place: Database) -> None:
    days = [f"2026-01-{day:02}" for day in range(1, 9)]
    story = [
        taken(day, {"a": {"R-1": "f" if number % 2 else "p", "R-2": "p"}})
        for number, day in enumerate(days)
    ]
    threads = [threading.Thread(target=keep, args=(place, one)) for one in story * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(place) as kept:
        assert [one.as_of[:10] for one in kept.scans()] == days
        spans = [(one.opened[8:10], one.closed[8:10]) for one in kept.stamp("a").failures]
    assert spans == [("02", "03"), ("04", "05"), ("06", "07"), ("08", "")]


def test_a_newer_schema_is_refused_by_name_and_number(place: Database) -> None:
    keep(place, STORY[0])
    with connected(place, writes=True) as connection:
        connection.execute(text("INSERT INTO stampcheck_schema (version) VALUES (99)"))

    with pytest.raises(UsageError, match=r"version 99, newer than 1.*use the version that wrote"):
        keep(place, STORY[1])
    with pytest.raises(UsageError, match="version 99"), reading(place):
        pass


def test_an_older_schema_is_brought_up_to_date_once(place: Database) -> None:
    keep(place, STORY[0])

    def second(connection: Any) -> None:
        connection.execute(text("ALTER TABLE stampcheck_scan ADD COLUMN note VARCHAR(9)"))

    for _ in range(2):
        with connected(place, writes=True) as connection:
            migrate(connection, place.name, (*MIGRATIONS, second))
            assert version_of(connection) == 2
    with connected(place) as connection:
        assert connection.scalar(text("SELECT count(note) FROM stampcheck_scan")) == 0


def test_a_migration_that_fails_leaves_nothing(place: Database) -> None:
    def broken(connection: Any) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        connection.execute(text("SELECT * FROM nothing"))

    with pytest.raises(RunError), connected(place, writes=True) as connection:
        migrate(connection, place.name, (broken,))
    with connected(place) as connection:
        assert version_of(connection) == 0
    with pytest.raises(RunError, match="half"), connected(place) as connection:
        connection.execute(text("SELECT * FROM half"))


def test_a_full_disk_stores_nothing_and_says_so(tmp_path: Path) -> None:
    place = database(str(tmp_path / "audit.db"))
    keep(place, STORY[0])
    before = counted(place)

    def bounded(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(Engine, "connect", bounded)
    try:
        many = {f"stamp {number}": {"R-1": "f"} for number in range(2000)}
        with pytest.raises(RunError, match=r"audit.db: has no space left"):
            keep(place, taken("2026-06-01", many))
    finally:
        event.remove(Engine, "connect", bounded)
    assert counted(place) == before


def test_a_locked_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    place = database(f"sqlite:///{path}?timeout=0.1")
    keep(place, STORY[0])
    holder = engine_of(place, writes=True)

    with holder.begin(), pytest.raises(RunError, match=r"audit.db: another program holds it"):
        keep(place, STORY[1])
    assert keep(place, STORY[1])


def test_a_connection_lost_in_the_middle_stores_nothing(server: Server) -> None:
    place = empty_database(server, server.fresh_name())
    keep(place, STORY[0])
    before = counted(place)

    def cut(_: object, cursor: Any, statement: str, *__: object) -> None:
        if "INSERT INTO stampcheck_change" in statement:
            with server.admin() as other:
                other.execute(
                    text("SELECT pg_terminate_backend(:pid)"),
                    {"pid": cursor.connection.info.backend_pid},
                )

    event.listen(Engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(RunError, match=f"{place.url.database}: the database failed"):
            keep(place, STORY[1])
    finally:
        event.remove(Engine, "before_cursor_execute", cut)
    assert counted(place) == before
    assert keep(place, STORY[1])


def test_a_server_that_is_held_is_one_sentence(server: Server) -> None:
    held = empty_database(server, server.fresh_name())
    place = Database(held.url, held.name, 0.2)
    keep(place, STORY[0])

    with connected(held, writes=True), pytest.raises(RunError, match="another program holds it"):
        keep(place, STORY[1])


def test_the_trend_keeps_fleets_apart(place: Database) -> None:
    for one in STORY:
        keep(place, one)
    keep(place, taken("2026-06-01", {f"other-{number}": {"R-1": "f"} for number in range(9)}))

    with reading(place) as kept:
        assert [one.stamps for one in kept.trend()] == [9]
        assert [one.stamps for one in kept.trend(["a"])] == [2] * 5
