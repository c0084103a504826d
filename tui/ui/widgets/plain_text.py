"""Plain text: a widget in which square brackets are just that."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate

from textual.content import Content
from textual.geometry import Size
from textual.visual import VisualType
from textual.widgets import Static

from tui.ui.widgets.tall_column import LaidOutOnce


class Plain(Static, LaidOutOnce):
    """A `Static` in which square brackets are just that, whatever it is given."""

    def __init__(
        self,
        content: str | Content = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(_content(content), id=id, classes=classes, markup=False)
        self._laid_out_width = 0
        self._starts: tuple[str, int, list[int]] = ("", 0, [])

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        content, shown = _content(content), self.content
        if isinstance(content, Content) and isinstance(shown, Content) and shown.is_same(content):
            return
        super().update(content, layout=False)
        if layout and not (self.is_mounted and self.takes_the_same_room()):
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._laid_out_width = width
        return super().get_content_height(container, viewport, width)

    def anchor_at(self, row: int) -> tuple[int, int] | None:
        """Return what stands at a row: the letters above it, and the empty rows of these."""
        starts = self._row_starts()
        if not 0 <= row < len(starts):
            return None
        return starts[row], row - bisect_left(starts, starts[row])

    def row_of(self, anchor: tuple[int, int]) -> int:
        """Return the row that shows the letter of an anchor now."""
        letters, empty = anchor
        starts = self._row_starts()
        first = bisect_left(starts, letters)
        last = max(0, bisect_right(starts, letters) - 1)
        return min(first + empty, last)

    def row_of_character(self, at: int) -> int:
        """Return the row that shows the character at `at` of the text, 0 for no text."""
        starts = self._row_starts()
        if not starts:
            return 0
        letters = len("".join(str(self.content)[:at].split()))
        return bisect_right(starts, letters) - 1

    def rows_at(self, width: int) -> int:
        """Return the height in rows at a width in cells, before or after it is laid out."""
        self._laid_out_width = width
        return len(self._row_starts())

    def _row_starts(self) -> list[int]:
        """Return for each row how many letters stand above it."""
        content, width = self.content, self._laid_out_width
        if not isinstance(content, Content) or not width:
            return []
        # marks in the text move nothing
        if self._starts[:2] != (content.plain, width):
            rows = content.without_spans.wrap(width)
            # blanks are not counted: some are lost where a row is broken
            letters = (len("".join(row.plain.split())) for row in rows)
            self._starts = (content.plain, width, [0, *accumulate(letters)][: len(rows)])
        return self._starts[2]


def _content(content: VisualType) -> VisualType:
    return Content(content) if isinstance(content, str) else content
