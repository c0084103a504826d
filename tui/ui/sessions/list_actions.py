"""Keys that act on the row under the cursor of a session list, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from tui.model import Session
from tui.ui.dialogs.keys_ahead import KeysAhead
from tui.ui.sessions.list_view import SessionList

_ALL = 1_000_000
LIST_KEYS = [
    Binding("enter", "open", "Open", id="sessions.open"),
    Binding("ctrl+t", "pin", "Pin", id="sessions.pin"),
    Binding("ctrl+d,delete", "delete", "Delete", id="sessions.delete"),
    Binding("ctrl+r", "next_span", "Filter by date", id="sessions.period"),
    Binding("ctrl+e", "export", "Export from the list", show=False, id="sessions.export"),
]
MOVE_KEYS = [
    Binding("up", "move(-1)", "Up", show=False, id="sessions.up"),
    Binding("down", "move(1)", "Down", show=False, id="sessions.down"),
    Binding("pageup", "move(-8)", "Page up", show=False, id="sessions.page-up"),
    Binding("pagedown", "move(8)", "Page down", show=False, id="sessions.page-down"),
    Binding("home", f"move(-{_ALL})", "First", show=False, id="sessions.first"),
    Binding("end", f"move({_ALL})", "Last", show=False, id="sessions.last"),
]


class ListActions(Widget):
    """Asks for what is done with sessions, which happens elsewhere."""

    rows: SessionList
    ahead: KeysAhead
    """What waits for rows that are looked for."""

    @dataclass(eq=False, repr=False)
    class Pinned(Message):
        session_id: str

    @dataclass(eq=False, repr=False)
    class DeleteRequested(Message):
        session_id: str

    @dataclass(eq=False, repr=False)
    class ExportRequested(Message):
        """Write sessions to a file."""

        session_id: str
        """The one under the cursor, empty for none."""
        picked: tuple[str, ...]
        """Those that are to be acted on together."""
        matching: tuple[str, ...]
        """Those that the filter leaves."""
        words: str
        """What the list is filtered by."""

    class NextSpanRequested(Message):
        """Show the sessions of another time."""

    @property
    def words(self) -> str:
        """What the list is filtered by."""
        raise NotImplementedError

    @property
    def shown_sessions(self) -> Sequence[Session]:
        """Those that the filter leaves."""
        raise NotImplementedError

    def action_move(self, step: int) -> None:
        self.ahead.act(partial(self.rows.move, step))

    def action_next_span(self) -> None:
        self.post_message(self.NextSpanRequested())

    def action_open(self) -> None:
        self._ask(SessionList.Opened)

    def action_pin(self) -> None:
        self._ask(self.Pinned)

    def action_delete(self) -> None:
        self._ask(self.DeleteRequested)

    def _ask(self, request: Callable[[str], Message]) -> None:
        """Ask for something of the session under the cursor, once its row is there."""

        def ask() -> None:
            if (row := self.rows.under_cursor) is not None:
                self.post_message(request(row.session.id))

        self.ahead.act(ask)

    def action_export(self) -> None:
        self.ahead.act(self._ask_for_export)

    def _ask_for_export(self) -> None:
        row = self.rows.under_cursor
        matching = tuple(each.id for each in self.shown_sessions)
        session_id = row.session.id if row is not None else ""
        picked = tuple(self.rows.picked)
        self.post_message(self.ExportRequested(session_id, picked, matching, self.words))
