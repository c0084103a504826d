"""Markdown view: one widget for one text, which draws only the rows that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from tui.formatting.search_pattern import SearchPattern
from tui.ui.markdown.document import Document
from tui.ui.markdown.highlights import HighlightPosition, Highlights
from tui.ui.markdown.page_layout import PageLayout
from tui.ui.markdown.scroll_anchor import ScrollAnchor, anchor_at, end_anchor, row_of
from tui.ui.markdown.source_map import source_between
from tui.ui.markdown.styled_text import Row
from tui.ui.markdown.styles import NAMES, STYLES, ThemeStyles, theme_styles
from tui.ui.markdown.targets import CodeTarget, LinkTarget, targets_of
from tui.ui.widgets.tall_column import LaidOutOnce

STEP_CHARS = 8_000
"""What is read before other things have their turn."""
MAX_STRIPS = 1_000
"""Rows kept as they were drawn: many screens full."""


class MarkdownView(LaidOutOnce):
    """Shows a document that grows at its end, row by row.

    What was drawn and did not change is not drawn again. While more may come, `rows_ahead` tells
    how many empty rows to lay out below the text: what comes into them moves nothing, and a row
    that needs no layout costs a tenth of one that does.
    """

    DEFAULT_CSS = f"MarkdownView {{ height: auto; width: 1fr; {STYLES} }}"
    COMPONENT_CLASSES = set(NAMES)

    @dataclass
    class LinkClicked(Message):
        """A link was clicked; nothing has been opened."""

        href: str

    def __init__(
        self,
        *,
        rows_ahead: Callable[[], int] = lambda: 0,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._rows_ahead = rows_ahead
        self._empty_rows = 0
        """Rows to lay out below the text."""
        self._laid_out = 0
        self._document = Document()
        self._layout = PageLayout(0)
        self._theme_styles: ThemeStyles | None = None
        self._strips: dict[int, tuple[Row, Strip]] = {}
        self._reads_on = False
        self._pattern: SearchPattern | None = None
        self._highlights: Highlights | None = None
        self._current: tuple[int, int] | None = None
        """Passage and character at which the current match begins."""
        self._current_position: HighlightPosition | None = None
        """Where that is at this width."""

    @property
    def text(self) -> str:
        """The source of what is shown."""
        return self._document.source

    @property
    def is_drawn(self) -> bool:
        """Nothing of the text is still to be read."""
        return not self._reads_on

    @property
    def empty_rows(self) -> int:
        """Rows that are laid out below the text; less than 0 where it waits for a layout."""
        return self._laid_out - self._layout.height

    # The text

    def show(self, text: str, *, whole: bool) -> None:
        """Show a text; what it and the one before begin with stays as it is.

        `whole` when nothing will come after it: what is open is then taken for closed.
        """
        if text == self.text and whole == self._document.is_finished:
            return
        self._document.replace(text)
        if whole:
            self._document.finish()
        self._read()

    def on_mount(self) -> None:
        self._read()

    def _read(self) -> None:
        """Read a part now and what is beyond it later, for keys must not wait."""
        if not self.is_attached:
            return
        start = self._document.position
        goes_on = self._document.advance()
        while goes_on and self._document.position - start < STEP_CHARS:
            goes_on = self._document.advance()
        self._show()
        if goes_on and not self._reads_on:
            self._reads_on = True
            self.call_later(self._read_on)

    def _read_on(self) -> None:
        self._reads_on = False
        self._read()

    # Rows

    def _show(self) -> None:
        """Bring the page in line with the document and have the rows drawn that changed."""
        width = self._layout.width
        if not width:
            self.refresh(layout=True)
            return
        before = self._layout.height
        first = self._layout.show(self._document.blocks, self._document.take_changed())
        height = self._layout.height
        for y in [y for y in self._strips if y >= first]:
            if y >= height or self._strips[y][0] != self._layout.row(y):
                del self._strips[y]
        while first < height and first in self._strips:
            first += 1
        is_moved = self._take_rows(height - before)
        if first < max(before, height) or is_moved:
            changed = Region(0, first, width, max(before, height) - first)
            self.refresh(changed, layout=is_moved)

    def _take_rows(self, rows: int) -> bool:
        """Let the text be so many rows longer; say whether what is below it must move."""
        empty = self._empty_rows - rows
        if self._document.is_finished:
            self._empty_rows = 0
            return empty != 0
        self._empty_rows = empty if empty >= 0 else self._rows_ahead()
        return empty < 0

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._lay_out(width)
        self._laid_out = self._layout.height + self._empty_rows
        return self._laid_out

    def anchor_at(self, row: int) -> ScrollAnchor | None:
        """Return what stands at a row, by which it is found again at another width."""
        return anchor_at(self._layout, row)

    @property
    def end_anchor(self) -> ScrollAnchor | None:
        """What stands at the end of the last row, by which it is found again."""
        return end_anchor(self._layout)

    def rows_after(self, anchor: ScrollAnchor | None) -> int:
        """Return how many rows stand below that of an anchor, all for `None`."""
        above = 0 if anchor is None else row_of(self._layout, anchor) + 1
        return max(0, self._layout.height - above)

    def row_of(self, anchor: ScrollAnchor) -> int:
        return row_of(self._layout, anchor)

    def _lay_out(self, width: int) -> None:
        if width != self._layout.width:
            self._layout, self._highlights, self._current_position = PageLayout(width), None, None
            self._layout.show(self._document.blocks, self._document.take_changed())
            self._strips.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._theme_styles = None

    def render_line(self, y: int) -> Strip:
        """Return a row whose pieces know their places: Textual looks there for what is selected."""
        return self._drawn(y, self.text_selection).apply_offsets(0, y)

    def _drawn(self, y: int, selection: Selection | None) -> Strip:
        if self._theme_styles is None:
            self._take_colours()
        strip = self._strip(y) if self._pattern is None else self._highlighted(y, self._pattern)
        if selection is not None and (span := selection.get_span(y)) is not None:
            return self._selected(strip, y, *span)
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows of the widget, the same strips as before where nothing changed.

        Textual's own way drops what it kept whenever the height changes: with every line that
        comes it would draw the whole screen again.
        """
        if self.gutter or self.opacity < 1 or "@click" in self.hover_style.meta:
            return super().render_lines(crop)
        selection = self.text_selection
        strips = [self._drawn(y, selection) for y in crop.line_range]
        ground = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, ground) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _take_colours(self) -> None:
        self._theme_styles = theme_styles(self)
        self._strips.clear()

    def _strip(self, y: int) -> Strip:
        kept = self._strips.get(y)
        if kept is not None:
            return kept[1]
        if len(self._strips) >= MAX_STRIPS:
            self._strips.clear()
        row = self._layout.row(y)
        assert self._theme_styles is not None
        style = self._theme_styles.style
        base = style(())
        segments = [Segment(piece.text, style(piece.styles, piece.href)) for piece in row]
        # a row without text would have no place that a selection can start from
        strip = Strip(segments or [Segment(" ", base)])
        strip = strip.adjust_cell_length(self._layout.width, base)
        self._strips[y] = (row, strip)
        return strip

    # Selection and links

    def _selected(self, strip: Strip, y: int, start: int, end: int) -> Strip:
        """Return a row with some of its characters marked; an end of -1 is that of the row."""
        mark = self.screen.get_component_rich_style("screen--selection")
        text = self._row_text(y)
        return _with_styles(strip, [(start, len(text) if end < 0 else end, mark)])

    def _row_text(self, y: int) -> str:
        return "".join(piece.text for piece in self._layout.row(y))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the source of what is selected."""
        return source_between(self.text, self._layout, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def action_open(self, target: str) -> None:
        self.post_message(self.LinkClicked(target))

    def targets(self, first: int, end: int) -> Sequence[LinkTarget | CodeTarget]:
        """Return the links and code blocks in rows from `first` up to `end`."""
        return list(targets_of(self._layout, first, end))

    # Words that are looked for

    def highlight(self, pattern: SearchPattern | None) -> None:
        """Highlight the matches of `pattern`, `None` for none."""
        if pattern != self._pattern:
            self._pattern, self._current, self._current_position, self._highlights = (
                pattern,
                None,
                None,
                None,
            )
            self.refresh()

    def find_row(self, passage: int, at: int) -> int:
        """Highlight the match at `at` of a passage as the current one; return its row."""
        if self._pattern is None:
            return 0
        self._current = passage, at
        self._current_position = self._highlights_of(self._pattern).position_of(passage, at)
        self.refresh()
        return self._current_position.row

    def _highlights_of(self, pattern: SearchPattern) -> Highlights:
        if self._highlights is None:
            self._highlights = Highlights(self._layout, pattern)
        return self._highlights

    def _highlighted(self, y: int, pattern: SearchPattern) -> Strip:
        if self._current_position is None and self._current is not None:
            self._current_position = self._highlights_of(pattern).position_of(*self._current)
        styles = [
            self.get_component_rich_style("match"),
            self.get_component_rich_style("current-match"),
        ]
        stretches = [
            (start, end, styles[self._current_position == HighlightPosition(y, start)])
            for start, end in self._highlights_of(pattern).in_row(y)
        ]
        return _with_styles(self._strip(y), stretches)


def _with_styles(strip: Strip, stretches: Sequence[tuple[int, int, Style]]) -> Strip:
    """Return a row with styles put over stretches of characters, ascending and apart."""
    if not stretches:
        return strip
    # by characters: cut by cells an accent would part from its letter
    segments: list[Segment] = []
    rest = iter(stretches)
    start, end, style = next(rest)
    at = 0
    for text, own, _ in strip:
        done = 0
        while at + done < at + len(text):
            here = at + done
            while end <= here and (following := next(rest, None)) is not None:
                start, end, style = following
            is_inside = start <= here < end
            stop = end if is_inside else start if start > here else at + len(text)
            stop = min(stop - at, len(text))
            merged = own + style if own is not None and is_inside else style if is_inside else own
            segments.append(Segment(text[done:stop], merged))
            done = stop
        at += len(text)
    return Strip(segments, strip.cell_length)
