"""Index of messages: where one hooks into the store.

An index has tables of its own in the file, made by a step of `schema.STEPS`. It is told of messages
in the transaction that writes them, so it never shows another state than they have. What takes long
it does in `make_current`, when nobody waits. It is derived, and can be made anew of the messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from sqlite3 import Connection
from typing import Protocol

from msgspec import Struct

from tui.model import Message

SLOTS = 64
"""Rows of the index that a session has; its messages share them by the rest of their rows."""


def index_row(session: int, message_row: int) -> int:
    """Return the row of the index that a message has, named after its session and its slot."""
    return session * SLOTS + message_row % SLOTS


class IndexedMessage(Struct, frozen=True):
    """A message in the file."""

    row: int
    """Its `id` in the table `message`: it keeps it as long as it is stored."""
    session: int
    """Row of its session in the table `session`."""
    position: int
    message: Message

    @property
    def index_row(self) -> int:
        return index_row(self.session, self.row)


class MessageIndex(Protocol):
    """What is told of all messages that are stored and dropped."""

    def put(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        """Hear of messages that are not in the index."""
        ...

    def drop(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        """Take messages out; they are given as they were put in."""
        ...

    def wipe_out(self, db: Connection) -> Iterator[None]:
        """Write anew, each step in a transaction, what still tells of dropped messages."""
        ...

    def note_forgotten(self, db: Connection) -> None:
        """Have `make_current` do that in the end."""
        ...

    def discard(self, db: Connection) -> None:
        """Have all of it made anew by `make_current`."""
        ...

    def make_current(self, db: Connection, is_awaited: Callable[[], bool] = ...) -> bool:
        """Take in some of what is stored and not in the index, all of it where another made that.

        Say whether there is more: nobody waits for all of much. It is less as soon as others wait
        for the end of it, which `is_awaited` tells.
        """
        ...
