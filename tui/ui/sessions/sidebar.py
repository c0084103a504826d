"""Sidebar: the session list beside the chat."""

from __future__ import annotations

from textual.binding import Binding
from textual.message import Message

from tui.ui.sessions.list_view import SessionList


class Sidebar(SessionList):
    """A session list whose keys reach the server, which happens elsewhere."""

    BINDINGS = [
        Binding("t", "next_span", "Filter by date", id="sessions.period"),
    ]

    class NextSpanRequested(Message):
        """Show the sessions of another time."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.can_delete = False
        """Whether the server deletes sessions."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.can_delete if action == "delete" else True

    def action_next_span(self) -> None:
        self.post_message(self.NextSpanRequested())
