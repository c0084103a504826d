from __future__ import annotations

from datetime import timedelta

from tests.fakes import NOON
from tui.model import Session
from tui.ui.sessions.rows import Arrangement, LazyRows, Line, SessionRow


def aged(*days: int) -> list[Session]:
    return [Session(f"d{day}", updated_at=NOON - timedelta(days=day)) for day in days]


def told(arranged: Arrangement) -> list[str]:
    lines = [arranged.line(index) for index in range(arranged.line_count)]
    return [
        line.head or line.heading or f"{arranged.sessions[line.row].id}{'b' if line.second else ''}"
        for line in lines
    ]


def test_each_session_has_two_lines_under_the_heading_of_its_age() -> None:
    arranged = Arrangement([*aged(0, 0, 1, 30), Session("never")], frozenset(), NOON)
    assert told(arranged) == [
        *("Today", "d0", "d0b", "d0", "d0b"),
        *("Yesterday", "d1", "d1b"),
        *("Older", "d30", "d30b", "never", "neverb"),
    ]


def test_pinned_ones_come_first_in_their_order() -> None:
    arranged = Arrangement(aged(0, 1, 3), frozenset({"d3", "d1", "gone"}), NOON, ("cut",))
    assert told(arranged) == [
        *("cut", "Pinned", "d1", "d1b", "d3", "d3b"),
        *("Today", "d0", "d0b"),
    ]


def test_lines_and_rows_lead_to_each_other() -> None:
    arranged = Arrangement(aged(0, 1, 1, 9), frozenset({"d9"}), NOON, ("one", "two"))
    for row in range(4):
        first = arranged.first_line(row)
        assert arranged.line(first) == Line(row=row)
        assert arranged.line(first + 1) == Line(row=row, second=True)
        assert arranged.row_of("d1") == 2
    assert arranged.row_of("gone") is None
    assert arranged.line(arranged.line_count) == Line()


def test_rows_in_sight_are_those_with_a_line_there() -> None:
    arranged = Arrangement(aged(0, 0, 1), frozenset(), NOON)
    assert list(arranged.rows_between(0, 1)) == []
    assert list(arranged.rows_between(2, 4)) == [0, 1]
    assert list(arranged.rows_between(4, 100)) == [1, 2]


def test_a_list_without_sessions_is_its_head() -> None:
    arranged = Arrangement((), frozenset({"a"}), NOON, ("just type",))
    assert told(arranged) == ["just type"]


def test_sessions_that_are_not_in_order_are_all_there() -> None:
    sessions = aged(5, 0, 30, 1, 0)
    arranged = Arrangement(sessions, frozenset(), NOON)
    rows = [arranged.line(index).row for index in range(arranged.line_count)]
    assert sorted({row for row in rows if row >= 0}) == list(range(5))


def test_a_row_is_made_when_it_is_asked_for() -> None:
    made: list[str] = []

    def row_of(session: Session) -> SessionRow:
        made.append(session.id)
        return SessionRow(session)

    rows = LazyRows(aged(*range(1000)), row_of)
    assert (len(rows), made) == (1000, [])
    assert [row.session.id for row in rows[10:12]] == ["d10", "d11"] == made
