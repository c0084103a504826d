"""Pruning of histories beyond a limit, and of all that is kept of an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from sqlite3 import Connection

from tui.store.retention import Retention
from tui.store.sqlite import histories, own
from tui.store.sqlite.indexing import MessageIndex
from tui.store.sqlite.rows import microseconds, unbound
from tui.store.sqlite.wiping import note_forgotten

AT_ONCE = 20
"""So many sessions go in one change: nothing else waits for longer."""


class Pruning:
    """Lets the histories of an account go that are beyond its limits, in steps of `AT_ONCE`.

    Each session is looked at once, those first that changed longest ago.
    """

    def __init__(
        self, retention: Retention, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._retention = retention
        age = retention.age
        self._oldest = None if age is None else microseconds(now() - age)
        self._size_bytes = 0
        """Of what is kept, in all."""
        self._counted_at: tuple[int, int] | None = None
        """In which state of the file that is so; `None` before the first step."""
        self._looked_at = (-1, -1)
        """When the last one that was looked at had changed, and its row."""
        self._has_more = True

    def step(self, db: Connection, account: int, index: MessageIndex) -> bool:
        """Let some go; say whether there may be more of them.

        A step whose change was not made is left to the next pruning.
        """
        if self._counted_at != _state(db):
            # another pruning may have let some go, here or in another client
            select = "SELECT coalesce(sum(size_bytes), 0) FROM session WHERE account = ?"
            self._size_bytes = db.execute(select, (account,)).fetchone()[0]
        excess = [*self._excess(db, account, self._size_bytes)]
        for session, size_bytes in excess:
            histories.let_go(db, index, session)
            self._size_bytes -= size_bytes
        if excess and self._oldest is not None:
            # a size says how much room there is, an age what is not to be there any more: to wipe
            # it out index and file are written anew
            index.note_forgotten(db)
            note_forgotten(db)
        self._counted_at = _state(db)
        return self._has_more

    def _excess(self, db: Connection, account: int, size_bytes: int) -> Iterator[tuple[int, int]]:
        """Yield of the next sessions the rows of those that are to go, with their sizes."""
        rows = db.execute(
            "SELECT id, key, changed_at, size_bytes FROM session"
            " WHERE account = ? AND (changed_at, id) > (?, ?) AND size_bytes > 0"
            " ORDER BY changed_at, id LIMIT ?",
            (account, *self._looked_at, AT_ONCE),
        ).fetchall()
        self._has_more = len(rows) == AT_ONCE
        limit_bytes = self._retention.size_bytes
        for session, key, changed_at, session_bytes in rows:
            is_old = self._oldest is not None and changed_at < self._oldest
            is_too_much = limit_bytes is not None and size_bytes > limit_bytes
            if not is_old and not is_too_much:
                self._has_more = False
                return
            self._looked_at = (changed_at, session)
            if not own.has_own(db, account, unbound(key)):
                size_bytes -= session_bytes
                yield session, session_bytes


def _state(db: Connection) -> tuple[int, int]:
    """Return what is another after each change of the file, by this connection or others."""
    return db.total_changes, db.execute("PRAGMA data_version").fetchone()[0]


def erase(db: Connection, account: int, index: MessageIndex) -> bool:
    """Drop what is kept of an account; say whether there is more of it."""
    rows = db.execute("SELECT id FROM session WHERE account = ? LIMIT ?", (account, AT_ONCE))
    sessions = [row for (row,) in rows]
    for session in sessions:
        histories.drop_messages(db, index, session)
        db.execute("DELETE FROM session WHERE id = ?", (session,))
    if sessions:
        index.note_forgotten(db)
        note_forgotten(db)
    if len(sessions) == AT_ONCE:
        return True
    db.execute("DELETE FROM account WHERE id = ?", (account,))
    return False
