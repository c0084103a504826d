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
    return {unbound(key): time_at(until) for key, until in rows}


def forgotten_until(db: Connection, account: int, session_id: str) -> datetime | None:
    """Return up to which change a session is forgotten; `None` when it is not."""
    row = db.execute(
        "SELECT forgotten_until FROM session WHERE account = ? AND key = ?",
        (account, bound(session_id)),
    ).fetchone()
    return time_at(row[0]) if row is not None and row[0] is not None else None
