"""Rows of a page as strips, with the matches of a search and what is selected marked."""

from __future__ import annotations

from collections.abc import Iterator

from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.markdown.citations import citations_in
from tui.ui.markdown.highlighter import Highlighter
from tui.ui.markdown.page_layout import PageLayout
from tui.ui.markdown.row_strips import ChangedRows, RowStrips, inked_cells, with_styles
from tui.ui.markdown.styles import CURRENT_MATCH, MATCH

FEW_ROWS = 10
"""Of no more new rows it is asked how far their text goes."""


class MarkedRows:
    """Draws the rows of a widget's page, and knows which cells have to be drawn again."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self.strips = RowStrips(widget)
        self.highlighter = Highlighter()
        self.markers: frozenset[str] = frozenset()
        """Those of the sources that citations in the text may name."""

    def forget_layout(self) -> None:
        """Draw all rows anew, for they stand elsewhere."""
        self.highlighter.forget_layout()
        self.strips.clear()

    def strip(self, layout: PageLayout, y: int, selection: Selection | None) -> Strip:
        """Return a row with its matches and what is selected of it."""
        strip = self.strips.strip(layout, y)
        if self.markers and (cited := list(citations_in(layout.row(y), self.markers))):
            style_of = self.strips.citation
            strip = with_styles(strip, [(each[0], each[1], style_of(each[2])) for each in cited])
        if matches := self.highlighter.in_row(layout, y):
            style, current = self.strips.mark(MATCH), self.strips.mark(CURRENT_MATCH)
            strip = with_styles(
                strip, [(start, end, current if is_it else style) for start, end, is_it in matches]
            )
        if selection is not None and (span := selection.get_span(y)) is not None:
            # an end of -1 is that of the row
            start, end = span
            end = sum(len(piece.text) for piece in layout.row(y)) if end < 0 else end
            style = self._widget.screen.get_component_rich_style("screen--selection")
            return with_styles(strip, [(start, end, self.strips.filtered(style))])
        return strip

    def regions(self, layout: PageLayout, changed: ChangedRows, before: int) -> Iterator[Region]:
        """Yield the cells that are not as they were drawn when the text was `before` rows high."""
        width, height = layout.width, layout.height
        begin, end = changed.begin, width if changed.end is None else changed.end
        if self.highlighter.is_looking:
            # what is new may make a match of what was there
            begin, end = 0, width
        yield Region(begin, changed.first, end - begin, 1)
        first_new = max(changed.first + 1, before)
        if height - first_new > FEW_ROWS:
            # more than is in sight, as a rule
            first_new = height
        if (rows := max(first_new, before) - changed.first - 1) > 0:
            yield Region(0, changed.first + 1, width, rows)
        for y in range(first_new, height):
            # nothing but the ground was there
            yield Region(0, y, inked_cells(layout.row(y), width), 1)
