"""Input base whose subclasses decide how the value is drawn and where the cursor may stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Input


class DrawnInput(Input):
    """An `Input` of which every character of the value is drawn as one character."""

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
