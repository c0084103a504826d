"""Records of the last sends of a conversation: when each went, and what it is known by."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from msgspec import Struct

from tui.conversation.progress import Progress

KEPT = 100
"""So many of the last sends are told of."""


class SendRecord(Struct, frozen=True):
    question_id: str
    """As it was known when it was sent."""
    answer_id: str
    """Our own id of the answer."""
    progress: Progress
    """Goes on with the send."""


class SendRecords:
    """The last sends of this start; `current_id` returns what a message is known by now."""

    def __init__(self, current_id: Callable[[str], str]) -> None:
        self._current_id = current_id
        self._records: deque[SendRecord] = deque(maxlen=KEPT)

    def add(self, record: SendRecord) -> None:
        self._records.append(record)

    def of(self, message_id: str) -> SendRecord | None:
        """Return the last send that a message was the question or the answer of."""
        wanted = self._current_id(message_id)
        for each in reversed(self._records):
            if wanted in (self._current_id(each.question_id), self._current_id(each.answer_id)):
                return each
        return None
