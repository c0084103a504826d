"""Texts of messages that were just written, held until their words are in the index.

So they need not be read again. What is held is what this client wrote last of a message that was
new to the file: where something may have become of it since, nothing is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sqlite3 import Connection

from tui.store.sqlite.indexing import IndexedMessage

_MOST_CHARS = 5_000_000


class FreshTexts:
    """Unfolded texts by the rows of messages, for one connection."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._size = 0
        self._is_doubtful = False
        self._seen: tuple[Connection, int] | None = None
        """The connection, and what it tells the changes of others by."""

    def hold(self, db: Connection, messages: Iterable[IndexedMessage]) -> None:
        """Hold the texts of messages that are put into the file; in the transaction of that."""
        from tui.query.document import unfolded_text

        self._look(db)
        for each in messages:
            if self._is_doubtful or self._size > _MOST_CHARS:
                # what is held of the same row may be of a change that was undone
                self._texts.pop(each.row, None)
            else:
                text = self._texts[each.row] = unfolded_text(each.message)
                self._size += len(text)

    def doubt(self) -> None:
        """Hold nothing until `begin`: messages are changed, and that may be undone."""
        self._texts.clear()
        self._is_doubtful = True

    def begin(self) -> None:
        """Hold what is put from now on: nothing waits for the index any more."""
        self._texts.clear()
        self._size = 0
        self._is_doubtful = False

    def held(self, db: Connection) -> Mapping[int, str]:
        """Return the texts by the rows of their messages; others are to be read."""
        self._look(db)
        return self._texts

    def _look(self, db: Connection) -> None:
        """Drop what another client may have changed."""
        seen = db, db.execute("PRAGMA data_version").fetchone()[0]
        if seen != self._seen:
            self._texts.clear()
            self._seen = seen
