"""Rows that others hang on, of accounts and sessions; texts and times as SQLite takes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from tui.store.base import AccountKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def bound(text: str) -> str | bytes:
    """Return a text as it is bound: as bytes when a lone surrogate is in it."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def unbound(value: object) -> str:
    """Return the text that `bound` was given; of what is none, as on a damaged disk, what there is.

    The types of columns do not bind SQLite: each cell has its own.
    """
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else str(value)
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.decode(errors="replace")


def signed(bits: int) -> int:
    """Return 64 bits as SQLite takes them, whose numbers have a sign."""
    return bits - (1 << 64) if bits >> 63 else bits


def microseconds(then: datetime) -> int:
    """Return an aware time in microseconds since 1970."""
    return (then - _EPOCH) // _MICROSECOND


def time_at(microseconds: int) -> datetime:
    """Return the time that `microseconds` was given, in UTC."""
    return _EPOCH + microseconds * _MICROSECOND


def account_row(db: Connection, key: AccountKey) -> int:
    """Return the row of an account, 0 when nothing was written of it."""
    names = (bound(key.api), bound(key.base_url), bound(key.owner))
    row = db.execute(
        "SELECT id FROM account WHERE api = ? AND base_url = ? AND owner = ?", names
    ).fetchone()
    return row[0] if row is not None else 0


def made_account_row(db: Connection, key: AccountKey) -> int:
    """Return the row of an account, which is made when it is missing."""
    if row := account_row(db, key):
        return row
    names = (bound(key.api), bound(key.base_url), bound(key.owner))
    made = db.execute("INSERT INTO account (api, base_url, owner) VALUES (?, ?, ?)", names)
    assert made.lastrowid is not None
    return made.lastrowid


def rename_account(db: Connection, former: AccountKey, key: AccountKey) -> None:
    """Give the row of an account another key, unless there is one of that key."""
    row = account_row(db, former)
    if row and not account_row(db, key):
        names = (bound(key.api), bound(key.base_url), bound(key.owner))
        db.execute(
            "UPDATE account SET api = ?, base_url = ?, owner = ? WHERE id = ?", (*names, row)
        )


def session_row(db: Connection, account: int, session_id: str) -> int:
    """Return the row of a session, 0 when nothing hangs on it."""
    row = db.execute(
        "SELECT id FROM session WHERE account = ? AND key = ?", (account, bound(session_id))
    ).fetchone()
    return row[0] if row is not None else 0


def made_session_row(db: Connection, account: int, session_id: str) -> int:
    """Return the row of a session, which is made when it is missing."""
    if row := session_row(db, account, session_id):
        return row
    made = db.execute(
        "INSERT INTO session (account, key) VALUES (?, ?)", (account, bound(session_id))
    )
    assert made.lastrowid is not None
    return made.lastrowid


def note_change(db: Connection, account: int, topic: str) -> int:
    """Count a change of a kind, and return how many there were."""
    # not RETURNING: FTS5 writes out all that it holds before a statement that has it
    db.execute(
        "INSERT INTO revision VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1",
        (account, topic),
    )
    row = db.execute(
        "SELECT number FROM revision WHERE account = ? AND topic = ?", (account, topic)
    ).fetchone()
    number: int = row[0]
    return number
