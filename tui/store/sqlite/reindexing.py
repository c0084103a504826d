"""Index of messages made anew from the messages alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sqlite3 import Connection

from tui.store.sqlite.histories import messages_of
from tui.store.sqlite.indexing import IndexedMessage, MessageIndex


def rebuild(db: Connection, index: MessageIndex) -> int:
    """Make the index anew of what is stored, and return of how many messages; in a transaction."""
    index.clear(db)
    count = 0
    for messages in stored_messages(db):
        index.put(db, messages)
        count += len(messages)
    return count


def stored_messages(db: Connection) -> Iterator[Sequence[IndexedMessage]]:
    """Yield all messages that can be read, by session, those of one in their order."""
    last = 0
    while row := db.execute("SELECT min(id) FROM session WHERE id > ?", (last,)).fetchone()[0]:
        last = row
        yield messages_of(db, row)
