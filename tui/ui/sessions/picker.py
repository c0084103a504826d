"""Session picker over the whole screen, with a filter, for narrow terminals."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bindings import name_keys
from tui.ui.sessions.filter import SessionFilter
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.rows import ListedSessions
from tui.ui.widgets.field import Field
from tui.ui.widgets.plain_text import Plain

_SLICE_ROWS = 1_000


class SessionCommand(enum.Enum):
    OPEN = enum.auto()
    PIN = enum.auto()
    DELETE = enum.auto()


@dataclass(frozen=True, slots=True)
class SessionPicked:
    session_id: str
    command: SessionCommand


class SessionsScreen(Dialog[SessionPicked]):
    """Returns what to do with which session, `None` for nothing.

    `seen` is told which rows have come into sight, by the ids of their sessions; `next_span` has
    the sessions of another time shown.
    """

    DEFAULT_CSS = """
    SessionsScreen > .box { height: 90%; }
    SessionsScreen SessionList { width: 1fr; background: $surface; }
    """
    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False, id="picker.up"),
        Binding("down", "move(1)", "Down", show=False, id="picker.down"),
        Binding("ctrl+d", "delete", "Delete", priority=True, id="picker.delete"),
        Binding("ctrl+t", "pin", "Pin", id="picker.pin"),
        Binding("ctrl+r", "next_span", "Filter by date", id="picker.period"),
    ]

    def __init__(
        self,
        listed: ListedSessions,
        open_id: str,
        now: datetime,
        seen: Callable[[tuple[str, ...]], object],
        next_span: Callable[[], None],
        *,
        can_delete: bool = True,
    ) -> None:
        super().__init__()
        self._can_delete = can_delete
        self._seen = seen
        self._next_span = next_span
        self._listed = listed
        self._filter = SessionFilter(listed.sessions)
        self._open_id = open_id
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Sessions", classes="title")
            yield Field(placeholder="type to filter")
            yield SessionList()
            deletes = " · {picker.delete} delete" if self._can_delete else ""
            yield self.hint(
                "{picker.up}/{picker.down} move · Enter open · {picker.pin} pin"
                f" · {{picker.period}} filter by date{deletes} · {{dialog.close}} cancel"
            )

    def on_mount(self) -> None:
        self.query_one(SessionList).can_focus = False
        self.query_one(Input).focus()
        self._show("")
        self._prepare_filter()

    @work(group="filter", exclusive=True)
    async def _prepare_filter(self) -> None:
        """Get ready for the first letter while nothing else is to be done."""
        for _ in range(0, len(self._listed.sessions), _SLICE_ROWS):
            self._filter.prepare(_SLICE_ROWS)
            await asyncio.sleep(0)

    def show_sessions(self, listed: ListedSessions) -> None:
        """Show the sessions as they are now, filtered as before; at once or with the screen."""
        self._listed, before = listed, self._listed
        is_new = listed.sessions is not before.sessions
        if is_new:
            self._filter.use(listed.sessions)
        if not self.query(SessionList):
            return  # not yet on the screen, which begins with what is known then, or no longer
        if is_new:
            self._prepare_filter()
        self._show(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_input_submitted(self) -> None:
        self._choose(SessionCommand.OPEN)

    def on_session_list_opened(self, event: SessionList.Opened) -> None:
        self.dismiss(SessionPicked(event.session_id, SessionCommand.OPEN))

    def on_session_list_seen(self, event: SessionList.Seen) -> None:
        # those a filter leaves are among those told of when it was empty
        if not self.query_one(Input).value:
            self._seen(event.session_ids)

    def action_next_span(self) -> None:
        self._next_span()

    def action_move(self, step: int) -> None:
        self.query_one(SessionList).action_move(step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._can_delete or action != "delete"

    def action_delete(self) -> None:
        self._choose(SessionCommand.DELETE)

    def action_pin(self) -> None:
        self._choose(SessionCommand.PIN)

    def _choose(self, command: SessionCommand) -> None:
        row = self.query_one(SessionList).under_cursor
        if row is not None:
            self.dismiss(SessionPicked(row.session.id, command))

    def _show(self, words: str) -> None:
        matching = replace(self._listed, sessions=self._filter.matching(words))
        empty = "No sessions yet."
        if words or self._listed.head:
            keys = "Nothing matches. Type less, or press {picker.period}, to see more."
            empty = name_keys(keys, self)
        self.query_one(SessionList).show(
            matching, open_id=self._open_id, now=self._now, empty=empty
        )
