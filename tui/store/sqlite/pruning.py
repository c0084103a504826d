"""Pruning of histories beyond a limit, and of all that is kept of an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from sqlite3 import Connection

from tui.store.retention import Retention
from tui.store.sqlite import histories, own
from tui.store.sqlite.indexing import MessageIndex
from tui.store.sqlite.rows import microseconds, unbound
from tui.store.sqlite.wiping import note_forgotten

AT_ONCE = 20
"""So many sessions go in one change: nothing else waits for longer."""


def prune(
    db: Connection,
    account: int,
    index: MessageIndex,
    retention: Retention,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> bool:
    """Let histories go that are beyond the limits; say whether there may be more of them."""
    sessions = [*islice(_excess(db, account, retention, now()), AT_ONCE)]
    for session in sessions:
        histories.let_go(db, index, session)
    if sessions and retention.age is not None:
        # a size says how much room there is, an age what is not to be there any more: to wipe it
        # out index and file are written anew
        index.note_forgotten(db)
        note_forgotten(db)
    return len(sessions) == AT_ONCE


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


def _excess(db: Connection, account: int, retention: Retention, now: datetime) -> Iterator[int]:
    """Yield the rows of the sessions that are to go, those first that changed longest ago."""
    size_bytes = db.execute(
        "SELECT coalesce(sum(size_bytes), 0) FROM session WHERE account = ?", (account,)
    ).fetchone()[0]
    oldest = None if retention.age is None else microseconds(now - retention.age)
    rows = db.execute(
        "SELECT id, key, changed_at, size_bytes FROM session WHERE account = ? AND size_bytes > 0"
        " ORDER BY changed_at",
        (account,),
    ).fetchall()
    for session, key, changed_at, session_bytes in rows:
        is_old = oldest is not None and changed_at < oldest
        is_too_much = retention.size_bytes is not None and size_bytes > retention.size_bytes
        if not is_old and not is_too_much:
            return
        if not own.has_own(db, account, unbound(key)):
            size_bytes -= session_bytes
            yield session
