from __future__ import annotations

from itertools import pairwise, product

from tui.ui.transcript.message_frame import stretches

ROWS = range(-2, 8)


def test_stretches_cover_all_rows_asked_for_once_wherever_the_foot_is() -> None:
    for first, end, foot in product(ROWS, ROWS, [None, *ROWS]):
        found = list(stretches(first, end, foot))
        rows = [row for begin, over in found for row in range(begin, over)]
        assert rows == list(range(first, end))
        assert all(begin < over for begin, over in found)


def test_heading_and_foot_are_stretches_of_their_own_and_the_rest_is_in_one_piece() -> None:
    assert list(stretches(0, 9, 8)) == [(0, 1), (1, 8), (8, 9)]
    assert list(stretches(2, 9, 8)) == [(2, 8), (8, 9)]
    assert list(stretches(2, 6, 8)) == [(2, 6)]
    assert list(stretches(0, 5, None)) == [(0, 1), (1, 5)]
    for first, end, foot in product(ROWS, ROWS, ROWS):
        found = list(stretches(first, end, foot))
        assert all(over == begin + 1 for begin, over in found if begin in (0, foot))
        assert all(over == begin for (_, over), (begin, _) in pairwise(found))
