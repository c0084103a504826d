from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from tests.tables import each_row
from tests.unit.ui.markdown.drawn import drawn
from tui.ui.markdown.source_map import source_between

SOURCE = """# A *title*

Some **bold words** with `code` and a [link](https://x.y/words) words &amp; more.

- one **two**
- three

> quoted

```python
def f():
    return 1
```

| a | b |
|---|---|
| c | d |
"""


def selected(first: tuple[str, int], last: tuple[str, int], source: str = SOURCE) -> str:
    """Select from within one text to within another, each found on the page."""
    layout = drawn(source)

    def place(text: str, offset: int) -> Offset:
        y = next(y for y, line in enumerate(layout.lines) if text in line)
        return Offset(layout.lines[y].index(text) + offset, y)

    return source_between(source, layout.layout, Selection(place(*first), place(*last)))


def test_all_is_the_source() -> None:
    assert source_between(SOURCE, drawn(SOURCE).layout, SELECT_ALL) == SOURCE


@each_row(
    ("first", "last", "source"),
    [
        (("Some", 0), ("Some", 4), "Some"),
        (("Some", 1), ("with", 4), "ome **bold words** with"),
        (("bold", 0), ("bold words", 10), "**bold words**"),
        (("bold", 1), ("bold", 3), "ol"),
        (("code", 0), ("code", 4), "`code`"),
        (("link", 0), ("link", 4), "[link](https://x.y/words)"),
        (("link words", 5), ("link words", 10), "words"),
        (("title", 0), ("title", 5), "*title*"),
        (("• one", 0), ("• three", 7), "- one **two**\n- three"),
        (("one", 0), ("three", 5), "one **two**\n- three"),
        (("def", 0), ("return", 8), "def f():\n    return 1"),
        (("    return", 2), ("return 1", 6), "  return"),
        (("c │", 0), ("c │ d", 1), "| c | d |"),
        (("▌ quoted", 0), ("quoted", 6), "> quoted"),
    ],
)
def test_what_is_selected_is_told_as_its_source(
    first: tuple[str, int], last: tuple[str, int], source: str
) -> None:
    assert selected(first, last) == source


def test_a_selection_over_blocks_is_all_that_stands_between_in_the_source() -> None:
    assert selected(("A title", 0), ("def f", 3)) == SOURCE[: SOURCE.index("def") + 3]
