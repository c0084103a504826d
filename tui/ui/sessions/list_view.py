"""Session list, drawn line by line so that its length costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.formatting.times import relative_time
from tui.model import LONG_AGO, Session
from tui.store.session_rows import ids_of
from tui.ui.cells import cell_len, cut
from tui.ui.sessions.rows import (
    LINES_A_ROW,
    Arrangement,
    LazyRows,
    ListedSessions,
    RowState,
    SessionRow,
)
from tui.ui.sessions.second_line import second_line
from tui.ui.widgets.row_view import RowView
from tui.values import replace

_NEAR_ROWS = 50
"""So many at most are picked and put away together, most often."""


class SessionList(RowView, can_focus=False):
    """Two lines a session under headings of age; a click opens one.

    Who has the keys moves the cursor, and tells with `-active` that it does.
    """

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
        width: 1fr; height: 1fr; scrollbar-size-vertical: 1; background: $background;
        overflow-x: hidden;
        & .session-list--heading { color: $foreground-muted; text-style: bold; }
        & .session-list--title { color: $foreground; }
        & .session-list--open { color: $text-primary; text-style: bold; }
        & .session-list--dim { color: $foreground-muted; }
        & .session-list--state { color: $accent; text-style: bold; }
        & .session-list--mark { color: $border; }
        & .session-list--cursor { background: $panel; }
        &.-active .session-list--cursor {
            background: $block-cursor-background; text-style: $block-cursor-text-style;
        }
    }
    """

    @dataclass(eq=False, repr=False)
    class Opened(Message):
        session_id: str

    @dataclass(eq=False, repr=False)
    class Seen(Message):
        """These rows have come into sight."""

        session_ids: tuple[str, ...]

    class Picked(Message):
        """Other rows than before are to be acted on together."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._shown = ListedSessions()
        self._arranged = Arrangement((), frozenset(), LONG_AGO)
        self._basis: tuple[Sequence[Session], tuple[object, ...]] = ((), ())
        self._in_sight: dict[int, tuple[SessionRow, str]] = {}
        """Index -> the row as it was drawn, and what it said at its right."""
        self._cursor = 0
        self._picked: dict[str, None] = {}
        self._cursor_moved = False
        self._filtered_by: object = None
        self._open_id = ""
        self._now: datetime | None = None

    @property
    def rows(self) -> Sequence[SessionRow]:
        return LazyRows(self._arranged.sessions, self._shown.row_of)

    @property
    def under_cursor(self) -> SessionRow | None:
        rows = self.rows
        return rows[self._cursor] if self._cursor < len(rows) else None

    def show(
        self, shown: ListedSessions, *, open_id: str, now: datetime, filtered_by: object = None
    ) -> None:
        """Show sessions; the cursor stays on the one it was moved to.

        Where that is gone it is on what stood behind it, unless they are filtered anew. It comes
        into sight with another filter, and stays there while keys act on it.
        """
        self._shown, self._now = shown, now
        is_same_filter = self._filtered_by in (None, filtered_by)
        self._filtered_by = filtered_by
        # nobody is taken back from where the wheel has led
        is_followed = self.has_class("-active") and self._cursor in self._in_sight
        basis = (shown.pinned, shown.head, now.date(), open_id)
        if shown.sessions is self._basis[0] and basis == self._basis[1]:
            self._refresh_changed()
            return
        self._basis = shown.sessions, basis
        if open_id != self._open_id:
            self._cursor_moved = False
        before = self._arranged
        self._arranged = Arrangement(shown.sessions, shown.pinned, now, shown.head)
        self._open_id = open_id
        self._keep_cursor(before, is_same_filter=is_same_filter)
        # a width of its own: with that of the widget each size of the window had two layouts
        self.virtual_size = Size(1, max(1, self._arranged.line_count))
        if is_followed or not is_same_filter:
            self._scroll_to_cursor()
        self.refresh()
        self._tell_seen()

    def _keep_cursor(self, before: Arrangement, *, is_same_filter: bool) -> None:
        # until a person moves it, the cursor is where the transcript is
        at = before.sessions[self._cursor : self._cursor + 1]
        own = at[0].id if at else ""
        wanted = own if self._cursor_moved or not self._open_id else self._open_id
        row = self._arranged.row_of(wanted) if wanted else 0
        if row is None and is_same_filter and wanted == own:
            # deleted or put away: whoever goes through the list goes on with the next one
            row = self._row_near(before)
            self._cursor_moved = row is not None
        self._cursor = row or 0

    def _row_near(self, before: Arrangement) -> int | None:
        """Return where now is what stood behind the cursor, else what stood before it."""
        behind = before.sessions[self._cursor + 1 : self._cursor + _NEAR_ROWS]
        above = before.sessions[max(0, self._cursor - 1) : self._cursor]
        rows = {each: row for row, each in enumerate(ids_of(self._arranged.sessions))}
        return next((rows[each.id] for each in (*behind, *above) if each.id in rows), None)

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
        if row.seconds is not None:
            return f" {row.seconds} s "
        used_at = row.session.changed_at
        return f" {relative_time(used_at, self._now)} " if used_at and self._now else " "

    @property
    def picked(self) -> Sequence[str]:
        """The sessions that are to be acted on together, as far as they are listed."""
        if not self._picked:
            return ()
        return [each for each in ids_of(self._arranged.sessions) if each in self._picked]

    def toggle_picked(self) -> None:
        """Pick the session under the cursor, or leave it out again."""
        if (row := self.under_cursor) is None or not row.session.id:
            return
        if row.session.id in self._picked:
            del self._picked[row.session.id]
        else:
            self._picked[row.session.id] = None
        self.refresh()
        self.post_message(self.Picked())

    def pick_none(self) -> None:
        self._picked.clear()
        self.refresh()
        self.post_message(self.Picked())

    def row_of(self, session_id: str) -> int | None:
        """Return where a session stands, `None` where it is not listed."""
        return self._arranged.row_of(session_id) if session_id else None

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, or on the nearest there is, and bring it into sight."""
        if not self.rows:
            return
        self._cursor_moved = True
        self._cursor = max(0, min(index, len(self.rows) - 1))
        self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        # one that has no room yet would put it at the top, and is told of its size when it has
        if not self.rows or not self.size.height:
            return
        line = top = self._arranged.first_line(self._cursor)
        # with what stands above it, when it is the first under that
        while top > 0 and self._arranged.line(top - 1).row < 0:
            top -= 1
        self.scroll_to_region(Region(0, top, 1, line + 2 - top), animate=False, force=True)
        self.refresh()

    def move(self, step: int) -> None:
        """Move the cursor by so many rows."""
        self.move_to(self._cursor + step)

    def activate(self, is_active: bool) -> None:
        """Show by a mark that keys act on the row under the cursor, or that they do not."""
        self.set_class(is_active, "-active")
        if is_active:
            self._scroll_to_cursor()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        row = self._arranged.line(event.y + self.scroll_offset.y).row
        if row >= 0:
            self.move_to(row)
            self.post_message(self.Opened(self._arranged.sessions[row].id))

    def on_resize(self) -> None:
        if self.has_class("-active") and (self._cursor in self._in_sight or not self._in_sight):
            self._scroll_to_cursor()
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
        base = self.ground
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
        # what is drawn again for another reason stays what the rest of it is
        known = self._in_sight.get(line.row)
        row = known[0] if known else self.rows[line.row]
        right = known[1] if known else self._right(row)
        mark = self._mark(line.row)
        strip = self._second_line(row, mark) if line.second else self._title_line(row, mark, right)
        if line.row == self._cursor:
            cursor = self.get_component_rich_style("session-list--cursor", partial=True)
            strip = Strip([Segment(text, (style or base) + cursor) for text, style, _ in strip])
        return strip

    def _mark(self, index: int) -> str:
        """Return what stands before a row."""
        if self._arranged.sessions[index].id in self._picked:
            return "◆"
        if index == self._cursor and self.has_class("-active"):
            return "▌"
        return "▎" if self._arranged.sessions[index].id == self._open_id else " "

    def _title_line(self, row: SessionRow, mark: str, right: str) -> Strip:
        is_open = row.session.id == self._open_id
        name = "session-list--open" if is_open else "session-list--title"
        style = self.get_component_rich_style(name)
        dim = self.get_component_rich_style("session-list--dim")
        state = self.get_component_rich_style("session-list--state")
        if row.state is RowState.UNREAD and not is_open:
            style += Style(bold=True)
        room = max(1, self.size.width - 3 - cell_len(right))
        title = Strip([Segment(cut(row.shown_title, room), style)])
        mark_style = self.get_component_rich_style("session-list--mark")
        left = Strip([Segment(mark, mark_style), Segment(row.state.value + " ", state)])
        line = Strip.join(
            [left, title.adjust_cell_length(room, style), Strip([Segment(right, dim)])]
        )
        return line.adjust_cell_length(self.size.width, self.ground)

    def _second_line(self, row: SessionRow, mark: str) -> Strip:
        style = self.get_component_rich_style("session-list--dim")
        mark_style = self.get_component_rich_style("session-list--mark")
        room = max(1, self.size.width - 4)
        text = second_line(row, room)
        segments = [Segment(mark, mark_style), Segment(f"  {text}", style)]
        return _fitted(segments, self.size.width, self.ground)


def _fitted(segments: list[Segment], width: int, style: Style) -> Strip:
    return Strip(segments).adjust_cell_length(width, style)
