"""Timeline of a conversation: all its messages at one moment, stored and arriving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import overload

from tui.conversation.history import History
from tui.model import Message


class Timeline(Sequence[Message]):
    """The history up to `settled`, then what is on its way; oldest first.

    Nothing is copied and nothing looked through, so a frame may ask for it at any length.
    """

    __slots__ = ("_arriving", "_history", "_messages", "_settled")

    def __init__(self, history: History, settled: int, arriving: tuple[Message, ...]) -> None:
        self._history = history
        self._messages = history.messages
        self._settled = settled
        self._arriving = arriving

    def __len__(self) -> int:
        return self._settled + len(self._arriving)

    def __iter__(self) -> Iterator[Message]:
        return chain(islice(self._messages, self._settled), self._arriving)

    @overload
    def __getitem__(self, index: int) -> Message: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Message, ...]: ...

    def __getitem__(self, index: int | slice) -> Message | tuple[Message, ...]:
        if isinstance(index, int):
            at = range(len(self))[index]
            return self._messages[at] if at < self._settled else self._arriving[at - self._settled]
        first, end, step = index.indices(len(self))
        if step != 1:
            return tuple(self)[index]
        settled = self._messages[first : min(end, self._settled)]
        if end <= self._settled:
            return settled
        arriving = slice(max(0, first - self._settled), end - self._settled)
        return settled + self._arriving[arriving]

    def position(self, message_id: str) -> int | None:
        """Return where a message stands, `None` when it is not among them."""
        for at, message in enumerate(self._arriving):
            if message.id == message_id:
                return self._settled + at
        if self._history.messages is not self._messages:
            return next((at for at, each in enumerate(self) if each.id == message_id), None)
        settled_at = self._history.position(message_id)
        return settled_at if settled_at is not None and settled_at < self._settled else None

    def find(self, message_id: str) -> Message | None:
        at = self.position(message_id)
        return self[at] if at is not None else None
