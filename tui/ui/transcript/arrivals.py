"""Arrivals below the view: what came of streamed answers since the reader left the end.

Only what a stream brought is new: not what a reading of the history brought, and not rows that
come from a narrower screen or an unfolded panel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from tui.formatting.counts import counted
from tui.model import Message, MessageStatus
from tui.ui.transcript.message_view import EndOfMessage, MessageView


class ContentBelow(Struct, frozen=True):
    """What stands below the view of a reader who does not follow the end."""

    rows: int = 0
    """Of what is mounted."""
    new_rows: int = 0
    """Of these, what a stream brought since the reader left the end."""
    messages: int = 0
    """Messages that are not mounted."""

    def sentence(self, key: str) -> str:
        """Return a line about it that names the key to the end; empty when there is nothing."""
        if self.messages:
            amount = f"{counted(self.messages, 'more message')} below"
        elif self.new_rows:
            return f"{counted(self.new_rows, 'new line')} ↓ {key}"
        elif self.rows:
            amount = f"{counted(self.rows, 'more line')} below"
        else:
            return ""
        return f"{amount} · {key}"


class _Left(Struct, frozen=True):
    message_id: str
    end: EndOfMessage


class ArrivedMessages:
    """Remembers which messages came as a stream, and how far the reader has followed.

    `views` are always those mounted, by id, in the order of the conversation.
    """

    def __init__(self) -> None:
        self._streamed: set[str] = set()
        self._left: _Left | None = None

    def begin_anew(self) -> None:
        self._streamed.clear()
        self._left = None

    def note(self, messages: Iterable[Message], current_id: Callable[[str], str]) -> None:
        """Take note of what is streaming now, and of ids that have changed."""
        self._streamed = {current_id(each) for each in self._streamed}
        self._streamed |= {each.id for each in messages if each.status is MessageStatus.STREAMING}
        if self._left is not None:
            self._left = _Left(current_id(self._left.message_id), self._left.end)

    def leave(self, views: Mapping[str, MessageView]) -> None:
        """The reader leaves the end of what is there."""
        for message_id, view in reversed(list(views.items())):
            self._left = _Left(message_id, view.end)
            return

    def see(self, views: Mapping[str, MessageView], bottom: int) -> None:
        """The reader sees all above a row of the content; that is not new further up either."""
        for message_id, view in reversed(list(views.items())):
            top = view.virtual_region.y
            if top < bottom:
                seen = _Left(message_id, view.end_at(bottom - top))
                if self._rows(views, seen) < self.rows(views):
                    self._left = seen
                return

    def rows(self, views: Mapping[str, MessageView]) -> int:
        """Return how many rows have come."""
        return 0 if self._left is None else self._rows(views, self._left)

    def _rows(self, views: Mapping[str, MessageView], left: _Left) -> int:
        if left.message_id not in views:
            return 0
        ids = list(views)
        below = ids[ids.index(left.message_id) :]
        return sum(
            views[each].rows_after(left.end if each == left.message_id else None)
            for each in below
            if each in self._streamed
        )
