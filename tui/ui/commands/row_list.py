"""Command list, drawn line by line: headings, and rows with a command and its key at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.ui.cells import cell_len, cut
from tui.ui.commands.rows import CommandRow
from tui.ui.widgets.row_view import RowView

Line = str | CommandRow
"""A heading, or a row."""
_DETAIL_FROM_CELLS = 8
"""With less room for it a detail is left out."""


class RowList(RowView, can_focus=False):
    """Lines of headings and rows. The cursor, on rows only, is moved by who owns the list."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        "row-list--heading",
        "row-list--title",
        "row-list--detail",
        "row-list--key",
        "row-list--warning",
        "row-list--mark",
        "row-list--cursor",
    }
    DEFAULT_CSS = """
    RowList {
        height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; background: $surface;
        & .row-list--heading { color: $foreground-muted; text-style: bold; }
        & .row-list--title { color: $foreground; }
        & .row-list--detail { color: $foreground-muted; }
        & .row-list--key { color: $text-accent; }
        & .row-list--warning { color: $text-warning; }
        & .row-list--mark { color: $border; }
        & .row-list--cursor {
            background: $block-cursor-background; text-style: $block-cursor-text-style;
        }
    }
    """

    @dataclass(eq=False, repr=False)
    class Chosen(Message):
        """A row was clicked."""

        row: CommandRow

    def __init__(self, *, tells_ids: bool) -> None:
        super().__init__()
        self._tells_ids = tells_ids
        self._tells_headings = False
        self._lines: Sequence[Line] = ()
        self._cursor = -1

    @property
    def under_cursor(self) -> CommandRow | None:
        line = self._lines[self._cursor] if 0 <= self._cursor < len(self._lines) else None
        return line if isinstance(line, CommandRow) else None

    @property
    def rows(self) -> Sequence[CommandRow]:
        return [line for line in self._lines if isinstance(line, CommandRow)]

    def show(
        self, lines: Sequence[Line], *, tells_headings: bool = False, has_cursor: bool = True
    ) -> None:
        """Show lines, the cursor on the first row or on none; rows may tell their headings."""
        self._lines = lines
        self._tells_headings = tells_headings
        self._cursor = next(iter(self._row_lines), -1) if has_cursor else -1
        self.virtual_size = Size(1, len(lines))
        self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.refresh()

    @property
    def _row_lines(self) -> Sequence[int]:
        return [at for at, line in enumerate(self._lines) if isinstance(line, CommandRow)]

    def move(self, step: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        rows = self._row_lines
        if not rows:
            return
        at = (rows.index(self._cursor) if self._cursor in rows else -1) + step
        self._cursor = rows[max(0, min(at, len(rows) - 1))]
        # with the heading above it, and what stands below all of them
        top = self._cursor - (self._cursor > 0 and isinstance(self._lines[self._cursor - 1], str))
        end = len(self._lines) if self._cursor == rows[-1] else self._cursor + 1
        self.scroll_to_region(Region(0, top, 1, end - top), animate=False, force=True)
        self.refresh()

    def move_page(self, step: int) -> None:
        """Move the cursor by so many pages, of which a line stays in sight."""
        self.move(step * max(1, self.size.height - 1))

    def on_click(self, event: events.Click) -> None:
        at = event.y + self.scroll_offset.y
        line = self._lines[at] if at < len(self._lines) else None
        if isinstance(line, CommandRow):
            self._cursor = at
            self.refresh()
            self.post_message(self.Chosen(line))

    # Drawing

    def render_line(self, y: int) -> Strip:
        width, at = self.scrollable_content_region.width, y + self.scroll_offset.y
        base = self.ground
        if at >= len(self._lines):
            return Strip.blank(self.size.width, base)
        line = self._lines[at]
        if isinstance(line, str):
            heading = self.get_component_rich_style("row-list--heading")
            strip = Strip([Segment(f" {cut(line, width - 1)}", heading)])
        else:
            strip = self._row(line, width, is_current=at == self._cursor)
        return strip.adjust_cell_length(self.size.width, base)

    def _row(self, row: CommandRow, width: int, *, is_current: bool) -> Strip:
        styles = {
            name: self.get_component_rich_style(f"row-list--{name}")
            for name in ("title", "detail", "key", "warning", "mark")
        }
        key = self._fitting_keys(row, width // 2)
        title = cut(row.title, max(1, width - 3 - cell_len(key) - bool(key)))
        room = width - 3 - cell_len(title) - cell_len(key) - 3
        detail, kind = self._detail(row), "warning" if row.note else "detail"
        detail = cut(detail, room) if room >= min(_DETAIL_FROM_CELLS, cell_len(detail)) else ""
        gap = width - 3 - cell_len(title) - cell_len(key) - (cell_len(detail) + 2 if detail else 0)
        look = styles["detail"] if row.why_not else styles["title"]
        segments = [
            Segment("▌ " if is_current else "  ", styles["mark"]),
            *_marked(title, row.marked, look),
            *([Segment(f"  {detail}", styles[kind])] if detail else []),
            Segment(" " * max(0, gap), look),
            Segment(f"{key} ", styles["detail"] if row.why_not else styles["key"]),
        ]
        if not is_current:
            return Strip(segments)
        cursor = self.get_component_rich_style("row-list--cursor", partial=True)
        return Strip([Segment(text, (style or look) + cursor) for text, style, _ in segments])

    def _detail(self, row: CommandRow) -> str:
        words = [row.action_id] if self._tells_ids else []
        if row.note or row.why_not:
            words.append(row.note or row.why_not)
        elif self._tells_headings and not self._tells_ids:
            words.append(row.heading)
        return " · ".join(words)

    def _fitting_keys(self, row: CommandRow, room: int) -> str:
        keys = ", ".join(row.keys)
        return keys if cell_len(keys) <= room else next(iter(row.keys), "")


def _marked(title: str, marked: Sequence[int], style: Style) -> Sequence[Segment]:
    """Return a title whose characters at `marked` stand out, without colour too."""
    found = style + Style(bold=True, underline=True)
    return [
        Segment(character, found if at in marked else style) for at, character in enumerate(title)
    ]
