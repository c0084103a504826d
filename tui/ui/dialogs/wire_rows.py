"""List of what went over a wire: a row for each event, with a cursor that follows the end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.formatting.times import size
from tui.inspection.reader import WireRow
from tui.inspection.words import line_of, raw_line, size_of
from tui.ui.cells import cell_len, cut
from tui.ui.widgets.plain_text import Plain
from tui.ui.widgets.row_view import RowView

_MARK, _NO_MARK = "▌ ", "  "
_CALL = "call"
_NUMBER_CELLS, _TIME_CELLS, _SIZE_CELLS = len(_CALL) + 1, 9, 9
_GAPS_FROM_CELLS, _RAW_FROM_CELLS = 50, 90
"""From these widths on gaps are shown, and bytes beside what they mean."""
_ALL = 10_000_000
"""More rows than there are."""


class WireRows(RowView, can_focus=True):
    """`mask` takes secrets out of a text and makes it safe to draw."""

    DEFAULT_CSS = """
    WireRows {
        height: 1fr; overflow-x: hidden; background: $surface; scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & > .wire-rows--dim { color: $foreground-muted; }
        & > .wire-rows--raw { color: $text-secondary; }
        & > .wire-rows--mark { color: $border; background: $block-cursor-background; }
        & > .wire-rows--cursor { background: $block-cursor-background; text-style: bold; }
    }
    """
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        "wire-rows--dim",
        "wire-rows--raw",
        "wire-rows--mark",
        "wire-rows--cursor",
    }
    BINDINGS = [
        Binding("down,j", "step(1)", "Next event", show=False, id="wire.next"),
        Binding("up,k", "step(-1)", "Previous event", show=False, id="wire.previous"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="wire.page-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="wire.page-up"),
        Binding("home,g", f"step(-{_ALL})", "First event", show=False, id="wire.first"),
        Binding("end,G", f"step({_ALL})", "Last event, follow", show=False, id="wire.last"),
    ]

    class Moved(Message, namespace="wire_rows"):
        """The cursor is on another row."""

    def __init__(
        self, mask: Callable[[str], str], *, follows: bool, classes: str | None = None
    ) -> None:
        """`follows` begins at the end, and goes on with it."""
        super().__init__(classes=classes)
        self._mask = mask
        self._follows = follows
        self._numbers: Mapping[int, int] = {}
        self._rows: Sequence[WireRow] = ()
        self._began_s = 0.0
        self._cursor = 0

    @property
    def selected(self) -> WireRow | None:
        """The row that the cursor is on; `None` while there are none."""
        return self._rows[self._cursor] if self._rows else None

    def show(self, rows: Sequence[WireRow], numbers: Mapping[int, int], began_s: float) -> None:
        """Show these rows, by times since `began_s`; the cursor stays on its row.

        While it follows the end, it goes on to what is the last one now. `numbers` are those that
        a person knows calls by.
        """
        selected = self.selected
        self._rows, self._numbers, self._began_s = tuple(rows), numbers, began_s
        if self._follows:
            self._cursor = max(0, len(rows) - 1)
        elif selected is not None:
            self._cursor = _place(rows, selected)
        self.virtual_size = Size(1, len(rows))
        if self._follows or selected is None or self._cursor >= len(rows):
            # its new height is known after the layout
            self.call_after_refresh(self._reveal)
        self.refresh()
        if self.selected is not selected:
            self.post_message(self.Moved())

    def action_step(self, step: int) -> None:
        self._go(self._cursor + step)

    def action_page(self, step: int) -> None:
        """Go on by as many rows as are in sight."""
        self._go(self._cursor + step * max(1, self.size.height - 1))

    def on_click(self, event: events.Click) -> None:
        self._go(event.y + self.scroll_offset.y)

    def on_resize(self) -> None:
        self._reveal()

    def _go(self, index: int) -> None:
        self._cursor = max(0, min(index, len(self._rows) - 1))
        self._follows = self._cursor == len(self._rows) - 1
        self._reveal()
        self.refresh()
        self.post_message(self.Moved())

    def _reveal(self) -> None:
        y = min(max(self.scroll_offset.y, self._cursor - self.size.height + 1), self._cursor)
        self.scroll_to(y=y, animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        index, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        base = self.ground
        if index >= len(self._rows):
            return Strip.blank(self.size.width, base)
        is_selected = index == self._cursor
        if is_selected:
            base = self.get_component_rich_style("wire-rows--cursor")
        dim = self.get_component_rich_style("wire-rows--dim", partial=True)
        raw = self.get_component_rich_style("wire-rows--raw", partial=True)
        mark = self.get_component_rich_style("wire-rows--mark") if is_selected else base
        segments = [Segment(_MARK if is_selected else _NO_MARK, mark)]
        segments += self._cells(self._rows[index], width - len(_MARK), base, base + dim, base + raw)
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _cells(
        self, row: WireRow, width: int, base: Style, dim: Style, raw: Style
    ) -> list[Segment]:
        times = f"{row.event.at_s - self._began_s:>{_TIME_CELLS - 1}.3f} "
        if width >= _GAPS_FROM_CELLS:
            times = f"{self._numbers.get(row.event.call, 0):>{_NUMBER_CELLS - 1}} {times}"
            gap = "" if row.gap_s is None else f"+{row.gap_s:.3f}"
            times += f"{gap:>{_TIME_CELLS - 1}} "
        size_bytes = size_of(row)
        sized = f"{size(size_bytes) if size_bytes else '':>{_SIZE_CELLS - 1}} "
        room = max(0, width - len(times) - len(sized))
        words = self._mask(line_of(row))
        if width < _RAW_FROM_CELLS:
            # what has no meaning by itself shows its bytes
            text = words or self._mask(raw_line(row))
            return [Segment(times + sized, dim), Segment(cut(text, room), base if words else raw)]
        bytes_shown = self._mask(raw_line(row))
        half = room // 2 if bytes_shown else room - 1
        words = cut(words, half)
        gap_cells = half - cell_len(words) + 1
        bytes_shown = cut(bytes_shown, max(0, room - half - 1))
        return [
            Segment(times + sized, dim),
            Segment(words, base),
            Segment(" " * gap_cells, base),
            Segment(bytes_shown, raw),
        ]


class Columns(Plain):
    """Heading over the columns of `WireRows`."""

    def on_resize(self) -> None:
        # the rows leave room for a scroll bar
        width = self.content_size.width - len(_MARK) - 1
        line = f"{'time s':>{_TIME_CELLS - 1}} "
        if width >= _GAPS_FROM_CELLS:
            line = f"{_CALL:>{_NUMBER_CELLS - 1}} {line}{'gap':>{_TIME_CELLS - 1}} "
        line += f"{'bytes':>{_SIZE_CELLS - 1}} decoded"
        if width >= _RAW_FROM_CELLS:
            half = (width - len(line) + len("decoded")) // 2
            line = f"{line}{' ' * (half - len('decoded') + 1)}as it came"
        self.update(_NO_MARK + line)


def _place(rows: Sequence[WireRow], wanted: WireRow) -> int:
    """Return where a row stands, else the last one before it; rows are in the order of time."""
    at = bisect_left(rows, wanted.event.at_s, key=lambda each: each.event.at_s)
    same = at
    while same < len(rows) and rows[same].event.at_s == wanted.event.at_s:
        if rows[same].event is wanted.event:
            return same
        same += 1
    return max(0, at - 1)
