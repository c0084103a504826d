"""Widget that changes many times a second, drawn without the messages Textual has for that."""

from __future__ import annotations

from typing import Self

from textual.dom import NoScreen
from textual.geometry import Region
from textual.widget import Widget

from tui.ui.terminal.app import DirtyRowsScreen


class DrawnSoon(Widget):
    """Is drawn at the end of what goes on now, where only some cells are to be drawn again.

    Textual tells the widget, the widget the screen, and the screen waits for its turn of sixty a
    second, which costs half as much as what is drawn. How often there is a frame is not its
    concern: who changes such a widget has a pace.
    """

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        is_more = layout or recompose or self._layout_required
        if not regions or is_more or not repaint or not self.is_mounted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        try:
            screen = self.screen
        except NoScreen:
            return self
        if not isinstance(screen, DirtyRowsScreen):
            return super().refresh(*regions)
        self._set_dirty(*regions)
        self.clear_cached_dimensions()
        screen.draw_soon(self)
        return self
