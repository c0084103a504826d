"""Media that the store's tables stand on: a file, or memory in the place of one that fails."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from sqlite3 import Connection
from typing import Protocol

from tui.store.base import AccountKey
from tui.store.sqlite.opening import (
    Connect,
    copy_to,
    identity_of,
    open_in_memory,
    open_other,
    open_to_read,
    open_to_write,
    set_aside,
)
from tui.store.sqlite.rows import account_row, session_row
from tui.store.sqlite.schema import OWN_TABLES, migrate, version_of
from tui.store.sqlite.trouble import FileTrouble, Trouble

SPARE_PAGES = 1_000
"""So many free pages stay in the file for what comes next, and as many go at once."""

MAX_IN_MEMORY_BYTES = 100_000_000
"""A file that is no larger is copied whole where it cannot be written."""

Change = Callable[[Connection], object]
"""Is made in a transaction, and again where that failed."""


class Medium(Protocol):
    """What the tables stand on. One thread writes, any may read."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """Return a transaction of the one thread that writes."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """Return one state of the tables, the last that was committed."""
        ...

    def close(self) -> None: ...


class FileMedium(Medium):
    """A file.

    Raises:
        FileTrouble: it is not one of ours, or not to be used.
        sqlite3.Error: SQLite says so.
    """

    def __init__(self, path: Path, connect: Connect = sqlite3.connect) -> None:
        self.path = path
        self._connect = connect
        self._writer = open_to_write(path, connect)
        self._identity = identity_of(path)
        self._readers: SimpleQueue[Connection] = SimpleQueue()
        self._is_closed = False

    @property
    def is_in_place(self) -> bool:
        """The file that was opened is still the one at the path."""
        return identity_of(self.path) == self._identity

    def transaction(self) -> AbstractContextManager[Connection]:
        self._check_place()
        return _transaction(self._writer, "BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._check_place()
        try:
            db = self._readers.get_nowait()
        except Empty:
            db = open_to_read(self.path, self._connect)
        try:
            with _transaction(db, "BEGIN"):
                yield db
        except BaseException:
            db.close()
            raise
        if self._is_closed:
            db.close()
        else:
            self._readers.put(db)

    def take_over(self, path: Path) -> None:
        """Copy what can be read of another file into this one, which is empty."""
        copy_tables(self._writer, path, None)

    def found_again(self) -> tuple[FileMedium, Trouble]:
        """Return the file at the path now, written with all of this one where none was, and which.

        Raises:
            FileTrouble, OSError, sqlite3.Error: none can be written or used there.
        """
        is_written = copy_to(self._writer, self.path)
        found = FileMedium(self.path, self._connect)
        self.close()
        return found, Trouble.TAKEN_AWAY if is_written else Trouble.REPLACED

    def outside_of_transactions(self, look: Callable[[Connection], None]) -> None:
        """Have the connection that writes looked through, by the thread that does."""
        look(self._writer)

    def checkpoint(self) -> None:
        """Bring what was committed from the log into the file, and both onto the disk."""
        if self._writer.execute("PRAGMA freelist_count").fetchone()[0] > SPARE_PAGES:
            self._writer.execute(f"PRAGMA incremental_vacuum({SPARE_PAGES})").fetchall()
        self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def shrink(self) -> None:
        """Hold no pages of the file any more that writing much has left: few changes need few."""
        self._writer.execute("PRAGMA shrink_memory")

    def close(self) -> None:
        self._is_closed = True
        with suppress(Empty):
            while True:
                self._readers.get_nowait().close()
        with suppress(sqlite3.Error):
            self._writer.close()

    def _check_place(self) -> None:
        if not self.is_in_place:
            raise FileTrouble(Trouble.TAKEN_AWAY)


class MemoryMedium(Medium):
    """Memory, in which a file may be copied as far as it can be read."""

    def __init__(self) -> None:
        self._db = open_in_memory()
        # there is one state only, that of the transaction too
        self._lock = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._lock, _transaction(self._db, "BEGIN"):
            yield self._db

    def reading(self) -> AbstractContextManager[Connection]:
        return self.transaction()

    def take_over(self, path: Path, sessions: Iterable[tuple[AccountKey, str]]) -> None:
        """Copy what is ours from a file, and of these sessions the messages too."""
        with self._lock:
            copy_tables(self._db, path, sessions)

    def take_all(self, path: Path) -> None:
        """Copy a whole file.

        Raises:
            sqlite3.Error: it cannot be read.
        """
        with self._lock, closing(open_other(path)) as other:
            other.backup(self._db)
            with _transaction(self._db, "BEGIN"):
                migrate(self._db, version_of(self._db))

    def close(self) -> None:
        self._db.close()


def begun_anew(path: Path, connect: Connect) -> tuple[FileMedium, str]:
    """Set a broken file aside, begin a new one with what can be read of it, and name the former.

    Raises:
        OSError, sqlite3.Error: there is no room for another one.
    """
    aside = set_aside(path)
    medium = FileMedium(path, connect)
    medium.take_over(aside)
    return medium, aside.name


def written_again(path: Path, connect: Connect, changes: Iterable[Change]) -> FileMedium:
    """Return the file at a path with these changes, all in one transaction.

    Raises:
        OSError, sqlite3.Error: it cannot be written.
    """
    medium = FileMedium(path, connect)
    try:
        with medium.transaction() as db:
            for change in changes:
                change(db)
    except BaseException:
        medium.close()
        raise
    return medium


def memory_for(path: Path, trouble: Trouble, sessions: Iterable[tuple[AccountKey, str]]) -> Medium:
    """Return memory in the place of a file, with as much of it as a person needs to go on.

    Of a file that will not be written again that is all of it, where there is not too much; else
    what is ours, and the messages of `sessions`.
    """
    memory = MemoryMedium()
    if trouble in (Trouble.FOREIGN, Trouble.NEWER, Trouble.NO_PLACE):
        return memory
    if not trouble.is_passing:
        with suppress(OSError, sqlite3.Error):
            if path.stat().st_size <= MAX_IN_MEMORY_BYTES:
                memory.take_all(path)
                return memory
    memory.take_over(path, sessions)
    return memory


def copy_tables(
    db: Connection, path: Path, sessions: Iterable[tuple[AccountKey, str]] | None
) -> None:
    """Copy into empty tables what can be read of those in a file, outside of a transaction.

    With `None` the messages of all sessions. What is derived of these is made later.
    """
    with suppress(sqlite3.Error), closing(open_other(path)) as other, _unreferred(db):
        for table in OWN_TABLES:
            with suppress(sqlite3.Error):
                _copy_rows(other, db, table)
        if sessions is None:
            with suppress(sqlite3.Error):
                _copy_rows(other, db, "message")
        for key, session_id in sessions or ():
            with suppress(sqlite3.Error):
                row = session_row(db, account_row(db, key), session_id)
                _copy_rows(other, db, "message", row)


def _copy_rows(other: Connection, db: Connection, table: str, session: int | None = None) -> None:
    """Copy the rows of a table one by one: those before one that cannot be read are there."""
    where = "" if session is None else f" WHERE session = {session}"
    rows = other.execute(f"SELECT * FROM {table}{where}")
    # by their names: a file of an older version has fewer columns
    columns = ", ".join(name for name, *_ in rows.description)
    places = ", ".join("?" * len(rows.description))
    for row in rows:
        db.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({places})", row)


@contextmanager
def _unreferred(db: Connection) -> Iterator[None]:
    """Let rows be copied though those that they refer to may be missing; drop such rows then."""
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        with _transaction(db, "BEGIN IMMEDIATE"):
            yield
            for table, row, *_ in db.execute("PRAGMA foreign_key_check").fetchall():
                if row is not None:
                    db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
                else:
                    of_nobody = "account NOT IN (SELECT id FROM account)"
                    db.execute(f"DELETE FROM {table} WHERE {of_nobody}")
    finally:
        db.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _transaction(db: Connection, begin: str) -> Iterator[Connection]:
    db.execute(begin)
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        # some failures have ended it already
        if db.in_transaction:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        raise
