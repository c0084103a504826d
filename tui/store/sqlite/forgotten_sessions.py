"""Forgotten sessions of the store's file: up to which change each of an account is forgotten."""

from __future__ import annotations

from datetime import datetime
from sqlite3 import Connection

from tui.store.sqlite.rows import bound, time_at, unbound


def all_forgotten(db: Connection, account: int) -> dict[str, datetime]:
    """Return by session up to which change it is forgotten, of those that are."""
    rows = db.execute(
        "SELECT key, forgotten_until FROM session"
        " WHERE account = ? AND forgotten_until IS NOT NULL",
        (account,),
    )
    read = {unbound(key): _time_in(until) for key, until in rows}
    return {key: until for key, until in read.items() if until is not None}


def forgotten_until(db: Connection, account: int, session_id: str) -> datetime | None:
    """Return up to which change a session is forgotten; `None` when it is not."""
    row = db.execute(
        "SELECT forgotten_until FROM session WHERE account = ? AND key = ?",
        (account, bound(session_id)),
    ).fetchone()
    return None if row is None else _time_in(row[0])


def _time_in(value: object) -> datetime | None:
    """Return the time that a cell holds, `None` when it holds no time."""
    try:
        return time_at(value) if isinstance(value, int) else None
    except OverflowError:
        return None
