from __future__ import annotations

from tui.ui.markdown.empty_rows import EmptyRows


def test_what_comes_into_empty_rows_moves_nothing() -> None:
    rows = EmptyRows(lambda: 5)
    assert rows.take(1, is_whole=False)
    assert rows.lay_out(1) == 6
    assert not rows.take(3, is_whole=False)
    assert rows.left(4) == 2


def test_a_text_that_outgrows_them_is_laid_out_with_others() -> None:
    rows = EmptyRows(lambda: 2)
    rows.take(1, is_whole=False)
    rows.lay_out(1)
    assert rows.take(3, is_whole=False)
    assert rows.left(4) == -1
    assert rows.lay_out(4) == 6


def test_a_whole_text_keeps_none() -> None:
    rows = EmptyRows(lambda: 2)
    rows.take(1, is_whole=False)
    assert rows.take(1, is_whole=True)
    assert rows.lay_out(2) == 2
    assert not rows.take(0, is_whole=True)
