"""Tall columns: content of any height, at a layout cost that does not grow with it."""

from __future__ import annotations

from textual._spatial_map import SpatialMap
from textual.containers import Vertical
from textual.geometry import Region, Size
from textual.layout import DockArrangeResult
from textual.strip import Strip
from textual.widget import Widget

GRID_ROWS = 2_000
"""How finely a tall column is mapped; Textual's own map has a square for every 20 rows."""


def mapped_coarsely(arranged: DockArrangeResult) -> DockArrangeResult:
    """Give an arrangement a map with few squares, unless it has been mapped already.

    Textual enters a widget into each square it covers, at every layout: for an answer of
    thousands of rows that costs more than drawing it. Rests on two names that Textual keeps to
    itself; `test_private_names` and `test_tall_column` guard them.
    """
    if arranged._spatial_map is None:
        arranged._spatial_map = SpatialMap(grid_height=GRID_ROWS)
        arranged._spatial_map.insert(
            (
                placement.region.grow(placement.margin),
                placement.offset,
                placement.fixed,
                placement.overlay,
                placement,
            )
            for placement in arranged.placements
        )
    return arranged


class LaidOutOnce(Widget):
    """A widget whose new size is not laid out again; named last among bases, for the style rules.

    Textual lays the screen out and draws it a second time when the size of what a widget holds
    has changed, for widgets whose looks depend on it. Rests on a method that Textual keeps to
    itself; `test_private_names` and `test_tall_column` guard it.
    """

    def _size_updated(
        self,
        size: Size,
        virtual_size: Size,
        container_size: Size,
        layout: bool = True,
    ) -> bool:
        width = self._size.width
        is_changed = super()._size_updated(size, virtual_size, container_size, layout=False)
        if size.width != width:
            # what is kept of other widths is not kept by the widgets inside
            self._clear_arrangement_cache()
            self._box_model_cache.clear()
            self.clear_cached_dimensions()
        return is_changed

    def takes_the_same_room(self) -> bool:
        """Whether what is inside now needs no other room than what was there at the last layout.

        What is remembered of other sizes is forgotten then, here and above.
        """
        gutter = self.gutter
        width = self.outer_size.width - gutter.width
        height = self.outer_size.height - gutter.height
        above = [each for each in self.ancestors_with_self if isinstance(each, Widget)]
        if width <= 0 or any(each.styles.is_auto_width for each in above):
            return False
        if self.styles.is_auto_height:
            needed = self.get_content_height(self.container_size, self.app.size, width)
            if needed != height:
                return False
        for each in above:
            each._box_model_cache.clear()
            each._clear_arrangement_cache()
        return True


class SameRows(Widget):
    """A container of which all rows look the same: without a border above or below.

    One row is drawn for all of them; Textual draws each on its own whenever the height changes.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        row = Region(crop.x, crop.y, crop.width, min(1, crop.height))
        return super().render_lines(row) * crop.height


class TallColumn(Vertical, LaidOutOnce, SameRows):
    """A `Vertical` for content of any height."""

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        return mapped_coarsely(super().arrange(size, optimal))
