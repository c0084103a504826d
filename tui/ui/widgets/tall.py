"""Columns of content of any height, at a layout cost that does not grow with it."""

from __future__ import annotations

from textual._spatial_map import SpatialMap
from textual.containers import Vertical
from textual.geometry import Size
from textual.layout import DockArrangeResult

GRID_ROWS = 2_000
"""How finely a tall column is mapped; Textual's own map has a square for every 20 rows."""


def mapped_coarsely(arranged: DockArrangeResult) -> DockArrangeResult:
    """Give an arrangement a map with few squares, unless it has been mapped already.

    Textual enters a widget into each square it covers, at every layout: for an answer of
    thousands of rows that costs more than drawing it. Rests on two names that Textual keeps to
    itself; `tests/ui/test_tall.py` guards them.
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


class TallColumn(Vertical):
    """A `Vertical` for content of any height."""

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        return mapped_coarsely(super().arrange(size, optimal))
