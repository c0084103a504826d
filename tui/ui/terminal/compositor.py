"""Compositor that repaints only dirty rows, and screen updates in few and harmless bytes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from msgspec import Struct
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate, ReflowResult
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.terminal.ansi_writer import AnsiWriter
from tui.ui.terminal.safety_net import lines_of
from tui.ui.terminal.shown_cells import PlacedStrip, ShownCells

_COLOURS = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
    "windows": ColorSystem.WINDOWS,
}
"""By the names a console has for them."""


class Surface(Struct, frozen=True):
    """What is drawn on."""

    most_colours: ColorSystem = ColorSystem.TRUECOLOR
    shown: ShownCells | None = None
    """Only what differs from it is written; `None` for all."""

    def text_of(self, strips: Iterable[PlacedStrip], console: Console) -> str:
        """Return what draws strips on it."""
        colours = _colours_of(console, self.most_colours)
        if self.shown is not None:
            strips = self.shown.differing(strips, colours)
        return written(strips, AnsiWriter(colours))


class SpansUpdate(ChopsUpdate):
    """Writes the cells of the spans; Textual's own writes from where a widget begins."""

    surface = Surface()

    @property
    def regions(self) -> Collection[Region]:
        """What is written."""
        return [Region(x1, y, x2 - x1, 1) for y, x1, x2 in self.spans]

    def render_segments(self, console: Console) -> str:
        return self.surface.text_of(self._strips(), console)

    def _strips(self) -> Iterable[PlacedStrip]:
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= x2 or end <= x1:
                    continue
                shown = strip.crop(0, min(end, x2) - x) if end > x2 else strip
                begin, shown = _begun_at(max(0, x1 - x), shown)
                yield x + begin, y, shown


class ScreenUpdate(LayoutUpdate):
    """Writes the whole screen."""

    surface = Surface()

    @property
    def regions(self) -> Collection[Region]:
        """What is written."""
        return [self.region]

    def render_segments(self, console: Console) -> str:
        return self.surface.text_of(self._strips(), console)

    def _strips(self) -> Iterable[PlacedStrip]:
        for y, strips in enumerate(self.strips, self.region.y):
            x = self.region.x
            for strip in strips:
                yield x, y, strip
                x += strip.cell_length


class DirtyRowsCompositor(Compositor):
    """Composes a screen of which a few rows change many times a second."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out, and tell the widgets what sizes they have now.

        Textual tells them behind this, and has all laid out and drawn once more when what one of
        them holds has another size than before.
        """
        changed = super().reflow(parent, size)
        for widget, place in self.layers:
            widget._size_updated(
                place.region.size, place.virtual_size, place.container_size, layout=False
            )
        return changed

    @property
    def full_map(self) -> dict[Widget, Any]:
        """Where all widgets are; what is elsewhere than it was is drawn again.

        Textual makes the map anew when it is asked for, also while a layout is still to come, and
        that layout then finds nothing that differs.
        """
        if not self._full_map_invalidated:
            # asked for by each widget that asks where it is
            return self._full_map
        before = self._full_map if self._visible_map is None else self._visible_map
        found = super().full_map
        if before and found is not before:
            for widget, was in before.items():
                now = found.get(widget, was)
                if (now.region, now.clip) != (was.region, was.clip):
                    seen = (each.clip.intersection(each.region) for each in (was, now))
                    self._dirty_regions.update(region for region in seen if region)
        return found

    def render_update(
        self,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        """Return the update of a frame, with all in it that widgets in sight asked to have drawn.

        What a layout has drawn whole asks for it still, and what changed behind it is told of in a
        message that is under way: Textual would draw either once more.
        """
        self.update_widgets({each for each in self.visible_widgets if each._repaint_regions})
        return super().render_update(full, screen_stack, simplify)

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        """Return by row what stands between its cuts, `None` where nothing is drawn.

        Textual's own has all rows drawn from the first to the last that changed.
        """
        chops: list[dict[int, Strip | None]] = [{} for _ in self.cuts]
        rows = [y for y in crop.line_range if is_rendered_line(y)]
        for y in rows:
            chops[y] = dict.fromkeys(self.cuts[y][:-1])
        for band in _bands(rows):
            self._fill_rows(chops, Region(crop.x, band.start, crop.width, len(band)))
        return cast("list[dict[int, Strip]]", chops)

    def _fill_rows(self, chops: Sequence[dict[int, Strip | None]], crop: Region) -> None:
        """Put the rows of the widgets between the cuts, from front to back.

        Of a widget those rows are asked for of which something is seen: most containers are behind
        what they hold, and were half of all rows. Textual asks every widget for all of its own.
        """
        gaps = {y: len(chops[y]) for y in crop.line_range}
        for widget, (region, clip) in self.visible_widgets.items():
            # whole rows: where a row is cut depends on the widget
            shown = region.intersection(clip).intersection(
                Region(clip.x, crop.y, clip.width, crop.height)
            )
            seen = shown.intersection(crop)
            rows = [
                y
                for y in (seen.line_range if seen else ())
                if y in gaps and _has_gap(chops[y], self.cuts[y], seen)
            ]
            if not rows:
                continue
            asked = Region(shown.x, rows[0], shown.width, rows[-1] + 1 - rows[0])
            strips = lines_of(widget, asked.translate(-region.offset))
            for y, strip in zip(asked.line_range, strips, strict=False):
                if y in gaps:
                    gaps[y] -= _fill(chops[y], self.cuts[y], shown, strip)
                    if not gaps[y]:
                        del gaps[y]
            if not gaps:
                return


def _bands(rows: Sequence[int]) -> Iterator[range]:
    """Yield the runs of ascending rows that follow on one another."""
    begin = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at] != rows[at - 1] + 1:
            yield range(rows[begin], rows[at - 1] + 1)
            begin = at


