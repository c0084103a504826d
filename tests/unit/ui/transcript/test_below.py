from __future__ import annotations

import pytest

from tui.ui.transcript.arrivals import Below


@pytest.mark.parametrize(
    ("below", "sentence"),
    [
        (Below(), ""),
        (Below(rows=1), "1 more line below · Ctrl+End"),
        (Below(rows=40), "40 more lines below · Ctrl+End"),
        (Below(rows=40, new_rows=3), "3 new lines ↓ Ctrl+End"),
        (Below(rows=40, messages=1_200), "1,200 more messages below · Ctrl+End"),
    ],
)
def test_the_line_below_says_what_matters_most(below: Below, sentence: str) -> None:
    assert below.sentence("Ctrl+End") == sentence
