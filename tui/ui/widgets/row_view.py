"""Scroll view drawn row by row, on a ground that is the same for all of them."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip


class RowView(ScrollView):
    """Scrolls over the rows that `render_line` draws on `ground`."""

    ground = Style.null()
    """Its own colours over those of all that it is in."""

    def render_lines(self, crop: Region) -> list[Strip]:
        # once for all rows: to mix it took as long as to draw a row
        self.ground = self.rich_style
        return super().render_lines(crop)
