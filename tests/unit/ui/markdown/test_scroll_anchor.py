from __future__ import annotations

from tests.tables import each_row
from tests.unit.ui.markdown.test_highlights import page_of, row_text
from tui.ui.markdown.scroll_anchor import anchor_at, row_of

WORDS = " ".join(f"word{number}" for number in range(120))
TEXT = f"""# A heading that is long enough to be wrapped where there is little room

{WORDS}

- one {WORDS}
  - nested {WORDS}
- two

> quoted {WORDS}

```python
{WORDS}

print("x")
```

| a | b |
|---|---|
| {WORDS} | c |
| d | {WORDS} |

---

last {WORDS}
"""


@each_row("width", [20, 40, 80, 200])
def test_a_row_is_found_again_on_the_same_page(width: int) -> None:
    layout = page_of(TEXT, width)
    for row in range(layout.height):
        anchor = anchor_at(layout, row)
        assert anchor is not None
        assert row_of(layout, anchor) == row


@each_row(("width", "other"), [(80, 40), (40, 80), (79, 80), (20, 200)])
def test_at_another_width_the_row_with_the_same_words_is_found(width: int, other: int) -> None:
    layout, again = page_of(TEXT, width), page_of(TEXT, other)
    for row in range(layout.height):
        words = row_text(layout, row).split()
        if not words or not words[0].startswith("word") or "│" in row_text(layout, row):
            continue
        anchor = anchor_at(layout, row)
        assert anchor is not None
        assert words[0] in row_text(again, row_of(again, anchor)).split()


def test_rows_keep_their_order_at_any_width() -> None:
    layout = page_of(TEXT, 60)
    for width in (10, 33, 61, 150):
        again = page_of(TEXT, width)
        anchors = [anchor_at(layout, row) for row in range(layout.height)]
        rows = [row_of(again, each) for each in anchors if each is not None]
        assert rows == sorted(rows)
        assert 0 <= min(rows) <= max(rows) < again.height


def test_a_page_with_nothing_on_it_has_no_anchor() -> None:
    assert anchor_at(page_of("", 40), 0) is None


def test_an_anchor_of_a_text_that_is_gone_is_still_a_row() -> None:
    anchor = anchor_at(page_of(TEXT, 40), 50)
    assert anchor is not None
    assert row_of(page_of("short", 40), anchor) == 0
    assert row_of(page_of("", 40), anchor) == 0
