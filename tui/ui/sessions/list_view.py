"""Session list, drawn line by line so that its length costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.formatting.times import relative_time
from tui.model import LONG_AGO, Session
from tui.ui.cells import cell_len, cut
from tui.ui.sessions.rows import (
    LINES_A_ROW,
    Arrangement,
    LazyRows,
    ListedSessions,
    RowState,
    SessionRow,
)


class SessionList(ScrollView, can_focus=True):
    """Two lines a session under headings of age. `enter` opens the one under the cursor."""

    # a mouse drawn over the list would select what stands beside it
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        "session-list--heading",
        "session-list--title",
        "session-list--open",
        "session-list--cursor",
        "session-list--mark",
        "session-list--dim",
        "session-list--state",
    }
    DEFAULT_CSS = """
    SessionList {
        width: 31; height: 1fr; scrollbar-size-vertical: 1; background: $background;
        overflow-x: hidden;
        & .session-list--heading { color: $foreground-muted; text-style: bold; }
        & .session-list--title { color: $foreground; }
        & .session-list--open { color: $text-primary; text-style: bold; }
        & .session-list--dim { color: $foreground-muted; }
        & .session-list--state { color: $accent; text-style: bold; }
        & .session-list--mark { color: $border; }
        & .session-list--cursor { background: $panel; }
        &:focus .session-list--cursor {
            background: $block-cursor-background; text-style: $block-cursor-text-style;
        }
    }
    """
    BINDINGS = [
        Binding("up,k", "move(-1)", "Up", show=False, id="sessions.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="sessions.down"),
        Binding("pageup", "move(-8)", "Page up", show=False, id="sessions.page-up"),
        Binding("pagedown", "move(8)", "Page down", show=False, id="sessions.page-down"),
        Binding("home,g", "move(-1000000)", "First", show=False, id="sessions.first"),
        Binding("end,G", "move(1000000)", "Last", show=False, id="sessions.last"),
        Binding("enter", "open", "Open", id="sessions.open"),
        Binding("p", "pin", "Pin", id="sessions.pin"),
        Binding("d,delete", "delete", "Delete", id="sessions.delete"),
    ]

    @dataclass
    class Opened(Message):
        session_id: str

    @dataclass
    class Pinned(Message):
        session_id: str

    @dataclass
    class DeleteRequested(Message):
        session_id: str

    @dataclass
    class Seen(Message):
        """These rows have come into sight."""

        session_ids: tuple[str, ...]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._shown = ListedSessions()
        self._arranged = Arrangement((), frozenset(), LONG_AGO)
        self._basis: tuple[Sequence[Session], tuple[object, ...]] = ((), ())
        self._in_sight: dict[int, tuple[SessionRow, str]] = {}
        """Index -> the row as it was drawn, and what it said at its right."""
        self._cursor = 0
        self._cursor_moved = False
        self._open_id = ""
        self._now: datetime | None = None

    @property
    def rows(self) -> Sequence[SessionRow]:
        return LazyRows(self._arranged.sessions, self._shown.row_of)

    @property
    def under_cursor(self) -> SessionRow | None:
        rows = self.rows
        return rows[self._cursor] if self._cursor < len(rows) else None

    def show(self, shown: ListedSessions, *, open_id: str, now: datetime, empty: str = "") -> None:
        """Show sessions; the cursor stays on the one it was moved to.

        `empty` is what to say when there are none.
        """
        self._shown, self._now = shown, now
        head = shown.head if shown.sessions else (*shown.head, empty)
        basis = (shown.pinned, head, now.date(), open_id)
        if shown.sessions is self._basis[0] and basis == self._basis[1]:
            self._refresh_changed()
            return
        self._basis = shown.sessions, basis
        if open_id != self._open_id:
            self._cursor_moved = False
        before = self._arranged.sessions[self._cursor : self._cursor + 1]
        self._arranged = Arrangement(shown.sessions, shown.pinned, now, head)
        self._open_id = open_id
        self._keep_cursor(before)
        self.virtual_size = Size(self.size.width, max(1, self._arranged.line_count))
        self.refresh()
        self._tell_seen()

    def _keep_cursor(self, before: Sequence[Session]) -> None:
        # until a person moves it, the cursor is where the transcript is
        own = before[0].id if before else ""
        wanted = own if self._cursor_moved or not self._open_id else self._open_id
        self._cursor = (self._arranged.row_of(wanted) or 0) if wanted else 0

    def _rows_in_sight(self) -> dict[int, tuple[SessionRow, str]]:
        top = self.scroll_offset.y
        rows = self.rows
        shown = {at: rows[at] for at in self._arranged.rows_between(top, top + self.size.height)}
        return {at: (row, self._right(row)) for at, row in shown.items()}

    def _refresh_changed(self) -> None:
        """Draw of the rows in sight what is not as it was drawn."""
        before, self._in_sight = self._in_sight, self._rows_in_sight()
        for at, (row, right) in self._in_sight.items():
            old, old_right = before.get(at, (None, ""))
            line = self._arranged.first_line(at)
            if old is None or replace(old, seconds=row.seconds) != row:
                self.refresh_lines(line, LINES_A_ROW)
            elif len(right) != len(old_right):
                self.refresh_line(line)
            elif right != old_right:
                x = self.size.width - len(right)
                self.refresh(Region(x, line - self.scroll_offset.y, len(right), 1))

    def _right(self, row: SessionRow) -> str:
        """Return what a row says at its right: how old it is, or how long it takes."""
        if row.state in (RowState.STREAMING, RowState.WAITING):
            return f" {row.seconds} s "
        used_at = row.session.updated_at or row.session.created_at
        return f" {relative_time(used_at, self._now)} " if used_at and self._now else " "

    def _move_cursor(self, index: int) -> None:
        if not self.rows:
            return
        self._cursor_moved = True
        self._cursor = max(0, min(index, len(self.rows) - 1))
        self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        if not self.rows:
            return
        line = top = self._arranged.first_line(self._cursor)
        # with what stands above it, when it is the first under that
        while top > 0 and self._arranged.line(top - 1).row < 0:
            top -= 1
        self.scroll_to_region(Region(0, top, 1, line + 2 - top), animate=False, force=True)
        self.refresh()

    def on_focus(self) -> None:
        self._scroll_to_cursor()

    def action_move(self, step: int) -> None:
        self._move_cursor(self._cursor + step)

    def action_open(self) -> None:
        if self.under_cursor is not None:
            self.post_message(self.Opened(self.under_cursor.session.id))

    def action_pin(self) -> None:
        if self.under_cursor is not None:
            self.post_message(self.Pinned(self.under_cursor.session.id))

    def action_delete(self) -> None:
        if self.under_cursor is not None:
            self.post_message(self.DeleteRequested(self.under_cursor.session.id))

    def on_click(self, event: events.Click) -> None:
        row = self._arranged.line(event.y + self.scroll_offset.y).row
        if row >= 0:
            self._move_cursor(row)
            self.action_open()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, max(1, self._arranged.line_count))
        self._tell_seen()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._tell_seen()

    def _tell_seen(self) -> None:
        self._in_sight = self._rows_in_sight()
        self.post_message(self.Seen(tuple(row.session.id for row, _ in self._in_sight.values())))

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        index = y + self.scroll_offset.y
        if index >= self._arranged.line_count:
            return Strip.blank(width, base)
        line = self._arranged.line(index)
        if line.head:
            dim = self.get_component_rich_style("session-list--dim")
            return _fitted([Segment(" " + cut(line.head, width - 2), dim)], width, base)
        if line.row < 0:
            heading = self.get_component_rich_style("session-list--heading")
            return _fitted([Segment(" " + line.heading, heading)], width, base)
        strip = self._second_line(line.row) if line.second else self._title_line(line.row)
        if line.row == self._cursor:
            cursor = self.get_component_rich_style("session-list--cursor", partial=True)
            strip = Strip([Segment(text, (style or base) + cursor) for text, style, _ in strip])
        return strip

    def _mark(self, index: int) -> str:
        """Return what stands before a row: a list that others move has its cursor always."""
        if index == self._cursor and (self.has_focus or not self.can_focus):
            return "▌"
        return "▎" if self._arranged.sessions[index].id == self._open_id else " "

    def _title_line(self, index: int) -> Strip:
        row = self.rows[index]
        is_open = row.session.id == self._open_id
        name = "session-list--open" if is_open else "session-list--title"
        style = self.get_component_rich_style(name)
        dim = self.get_component_rich_style("session-list--dim")
        state = self.get_component_rich_style("session-list--state")
        right = self._right(row)
        mark = self._mark(index)
        room = max(1, self.size.width - 3 - cell_len(right))
        title = Strip([Segment(cut(row.session.label, room), style)])
        mark_style = self.get_component_rich_style("session-list--mark")
        left = Strip([Segment(mark, mark_style), Segment(row.state.value + " ", state)])
        line = Strip.join(
            [left, title.adjust_cell_length(room, style), Strip([Segment(right, dim)])]
        )
        return line.adjust_cell_length(self.size.width, self.rich_style)

    def _second_line(self, index: int) -> Strip:
        row = self.rows[index]
        style = self.get_component_rich_style("session-list--dim")
        mark_style = self.get_component_rich_style("session-list--mark")
        mark = self._mark(index)
        room = max(1, self.size.width - 4)
        text = cut(row.session.preview, room)
        segments = [Segment(mark, mark_style), Segment(f"  {text}", style)]
        return _fitted(segments, self.size.width, self.rich_style)


def _fitted(segments: list[Segment], width: int, style: Style) -> Strip:
    return Strip(segments).adjust_cell_length(width, style)
