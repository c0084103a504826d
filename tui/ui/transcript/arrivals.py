"""Arrivals: what has come of streamed answers since the reader left the end, in rows.

Only what a stream brought counts: not what a reading of the history brought, and not rows that
come from a narrower screen or an unfolded panel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tui.model import Message, MessageStatus
from tui.ui.transcript.message_view import EndOfMessage, MessageView


@dataclass(frozen=True, slots=True)
class _Left:
    message_id: str
    end: EndOfMessage


class Arrivals:
    """Remembers which messages came as a stream, and how far the reader has followed."""

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

    def leave(self, message_id: str, view: MessageView) -> None:
        """The reader leaves the end of what is there: this message."""
        self._left = _Left(message_id, view.end)

    def see(self, views: Mapping[str, MessageView], message_id: str, end: EndOfMessage) -> None:
        """The reader sees all down to here; what was once seen is not new further up."""
        if message_id in views and self._rows(views, _Left(message_id, end)) < self.rows(views):
            self._left = _Left(message_id, end)

    def rows(self, views: Mapping[str, MessageView]) -> int:
        """Return how many rows have come; `views` are in the order of the conversation."""
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
