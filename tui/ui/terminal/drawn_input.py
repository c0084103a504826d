"""Input base whose subclasses decide how the value is drawn and where the cursor may stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from rich.text import Text
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.widgets import Input


class DrawnInput(Input):
    """An `Input` of which every character of the value is drawn as one character.

    Nothing is laid out when the value changes, unless the size goes by it: Textual lays out the
    whole screen for each letter, and twice more where one comes to be too many for the width.
    """

    DEFAULT_CSS = """
    DrawnInput { overflow-x: hidden; }
    """

    virtual_size = Reactive(Size(0, 0))
    """The size of all of the value, of which the widget shows a part."""

    @property
    def allow_horizontal_scroll(self) -> bool:
        """Scrolling needs no bar, which would have no row to stand in."""
        return not self.disabled and self.max_scroll_x > 0

    def watch_virtual_size(self) -> None:
        # no layout does it: what was scrolled to may be gone
        self.scroll_x = self.validate_scroll_x(self.scroll_x)

    def on_resize(self) -> None:
        # Textual has the cursor in view when it moves, not when there is less room for it
        if self.has_focus:
            cursor = Region(self.cell_of(self.cursor_position), 0, width=1, height=1)
            self.scroll_to_region(cursor, force=True, animate=False)

    def drawn_value(self) -> Text:
        """Return a fresh text of what is shown, character for character."""
        return Text(self.value, no_wrap=True, overflow="ignore", end="")

    def cursor_stops(self) -> Sequence[int]:
        """Return the positions in the value at which the cursor may stand, ascending from 0."""
        return range(len(self.value) + 1)

    def cell_of(self, position: int) -> int:
        """Return how many cells of what is drawn stand before a position in the value."""
        return self._position_to_cell(position)

    @property
    def _value(self) -> Text:
        return self.drawn_value()

    def _position_to_cell(self, position: int) -> int:
        return self.drawn_value()[:position].cell_len if position else 0

    def _cell_offset_to_index(self, offset: int) -> int:
        cells = offset + self.scroll_offset.x
        stops = self.cursor_stops()
        return stops[max(0, bisect_right(stops, cells, key=self._position_to_cell) - 1)]
