from __future__ import annotations

from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.markdown.row_strips import changed_cells
from tui.ui.markdown.styled_text import Piece, Row

PIECES = st.builds(
    Piece,
    st.text("ab \u0301\u6f22", max_size=5),
    st.sampled_from([(), (".bold",)]),
    st.sampled_from(["", "https://x.y"]),
)
ROWS = st.lists(PIECES, max_size=4).map(tuple)

Cell = tuple[str, object, str]
BLANK: Cell = (" ", (), "")


def cells(row: Row) -> list[Cell]:
    return [(letter, styles, href) for text, styles, href in row for letter in text]


@given(ROWS, ROWS)
def test_outside_of_the_changed_cells_a_row_is_as_it_was(old: Row, new: Row) -> None:
    begin, end = changed_cells(old, new)
    text = "".join(piece.text for piece in (*old, *new))
    if not text.isascii():
        # where a cell is not a letter for every terminal
        assert (begin, end) == (0, None)
        return
    assert end is not None
    for at, (one, other) in enumerate(zip_longest(cells(old), cells(new), fillvalue=BLANK)):
        assert begin <= at < end or one == other


@given(ROWS, st.text("ab ", min_size=1, max_size=5))
def test_of_a_row_that_grows_no_more_than_the_last_word_and_what_is_new_changes(
    old: Row, more: str
) -> None:
    new = (*old, Piece(more))
    before = "".join(piece.text for piece in old)
    if before.isascii():
        assert changed_cells(old, new) == (max(0, before.rfind(" ")), len(before) + len(more))
