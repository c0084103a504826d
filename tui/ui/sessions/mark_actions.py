"""Marking keys of a session list: they act on the rows picked, else on that of the cursor."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from tui.ui.dialogs.keys_ahead import KeysAhead
from tui.ui.sessions.filter_field import FilterField
from tui.ui.sessions.list_view import SessionList


class MarkAct(enum.StrEnum):
    """What a person does with the marks of sessions and exchanges."""

    UNREAD = "unread"
    FLAG = "flag"
    TAG = "tag"
    NOTE = "note"
    RENAME = "rename"
    ARCHIVE = "archive"
    UNDO = "undo"


MARK_KEYS = [
    Binding("alt+u", "mark('unread')", "Unread or read", show=False, id="sessions.unread"),
    Binding("alt+g", "mark('flag')", "Flag", id="sessions.flag"),
    Binding("alt+t", "mark('tag')", "Tags", show=False, id="sessions.tag"),
    Binding("alt+n", "mark('note')", "Note", show=False, id="sessions.note"),
    Binding("alt+r", "mark('rename')", "Rename here", show=False, id="sessions.rename"),
    Binding("alt+a", "mark('archive')", "Archive", show=False, id="sessions.archive"),
    Binding("alt+z", "mark('undo')", "Undo the last mark", show=False, id="sessions.undo"),
    Binding("insert,alt+x", "pick", "Pick several", show=False, id="sessions.pick"),
]


class SessionMarkActions(Widget):
    """Asks for marks, which are made elsewhere."""

    rows: SessionList
    ahead: KeysAhead
    """What waits for rows that are looked for."""

    @dataclass(eq=False, repr=False)
    class MarkRequested(Message):
        act: MarkAct
        session_ids: Sequence[str]

    def action_mark(self, act: str) -> None:
        self.ahead.act(partial(self._mark, MarkAct(act)))

    def _mark(self, act: MarkAct) -> None:
        picked = self.rows.picked
        if not picked and (row := self.rows.under_cursor) is not None and row.session.id:
            picked = [row.session.id]
        self.post_message(self.MarkRequested(act, picked))
        if act is MarkAct.ARCHIVE:
            # they are not in the list any more
            self.rows.pick_none()

    def on_filter_field_blank_typed(self, event: FilterField.BlankTyped) -> None:
        event.stop()
        self.action_pick()

    def action_pick(self) -> None:
        """Pick the row under the cursor, or leave it out again, and go to the next one."""
        self.ahead.act(self._pick)

    def _pick(self) -> None:
        self.rows.toggle_picked()
        self.rows.move(1)
