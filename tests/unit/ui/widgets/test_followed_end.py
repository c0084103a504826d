from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.widgets.followed_end import ContentEnd, followed_row, settled_row

ROWS = st.integers(0, 60)


@given(ROWS, ROWS, st.integers(1, 40), ROWS, st.booleans())
def test_settling_leaves_no_empty_row_below_a_text_that_is_cut_off(
    beginning: int, rows: int, view_rows: int, top: int, at_once: bool
) -> None:
    end = ContentEnd(beginning + rows, 0, view_rows)
    row = settled_row(top, beginning, end, at_once=at_once)
    seen_before = range(max(beginning, top), min(end.row, top + view_rows))
    empty = max(0, row + view_rows - end.row)
    assert 0 <= row <= top
    assert set(seen_before) <= set(range(row, row + view_rows)), "nothing that was seen is lost"
    if top <= beginning or top + view_rows <= end.row:
        assert row == top, "nothing was cut off, or no row was empty"
    elif rows <= view_rows:
        assert row == beginning, "all of it is in sight"
    elif at_once:
        assert row == top, "the reader is not moved"
    else:
        assert empty == 0


@given(ROWS, ROWS, st.integers(1, 40), ROWS, ROWS)
def test_an_end_is_followed_without_moving_while_it_is_in_sight(
    top: int, row: int, view_rows: int, empty_rows: int, empty_below: int
) -> None:
    end = ContentEnd(row + empty_rows, empty_rows, view_rows)
    followed = followed_row(top, end, empty_below)
    assert followed >= 0
    assert followed + view_rows >= row
    if empty_rows:
        assert followed + view_rows >= end.row, "what comes next will be in sight"
        below = max(0, followed - end.lowest + empty_rows)
        assert followed_row(followed, end, below) == followed, "the next layout moves nothing"
    if row > view_rows and end.lowest <= top <= row - view_rows + empty_below:
        assert followed == top
