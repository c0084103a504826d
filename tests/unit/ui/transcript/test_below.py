from __future__ import annotations

from tests.tables import each_row
from tui.ui.transcript.arrivals import ContentBelow


@each_row(
    ("below", "sentence"),
    [
        (ContentBelow(), ""),
        (ContentBelow(rows=1), "1 more line below · Ctrl+End"),
        (ContentBelow(rows=40), "40 more lines below · Ctrl+End"),
        (ContentBelow(rows=40, new_rows=3), "3 new lines ↓ Ctrl+End"),
        (ContentBelow(rows=40, messages=1_200), "1,200 more messages below · Ctrl+End"),
    ],
)
def test_the_line_below_says_what_matters_most(below: ContentBelow, sentence: str) -> None:
    assert below.sentence("Ctrl+End") == sentence
