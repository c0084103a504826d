"""Texts of messages that were just written, held until their words are in the index.

So they need not be read again. What is held is what this client wrote last of a message that was
new to the file: where something may have become of it since, nothing is held.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, repeat
from sqlite3 import Connection
from sys import getsizeof

from tui.store.sqlite.indexing import IndexedMessage

_MOST_BYTES = 20_000_000
"""As much is written between two looks at what waits, where that is done without a pause."""


class FreshTexts:
    """Unfolded texts by the rows of messages, for one connection: hardly more than `most_bytes`."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._texts: dict[int, str] = {}
        self._size = 0
        self._is_doubtful = False
        self._seen: tuple[Connection, int] | None = None
        """The connection, and what it tells the changes of others by."""

    def hold(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        """Hold the texts of messages that are put into the file; in the transaction of that."""
        from tui.query.document import unfolded_text

        self._look(db)
        # what is held of the same row may be of a change that was undone
        self.let_go(each.row for each in messages)
        if self._is_doubtful or self._size > self._most_bytes:
            return
        written = [(each.row, unfolded_text(each.message)) for each in messages]
        sizes = list(accumulate((getsizeof(text) for _, text in written), initial=self._size))
        fitting = min(bisect_right(sizes, self._most_bytes), len(written))
        self._texts.update(written[:fitting])
        self._size = sizes[fitting]

    def let_go(self, rows: Iterable[int]) -> None:
        """Hold the texts of these messages no longer: they are in the index."""
        held = map(self._texts.pop, rows, repeat(None))
        self._size -= sum(getsizeof(text) for text in held if text is not None)

    def doubt(self) -> None:
        """Hold nothing until `begin`: messages are changed, and that may be undone."""
        self._drop_all()
        self._is_doubtful = True

    def begin(self) -> None:
        """Hold what is put from now on: nothing waits for the index any more."""
        self._drop_all()
        self._is_doubtful = False

    def held(self, db: Connection) -> Mapping[int, str]:
        """Return the texts by the rows of their messages; others are to be read."""
        self._look(db)
        return self._texts

    def all_held(self, db: Connection, rows: Iterable[int]) -> Sequence[str] | None:
        """Return the texts of these messages; `None` where one of them is to be read."""
        held = self.held(db)
        try:
            return [held[row] for row in rows]
        except KeyError:
            return None

    def _look(self, db: Connection) -> None:
        """Drop what another client may have changed."""
        seen = db, db.execute("PRAGMA data_version").fetchone()[0]
        if seen != self._seen:
            self._drop_all()
            self._seen = seen

    def _drop_all(self) -> None:
        self._texts.clear()
        self._size = 0
