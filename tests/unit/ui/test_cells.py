from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.cells import cell_len, whole_items

ITEMS = st.lists(st.text(alphabet="ab 俳·", min_size=1, max_size=6).filter(str.strip), max_size=5)


@given(ITEMS, st.integers(0, 40))
def test_of_items_the_first_ones_stand_whole_and_no_more_would_fit(
    items: list[str], width: int
) -> None:
    line = whole_items(items, width)
    assert cell_len(line) <= width or not line
    count = next(n for n in range(len(items) + 1) if " · ".join(items[:n]) == line)
    assert count == len(items) or cell_len(" · ".join(items[: count + 1])) > width
