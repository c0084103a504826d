"""Frame of a message: heading, bar and facts, drawn around its parts by the message itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual

from tui.formatting.fact_chips import Chip, Tone
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.tall_column import TallColumn

INDENT_CELLS = 2
"""From the left edge to the heading, with the edge itself."""
BAR = "▎"
MOST_DRAWN = 3
"""Heading, bar and foot."""
_STYLES = {
    Tone.PLAIN: "$foreground-muted",
    Tone.GOOD: "$text-success",
    Tone.TROUBLE: "$text-warning",
}


class ChipLines(Plain):
    """The facts of an answer and the chips behind them, on as many lines as they take."""

    # as on a foot that is drawn: who copies what was said does not mean these
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ChipLines { height: auto; width: 1fr; }
    """

    def show(self, line: str, chips: Sequence[Chip]) -> None:
        words = [(line, _STYLES[Tone.PLAIN])] if line else []
        words += [(chip.text, _STYLES[chip.tone]) for chip in chips]
        dot = Content.styled(" · ", _STYLES[Tone.PLAIN])
        self.update(dot.join(Content.styled(*word) for word in words))


class MessageFrame(TallColumn):
    """Draws a heading above its first child, a dim line below the last, or a bar before all.

    The rows for them are its padding. What is drawn is kept until it changes. Where there are
    chips, these are the last child, and what the dim line says stands before them.
    """

    DEFAULT_CSS = """
    MessageFrame {
        height: auto; width: 1fr; padding: 1 1 0 3; border-left: blank;
        /* a letter: without room a text has no row, and the scroll bar comes and goes for ever */
        min-width: 6;
        &.-footed { padding: 1 1 1 3; }
        &.-selected { border-left: heavy $accent; }
    }
    """

    def __init__(self, *, has_bar: bool, classes: str) -> None:
        super().__init__(classes=classes)
        self._heading = Content()
        self._foot = Content()
        self.chip_lines: ChipLines | None = None
        """`None` where there are no chips."""
        self._bar = Content.styled(BAR, "$primary") if has_bar else Content()
        self._drawn: dict[tuple[str, int], Strip] = {}
        """By text and width."""

    def show_heading(self, heading: Content) -> None:
        """Draw another heading, if it is another."""
        if not heading.is_same(self._heading):
            self._heading = heading
            self._drawn.clear()
            self._draw_row(0)

    def show_foot(self, line: str, *, has_room: bool) -> None:
        """Draw a line below everything; with `has_room` it has a row though it is empty."""
        self.set_class(has_room or bool(line), "-footed")
        if line != self._foot.plain.strip():
            # where the text begins
            self._foot = Content.assemble("  ", (line, "$foreground-muted"))
            self._draw_row(self.outer_size.height - 1)

    async def show_chips(self, line: str, chips: Sequence[Chip]) -> None:
        """Let `line` and chips be the last child; without chips there is none."""
        if not chips:
            if self.chip_lines is not None:
                await self.chip_lines.remove()
            self.chip_lines = None
            return
        if self.chip_lines is None:
            self.chip_lines = ChipLines()
            await self.mount(self.chip_lines)
        self.chip_lines.show(line, chips)

    def _draw_row(self, row: int) -> None:
        gutter = self.styles.gutter
        self.refresh(Region(-gutter.left, row - gutter.top, self.outer_size.width, 1))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        first, end = crop.column_span
        return [
            strip.crop(first, end) if strip.cell_length > crop.width else strip
            for rows, content in self._stretches(crop)
            for strip in self._rows(rows, content)
        ]

    def _stretches(self, crop: Region) -> Iterator[tuple[Region, Content]]:
        """Yield rows that look the same, each with what is drawn into it."""
        # its region: a view that scrolls in a layout is drawn before the sizes are told
        width, height = self.region.size
        foot = height - 1 if self.has_class("-footed") else None
        for first, end in stretches(crop.y, crop.bottom, foot):
            content = self._bar
            if first == 0:
                content = self._heading
            elif first == foot:
                content = self._foot
            yield Region(0, first, width, end - first), content

    def _rows(self, rows: Region, content: Content) -> list[Strip]:
        empty = super().render_lines(rows)
        width = rows.width - INDENT_CELLS - self.styles.padding.right
        if not content.plain or width < 1:
            return empty
        strip = self._strip(content, width)
        before = empty[0].crop(0, INDENT_CELLS)
        after = empty[0].crop(INDENT_CELLS + strip.cell_length)
        return [Strip.join([before, strip, after])] * rows.height

    def _strip(self, content: Content, width: int) -> Strip:
        if (drawn := self._drawn.get((content.plain, width))) is not None:
            return drawn
        if len(self._drawn) >= MOST_DRAWN:
            # of other widths
            self._drawn.clear()
        line = content.truncate(width, ellipsis=True)
        drawn, *_ = Visual.to_strips(self, line, width, 1, self.visual_style, apply_selection=False)
        ground = self.background_colors[1]
        for line_filter in self.get_line_filters():
            drawn = drawn.apply_filter(line_filter, ground)
        self._drawn[content.plain, width] = drawn
        return drawn


def stretches(first: int, end: int, foot: int | None) -> Iterator[tuple[int, int]]:
    """Yield the rows from `first` to before `end` in pieces: row 0, `foot`, and what is between.

    `foot` may be any row: the mouse asks for rows of a message whose size is not known any more.
    """
    alone = {row for row in (0, foot) if row is not None}
    inner = {edge for row in alone for edge in (row, row + 1) if first < edge < end}
    edges = sorted({first, *inner, end}) if first < end else []
    yield from pairwise(edges)
