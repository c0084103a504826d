"""Files for the tests of the store, and connections that fail as disks do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from tests.contract.store_rows import KEY
from tests.fakes import user
from tui.store import StoredMessage
from tui.store.sqlite import STORE_FILE, SqliteStore

Connect = Callable[..., Connection]


def impatient(path: Path, **options: Any) -> Connection:
    """Connect without waiting for whoever has the file locked."""
    db: Connection = sqlite3.connect(path, **{**options, "timeout": 0})
    return db


def limited(path: Path, **options: Any) -> Connection:
    """Connect to a file on a disk that is as good as full."""
    db: Connection = sqlite3.connect(path, **options)
    db.execute("PRAGMA max_page_count = 60")
    return db


def unwritable(path: Path, **options: Any) -> Connection:
    """Connect to a file on a disk that was mounted to be read only."""
    db: Connection = sqlite3.connect(path, **options)
    db.execute("PRAGMA query_only = ON")
    return db


def lockless(path: Path, **options: Any) -> Connection:
    """Connect to a file where SQLite finds no locks."""
    error = sqlite3.OperationalError("locking protocol")
    error.sqlite_errorcode = sqlite3.SQLITE_PROTOCOL
    raise error


def filled(folder: Path) -> Path:
    """Return the path of a store in which a draft and a message were saved."""
    path = folder / STORE_FILE

    with closing(SqliteStore(path, print)) as store:
        account = store.account(KEY)
        account.drafts.save("s", "from before")
        account.upsert_messages("s", [StoredMessage(0, user("m0", "A question of before"))])
    return path
