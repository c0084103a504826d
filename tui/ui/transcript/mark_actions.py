"""Marking keys of reading: they act on the selected exchange, or on the session as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding
from textual.message import Message

from tui.model import Role
from tui.ui.sessions.mark_actions import MarkAct
from tui.ui.transcript.reading_actions import ReadingActions

MARK_KEYS = [
    Binding("u", "undo_mark", "Undo the last mark", show=False, id="read.undo-mark"),
    Binding("U", "mark('unread')", "Exchange unread or read", show=False, id="read.unread"),
    Binding("exclamation_mark", "mark('flag')", "Flag this exchange", show=False, id="read.flag"),
    Binding("number_sign", "mark('tag')", "Tags of this exchange", show=False, id="read.tag"),
    Binding("a", "mark('note')", "Note on this exchange", show=False, id="read.note"),
    Binding("A", "mark_session('archive')", "Archive this session", show=False, id="read.archive"),
    Binding("R", "mark_session('rename')", "Rename it here", show=False, id="read.rename"),
]


class MarkActions(ReadingActions):
    """Asks for marks, which are made elsewhere."""

    @dataclass(eq=False, repr=False)
    class MarkRequested(Message, namespace="reading_pane"):
        act: MarkAct
        session_id: str
        message_id: str = ""
        """Of the first of the exchange; empty for the session as a whole."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("mark", "mark_session"):
            conversation = self.transcript.conversation
            return conversation is not None and bool(conversation.id)
        return super().check_action(action, parameters)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        if action in ("mark", "mark_session"):
            return "nothing was asked here yet"
        return super().why_not(action, parameters)

    def action_mark(self, act: str) -> None:
        self._mark(MarkAct(act), self._first_of_exchange)

    def action_mark_session(self, act: str) -> None:
        self._mark(MarkAct(act))

    def action_undo_mark(self) -> None:
        self._mark(MarkAct.UNDO)

    def _mark(self, act: MarkAct, message_id: str = "") -> None:
        if (conversation := self.transcript.conversation) is not None:
            self.post_message(self.MarkRequested(act, conversation.id, message_id))

    @property
    def _first_of_exchange(self) -> str:
        """Id of the first message of what is selected, on its way or not."""
        conversation, selected = self.transcript.conversation, self.selected
        if conversation is None or selected is None:
            return ""
        first = selected
        for message in conversation.timeline:
            if message.role is Role.USER or first is selected:
                first = message
            if message.id == selected.id:
                break
        return first.id
