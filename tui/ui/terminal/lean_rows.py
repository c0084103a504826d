"""Strips, the rows of widgets, without the caches and places that Textual makes out for each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.cache import FIFOCache
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

CACHES = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""What a strip remembers of itself, by attribute, and how much of it: as Textual has it."""


set_some_dirty = Widget._set_dirty
"""Textual's own way."""


def make_rows_lean() -> None:
    """Have a cache of a strip made when it is first asked for.

    Few are ever asked for. They were half of the time in which a strip is made, most of its memory,
    and half of what the garbage collector had to go through.

    Nor are rows of widgets kept that are gone: Textual remembers by widget, all its rows with it,
    two colours that are the same for most of them.

    And where a widget is does not matter when all of it is to be drawn again: none of its rows is
    kept. Textual asks for its size on the screen all the same, to mark rows that are not there,
    and has everything laid out for that in the middle of a layout.
    """
    Strip.__init__ = _begin  # type: ignore[assignment, method-assign]
    Strip.__getattr__ = _make_cache  # type: ignore[attr-defined]
    StylesCache.get_inner_outer = staticmethod(_inner_and_outer)  # type: ignore[assignment]
    Widget._set_dirty = _set_dirty  # type: ignore[assignment, method-assign]


def _begin(strip: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    strip._segments = list(segments)
    strip._cell_length = cell_length
    strip._render_cache = strip._link_ids = strip._cell_count = None


def _make_cache(strip: Strip, name: str) -> FIFOCache[object, object]:
    if name not in CACHES:
        raise AttributeError(f"a strip has no {name}", name=name, obj=strip)
    # not of types: that would be looked up and written into it each time
    cache: FIFOCache[object, object] = FIFOCache(CACHES[name])
    setattr(strip, name, cache)
    return cache


@lru_cache(1024)
def _inner_and_outer(base: Color, background: Color) -> tuple[Style, Style]:
    return Style(background=base + background), Style(background=base)


def _set_dirty(widget: Widget, *regions: Region) -> None:
    if regions:
        set_some_dirty(widget, *regions)
        return
    widget._styles_cache.clear()
    widget._dirty_regions.clear()
    widget._repaint_regions.clear()
    size = widget.outer_size
    widget._dirty_regions.add(size.region)
    if size:
        widget._repaint_regions.add(size.region)