def _has_gap(chops: Mapping[int, Strip | None], cuts: Sequence[int], region: Region) -> bool:
    """Whether something is still to be drawn between the cuts of a row in these columns."""
    begins = cuts[bisect_right(cuts, region.x) - 1 : bisect_left(cuts, region.right)]
    return any(chops[begin] is None for begin in begins)


def _fill(chops: dict[int, Strip | None], cuts: Sequence[int], shown: Region, strip: Strip) -> int:
    """Put a row of a widget between the cuts where nothing stands before it; return how often."""
    filled = 0
    # piece by piece: of what is behind a text little is seen, and that is the same in each frame
    for begin, end in pairwise(cuts[bisect_left(cuts, shown.x) : bisect_right(cuts, shown.right)]):
        if chops[begin] is None and end - shown.x <= strip.cell_length:
            chops[begin] = strip.crop(begin - shown.x, end - shown.x)
            filled += 1
    return filled


def _colours_of(console: Console, most: ColorSystem) -> ColorSystem:
    colours = _COLOURS.get(console.color_system or "", ColorSystem.TRUECOLOR)
    return most if colours is ColorSystem.TRUECOLOR else colours


def safe_update(update: object) -> SpansUpdate | ScreenUpdate | None:
    """Return an update of any screen as one that writes through `AnsiWriter`; `None` stays `None`.

    Raises:
        TypeError: this is nothing that a compositor makes for a full-screen app.
    """
    match update:
        case None:
            return None
        case ChopsUpdate():
            return SpansUpdate(update.chops, update.spans, update.chop_ends)
        case LayoutUpdate():
            return ScreenUpdate(update.strips, update.region)
    raise TypeError(f"no update of a screen: {type(update).__name__}")


def written(strips: Iterable[PlacedStrip], writer: AnsiWriter) -> str:
    """Return what draws strips where they belong, from wherever the cursor is."""
    pieces: list[str] = []
    cursor: tuple[int, int] | None = None
    for x, y, strip in strips:
        if cursor != (x, y):
            pieces.append(Control.move_to(x, y).segment.text)
        pieces.append(writer.write(strip))
        # how wide anything else is, a terminal may see in another way
        cursor = (x + strip.cell_length, y) if strip.text.isascii() else None
    return "".join([*pieces, writer.rest()])


def _begun_at(cells: int, strip: Strip) -> tuple[int, Strip]:
    """Return `strip` without its first cells and how many were left out."""
    if cells == 0:
        return 0, strip
    rest = strip.crop(cells)
    # a letter two cells wide that would be cut is drawn with all that is before it
    if strip.crop(0, cells).text + rest.text != strip.text:
        return 0, strip
    return cells, rest
