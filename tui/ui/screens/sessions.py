"""The sessions over the whole screen, with a filter: the picker of narrow terminals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.plain import Plain
from tui.ui.widgets.session_list import SessionList, SessionRow


@dataclass(frozen=True, slots=True)
class SessionPicked:
    session_id: str
    action: str
    """`open`, `delete` or `pin`."""


class SessionsScreen(Dialog[SessionPicked]):
    """Returns what to do with which session, `None` for nothing.

    `head` stands above the rows. `seen` is told which rows have come into sight, by the ids of
    their sessions; `next_span` has the sessions of another time shown.
    """

    DEFAULT_CSS = """
    SessionsScreen > .box { height: 90%; }
    SessionsScreen SessionList { width: 1fr; background: $surface; }
    """
    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False, id="picker.up"),
        Binding("down", "move(1)", "Down", show=False, id="picker.down"),
        Binding("ctrl+d", "choose('delete')", "Delete", priority=True, id="picker.delete"),
        Binding("ctrl+t", "choose('pin')", "Pin", id="picker.pin"),
        Binding("ctrl+r", "next_span", "Time", id="picker.period"),
    ]

    def __init__(
        self,
        rows: Sequence[SessionRow],
        head: Sequence[str],
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
        self._rows = rows
        self._head = head
        self._open_id = open_id
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain("Sessions", classes="title")
            field = Input(placeholder="type to filter")
            field.cursor_blink = False
            yield field
            yield SessionList()
            deletes = " · ^d deletes" if self._can_delete else ""
            yield Plain(
                f"↑ ↓ move · Enter opens · ^t pins · ^r time{deletes} · Esc closes", classes="hint"
            )

    def on_mount(self) -> None:
        self.query_one(SessionList).can_focus = False
        self.query_one(Input).focus()
        self._show("")

    def show_rows(self, rows: Sequence[SessionRow], head: Sequence[str]) -> None:
        """Show the sessions as they are now, filtered as before."""
        self._rows, self._head = rows, head
        self._show(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_input_submitted(self) -> None:
        self.action_choose("open")

    def on_session_list_opened(self, event: SessionList.Opened) -> None:
        self.dismiss(SessionPicked(event.session_id, "open"))

    def on_session_list_seen(self, event: SessionList.Seen) -> None:
        # those a filter leaves are among those told of when it was empty
        if not self.query_one(Input).value:
            self._seen(event.session_ids)

    def action_next_span(self) -> None:
        self._next_span()

    def action_move(self, step: int) -> None:
        self.query_one(SessionList).action_move(step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._can_delete or (action, *parameters) != ("choose", "delete")

    def action_choose(self, action: str) -> None:
        row = self.query_one(SessionList).under_cursor
        if row is not None:
            self.dismiss(SessionPicked(row.session.id, action))

    def _show(self, words: str) -> None:
        wanted = words.casefold().split()
        rows = [
            row
            for row in self._rows
            if all(
                word in f"{row.session.title} {row.session.preview}".casefold() for word in wanted
            )
        ]
        empty = "No sessions yet."
        if words or self._head:
            empty = "Nothing matches. Type less, or press ^r, to see more."
        self.query_one(SessionList).show(
            rows, open_id=self._open_id, now=self._now, empty=empty, head=self._head
        )
