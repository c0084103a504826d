"""Strips of the rows of a layout, kept as they were drawn for as long as the rows stay the same."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.markdown.page_layout import PageLayout
from tui.ui.markdown.styled_text import Row, StyleNames, shared_chars
from tui.ui.markdown.styles import ThemeStyles, theme_styles

MAX_STRIPS = 200
"""Rows kept as they were drawn: some screens full. Each is a dozen objects for the collector."""


class ChangedRows(Struct, frozen=True):
    """Rows that are not as they were drawn: all from `first` on, of which that one in part."""

    first: int
    begin: int = 0
    """The cell at which the first of them differs."""
    end: int | None = None
    """The cell from which on it is as before, `None` for none."""


def inked_cells(row: Row, width: int) -> int:
    """Return how many cells of a row of `width` are more than the ground.

    All of them unless a character is a cell for every terminal.
    """
    text = "".join(piece.text for piece in row)
    return min(width, len(text)) if text.isascii() else width


def changed_cells(old: Row, new: Row) -> tuple[int, int | None]:
    """Return between which cells a row differs, as whole words; of a text that grows, the last.

    Only where a character is a cell for every terminal.
    """
    texts = ["".join(piece.text for piece in row) for row in (old, new)]
    if not all(text.isascii() for text in texts):
        return 0, None
    shared = 0
    for one, other in zip(old, new, strict=False):
        alike = shared_chars(one.text, other.text) if one[1:] == other[1:] else 0
        shared += alike
        if not alike == len(one.text) == len(other.text):
            break
    # a blank may get an accent
    return max(0, texts[0].rfind(" ", 0, shared)), max(map(len, texts))


class RowStrips:
    """Draws rows in the colours that a widget has; `restyle` when it has others."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._theme_styles: ThemeStyles | None = None
        self._strips: dict[int, tuple[Row, Strip]] = {}

    def restyle(self) -> None:
        self._theme_styles = None

    def clear(self) -> None:
        """Forget all rows: those of another layout take their place."""
        self._strips.clear()

    def drop_changed(self, layout: PageLayout, first: int) -> ChangedRows:
        """Forget the rows from `first` on that are others now."""
        differing: dict[int, tuple[Row, Row]] = {}
        for y in [y for y in self._strips if y >= first]:
            old, new = self._strips[y][0], layout.row(y)
            if y >= layout.height or old != new:
                differing[y] = old, new
                del self._strips[y]
        while first < layout.height and first in self._strips:
            first += 1
        if first not in differing or first >= layout.height:
            return ChangedRows(first)
        return ChangedRows(first, *changed_cells(*differing[first]))

    def strip(self, layout: PageLayout, y: int) -> Strip:
        """Return a row as it is drawn."""
        styles = self._styles
        if (drawn := self._strips.get(y)) is not None:
            return drawn[1]
        if len(self._strips) >= MAX_STRIPS:
            # the one that was drawn longest ago
            del self._strips[next(iter(self._strips))]
        row = layout.row(y)
        base = styles.style(self._widget, ())
        segments = [
            Segment(piece.text, styles.style(self._widget, piece.styles, piece.href))
            for piece in row
        ]
        # a row without text would have no place that a selection can start from
        strip = Strip(segments or [Segment(" ", base)])
        strip = strip.adjust_cell_length(layout.width, base)
        self._strips[y] = (row, strip)
        return strip

    def style(self, names: StyleNames, href: str = "") -> Style:
        """Return the style that `names` make, with the action of a link where there is one."""
        return self._styles.style(self._widget, names, href)

    def mark(self, name: str) -> Style:
        """Return what marks a match, by the name for that."""
        return self._styles.mark(self._widget, name)

    def citation(self, marker: str) -> Style:
        """Return what a citation has over its text, with the action that shows its source."""
        return self._styles.citation(self._widget, marker)

    def filtered(self, style: Style) -> Style:
        """Return a style as the filters of the app leave it."""
        return self._styles.filtered(style)

    @property
    def _styles(self) -> ThemeStyles:
        """Those of the theme, and of the ground that the widget has now."""
        if self._theme_styles is None:
            self._theme_styles = theme_styles(self._widget)
            self._strips.clear()
        return self._theme_styles


def with_styles(strip: Strip, stretches: Sequence[tuple[int, int, Style]]) -> Strip:
    """Return a row with styles put over stretches of characters, ascending and apart."""
    if not stretches:
        return strip
    # by characters: cut by cells an accent would part from its letter
    segments: list[Segment] = []
    following = iter(stretches)
    start, end, style = next(following)
    at = 0
    for text, own, _ in strip:
        done = 0
        while done < len(text):
            position = at + done
            while end <= position and (stretch := next(following, None)) is not None:
                start, end, style = stretch
            is_inside = start <= position < end
            stop = end if is_inside else start if start > position else at + len(text)
            stop = min(stop - at, len(text))
            merged = own + style if own is not None and is_inside else style if is_inside else own
            segments.append(Segment(text[done:stop], merged))
            done = stop
        at += len(text)
    return Strip(segments, strip.cell_length)
