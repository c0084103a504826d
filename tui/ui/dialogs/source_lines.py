"""Source lines of a message, some of them chosen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.strip import Strip

from tui.ui.markdown.source_blocks import SourceBlock
from tui.ui.markdown.wrap import Break, wrap_words
from tui.ui.widgets.row_view import RowView

_MARK = "▌ "
_NO_MARK = "  "
_ALL = 10_000_000
"""More lines than there are."""
_TAB = " "
"""As one character, so that places in the text stay what they are."""


class SourceLines(RowView, can_focus=True):
    """Lines wrapped to the width; the chosen ones go from an anchor to the line of the cursor."""

    DEFAULT_CSS = """
    SourceLines {
        height: auto; max-height: 60vh; overflow-x: hidden; background: $surface;
        scrollbar-size-vertical: 1;
        & > .source-lines--chosen { background: $block-cursor-background; }
        & > .source-lines--cursor { background: $block-cursor-background; text-style: bold; }
        & > .source-lines--mark { color: $border; background: $block-cursor-background; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"source-lines--chosen", "source-lines--cursor", "source-lines--mark"}
    BINDINGS = [
        Binding("tab,right", "block(1)", "Next block", id="lines.next-block"),
        Binding("shift+tab,left", "block(-1)", "Previous block", id="lines.previous-block"),
        Binding("down,j", "line(1)", "Next line", id="lines.next"),
        Binding("up,k", "line(-1)", "Previous line", id="lines.previous"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="lines.page-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="lines.page-up"),
        Binding("home", f"line(-{_ALL})", "First line", show=False, id="lines.first"),
        Binding("end", f"line({_ALL})", "Last line", show=False, id="lines.last"),
        Binding("shift+down,J", "line(1, True)", "One line more", id="lines.more"),
        Binding("shift+up,K", "line(-1, True)", "One line less", id="lines.less"),
        Binding("v", "hold", "Hold the first line", id="lines.hold"),
        Binding("a", "all", "Everything", id="lines.all"),
    ]

    def __init__(self, text: str, blocks: Sequence[SourceBlock]) -> None:
        super().__init__()
        self._text = text.replace("\t", _TAB)
        self._lines = text.split("\n")
        self._line_starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self._blocks = blocks or [SourceBlock(0, len(self._lines))]
        self._rows: list[Break] = []
        self._row_starts: list[int] = []
        self._is_held = False
        self._is_whole = False
        """A block was chosen as one, and no line in it yet."""
        self._anchor = self._cursor = 0
        self._choose(self._blocks[0])

    @property
    def chosen(self) -> range:
        """The numbers of the chosen lines, from 0."""
        return range(min(self._anchor, self._cursor), max(self._anchor, self._cursor) + 1)

    @property
    def chosen_text(self) -> str:
        """The source of the chosen lines, as it was written."""
        return "\n".join(self._lines[self.chosen.start : self.chosen.stop])

    @property
    def line_count(self) -> int:
        return len(self._lines)

    # Choosing

    def action_block(self, step: int) -> None:
        """Choose a block: from anything else first the one that the cursor is in or comes to."""
        at = bisect_right([each.first_line for each in self._blocks], self.chosen.start) - 1
        block = self._blocks[max(at, 0)]
        is_whole = (block.first_line, block.end_line) == (self.chosen.start, self.chosen.stop)
        if is_whole or (step > 0 and self.chosen.start >= block.end_line) or at < 0:
            at += step
        self._choose(self._blocks[max(0, min(at, len(self._blocks) - 1))])

    def action_line(self, step: int, extends: bool = False) -> None:
        """Go on by a line, into a block first; the chosen ones change by it when it `extends`."""
        cursor = self._cursor + step
        if self._is_whole and len(self.chosen) > 1 and not (extends or self._is_held):
            cursor = self.chosen.start if step > 0 else self.chosen.stop - 1
        self._is_whole = False
        self._cursor = max(0, min(cursor, len(self._lines) - 1))
        if not (extends or self._is_held):
            self._anchor = self._cursor
        self._show()

    def action_page(self, step: int) -> None:
        """Go on by as many lines as rows are in sight."""
        self.action_line(step * max(1, self.size.height - 1))

    def action_hold(self) -> None:
        """Let the lines grow from the one the cursor is on, or no more."""
        self._is_held = not self._is_held
        if self._is_held:
            self._anchor = self._cursor
        self._show()

    def action_all(self) -> None:
        self._choose(SourceBlock(0, len(self._lines)))

    def _choose(self, block: SourceBlock) -> None:
        self._is_held, self._is_whole = False, True
        self._anchor = block.first_line
        self._cursor = max(block.first_line, min(block.end_line, len(self._lines)) - 1)
        self._show()

    def _show(self) -> None:
        if self._rows:
            top, bottom = self._rows_of(self._cursor)
            # the end of a block that is longer than the screen is where the cursor is
            if self._anchor < self._cursor:
                top = max(self._rows_of(self._anchor)[0], bottom - self.size.height)
            y = self.scroll_offset.y
            y = min(max(y, bottom - self.size.height), top)
            self.scroll_to(y=y, animate=False, immediate=True)
        self.refresh()

    # Drawing

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out(self.scrollable_content_region.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._lay_out(width)
        return len(self._rows)

    def _lay_out(self, width: int) -> None:
        if width < 1 or (self._rows and self.virtual_size.width == width):
            return
        self._rows = wrap_words(self._text, max(1, width - len(_MARK)))
        self._row_starts = [start for start, _ in self._rows]
        self.virtual_size = Size(width, len(self._rows))
        self.call_after_refresh(self._show)

    def _rows_of(self, line: int) -> tuple[int, int]:
        """Return the first row of a line and the row after its last."""
        starts = self._row_starts
        return (
            bisect_right(starts, self._line_starts[line]) - 1,
            bisect_right(starts, self._line_starts[line + 1] - 1),
        )

    def render_line(self, y: int) -> Strip:
        y += self.scroll_offset.y
        base = self.ground
        if y >= len(self._rows):
            return Strip.blank(self.size.width, base)
        start, end = self._rows[y]
        line = bisect_right(self._line_starts, start) - 1
        style, mark = base, Segment(_NO_MARK, base)
        if line in self.chosen:
            name = "cursor" if line == self._cursor else "chosen"
            style = self.get_component_rich_style(f"source-lines--{name}")
            mark = Segment(_MARK, self.get_component_rich_style("source-lines--mark"))
        strip = Strip([mark, Segment(self._text[start:end], style)])
        return strip.adjust_cell_length(self.scrollable_content_region.width, style)
