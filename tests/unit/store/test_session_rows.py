from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.model import Session
from tui.safe_text import SafeText
from tui.store.session_rows import SessionRows, changed, chosen, ids_of, joined_rows, without

IDS = [f"s{number}" for number in range(6)]
Change = Callable[[Sequence[Session]], Sequence[Session]]
OTHER = Session("other", SafeText("Other"))
SECOND = Session("s2", SafeText("Changed"))
CHANGES: list[Change] = [
    lambda rows: joined_rows((OTHER,), rows),
    lambda rows: joined_rows(rows[:2], (OTHER,), rows[3:]),
    lambda rows: joined_rows(rows[:1], rows[2:]),
    lambda rows: joined_rows(rows, rows[:2]),
    lambda rows: without(rows, {"s1", "s4"}),
    lambda rows: chosen(rows, {"s0", "s4"}.__contains__),
    lambda rows: changed(rows, {"s2": SECOND, "s7": OTHER}),
    lambda rows: rows[::-1],
]


class Stored:
    """Rows of which it is counted how often each is made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def rows(self) -> SessionRows:
        return SessionRows(IDS, [each.encode() for each in IDS], self._make)

    def _make(self, session_id: str, row: bytes) -> Session:
        self.made.append(session_id)
        return Session(session_id, SafeText(row.decode().upper()))


@given(st.lists(st.sampled_from(CHANGES), max_size=5), st.sets(st.integers(0, 9)))
def test_stored_rows_are_a_sequence_like_any_and_each_is_made_once(
    changes: list[Change], looked_at: set[int]
) -> None:
    stored = Stored()
    rows: Sequence[Session] = stored.rows()
    plain: Sequence[Session] = tuple(Stored().rows())
    first = rows
    for change in changes:
        rows, plain = change(rows), change(plain)
        for place in looked_at & {*range(len(plain))}:
            assert rows[place] == plain[place]
    assert list(ids_of(rows)) == [each.id for each in plain]
    assert rows == plain
    assert plain == rows
    assert list(rows) == list(plain)
    assert (rows == first) is (plain == tuple(first))
    assert len(stored.made) == len({*stored.made})
    made = {each.id: each for each in first}
    assert all(each is made[each.id] for each in rows if each not in (OTHER, SECOND))


@each_row("change", CHANGES)
def test_to_change_a_list_makes_none_of_it(change: Change) -> None:
    stored = Stored()
    rows = stored.rows()
    changed = change(rows)
    assert ("other" in ids_of(changed)) is (OTHER in [*changed])
    stored.made.clear()
    again = change(stored.rows())
    assert (again[-1:] == again[-1:]) is True
    assert not stored.made
