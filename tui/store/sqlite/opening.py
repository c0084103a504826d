"""Opening of the store's file: rights, identity, schema, and a copy before a migration."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import quote

from tui import private_files
from tui.store.sqlite.odd_text import text_or_octets
from tui.store.sqlite.schema import APPLICATION_ID, STEPS, Step, migrate, version_of
from tui.store.sqlite.trouble import SET_ASIDE, FileTrouble, Trouble

STORE_FILE = "store.db"
"""Its name in the data folder; `-wal` and `-shm` stand beside it while it is open."""
BUSY_S = 5.0
"""So long another process is waited for."""
_LOOKING_BUSY_S = 1.0
"""As long where a file is only looked at, because it cannot be used."""
_CACHE_KB = 2_000
"""Of each connection; what it does not hold the system does, for all of them once."""
_WRITER_CACHE_KB = 8_000
"""Of the one that writes, until all is in the index: what a change fills is not read again."""
_WAL_BYTES = 16_000_000
"""As much of the log beside the file is kept when it was longer."""
_WAL_PAGES = _WAL_BYTES // 4_096
"""After so many the log is brought into the file: what changes often is written there once."""

Connect = Callable[..., Connection]


def open_to_write(
    path: Path, connect: Connect = sqlite3.connect, steps: Sequence[Step] = STEPS
) -> Connection:
    """Return a connection to the file, which is made when it is missing, in the newest schema.

    Raises:
        FileTrouble: it is not one of ours, or not to be used.
        sqlite3.Error: SQLite says so.
    """
    try:
        _prepare(path)
    except OSError:
        raise FileTrouble(Trouble.NO_PLACE) from None
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise FileTrouble(Trouble.READ_ONLY)
    _require_locks(path)
    db = _connected(path, connect)
    db.text_factory = text_or_octets
    try:
        # three values of one moment: another process may be making the file just now
        db.execute("BEGIN")
        version = _identified(db, len(steps))
        db.execute("COMMIT")
        # while a file is made in which nothing can be lost yet, the disk is waited for no time
        db.execute(f"PRAGMA synchronous = {'OFF' if version == 0 else 'NORMAL'}")
        if version == 0:
            # only before there are tables
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise FileTrouble(Trouble.NO_LOCKS)
        db.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
        db.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
        db.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KB}")
        # what is dropped is not to be found in the file
        db.execute("PRAGMA secure_delete = ON")
        if version < len(steps):
            _migrate(db, path, connect, steps)
        db.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        db.close()
        raise
    return db


def open_to_read(path: Path, connect: Connect = sqlite3.connect) -> Connection:
    """Return another connection to a file that was opened before."""
    db = _connected(path, connect)
    db.execute("PRAGMA query_only = ON")
    return db


def open_in_memory() -> Connection:
    """Return an empty store without a file."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    db.text_factory = text_or_octets
    db.execute("PRAGMA foreign_keys = ON")
    migrate(db, 0)
    return db


def open_other(path: Path) -> Connection:
    """Return a connection to whatever file, to read what can be read of it.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    try:
        return _connected_to_read(path, "mode=ro")
    except sqlite3.OperationalError:
        # where nothing can be made beside the file SQLite cannot read its log either
        return _connected_to_read(path, "immutable=1")


def _connected_to_read(path: Path, option: str) -> Connection:
    address = f"file:{quote(str(path))}?{option}"
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_LOOKING_BUSY_S)
    try:
        version_of(db)
        db.text_factory = text_or_octets
    except BaseException:
        db.close()
        raise
    return db


def identity_of(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at a path from any other; `None` where none is."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def copy_to(db: Connection, path: Path) -> bool:
    """Copy all that a connection reads into a new file at `path`; say no where there is one.

    Raises:
        OSError: it cannot be written.
        sqlite3.Error: SQLite says so.
    """
    private_files.make_folder(path.parent)
    made = path.with_name(f".{path.name}.{os.getpid()}")
    with private_files.locked(path.parent):
        if path.exists():
            return False
        for suffix in ("-wal", "-shm"):
            # they were of the file that is gone
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        try:
            made.unlink(missing_ok=True)
            os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private_files.FILE_MODE))
            with closing(sqlite3.connect(made)) as copy:
                db.backup(copy)
            # takes no name from a file that a client who starts has made meanwhile
            os.link(made, path)
        except FileExistsError:
            return False
        finally:
            made.unlink(missing_ok=True)
    return True


def set_aside(path: Path) -> Path:
    """Give a broken file another name, with what stands beside it, and return that.

    Raises:
        OSError: it cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}{SET_ASIDE}{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def _prepare(path: Path) -> None:
    """See that there is a file, and that nobody else can read it.

    SQLite gives `-wal` and `-shm` the rights of the file.
    """
    private_files.make_folder(path.parent)
    with suppress(FileExistsError):
        # not opened when it is there: closing it again would end the locks of this process
        os.close(
            os.open(
                path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, private_files.FILE_MODE
            )
        )
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise private_files.NotAFile("it is no ordinary file")
    if status.st_mode & 0o077 and status.st_uid == os.getuid():
        path.chmod(private_files.FILE_MODE)


def _require_locks(path: Path) -> None:
    """Find out whether files can be locked beside this one.

    SQLite takes a home that knows no locks, as over NFS, for a file that somebody holds: each of
    its statements waits in vain.

    Raises:
        FileTrouble: they cannot.
    """
    # another file: closing this one would end the locks that this process has on it
    probe = path.with_name(f".{path.name}.locks.{os.getpid()}")
    try:
        descriptor = os.open(probe, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, private_files.FILE_MODE)
    except OSError:
        # a full disk, which says so for itself
        return
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    except OSError:
        raise FileTrouble(Trouble.NO_LOCKS) from None
    finally:
        os.close(descriptor)
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def _connected(path: Path, connect: Connect) -> Connection:
    db = connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        db.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        db.close()
        raise
    return db


def _identified(db: Connection, newest: int) -> int:
    """Return the version of the schema; 0 for a file with nothing in it."""
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    version = version_of(db)
    table_count = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (application_id, version, table_count) == (0, 0, 0):
        return 0
    if application_id != APPLICATION_ID:
        raise FileTrouble(Trouble.FOREIGN)
    if version > newest:
        raise FileTrouble(Trouble.NEWER)
    return version


def _migrate(db: Connection, path: Path, connect: Connect, steps: Sequence[Step]) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        # another process may have been faster
        version = _identified(db, len(steps))
        if 0 < version < len(steps):
            _copy(path, version, connect)
        if version < len(steps):
            migrate(db, version, steps)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _copy(path: Path, version: int, connect: Connect) -> None:
    """Keep the file as it is before a migration; nobody else writes meanwhile."""
    copy = path.with_name(f"{path.name}.v{version}")
    made = path.with_name(f".{copy.name}.{os.getpid()}")
    try:
        for left in path.parent.glob(f".{path.name}.v*.*"):
            # by a process that was killed meanwhile
            left.unlink(missing_ok=True)
        os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private_files.FILE_MODE))
        with closing(_connected(path, connect)) as reader:
            reader.execute("VACUUM INTO ?", (str(made),))
        made.replace(copy)
    except OSError:
        raise FileTrouble(Trouble.FULL) from None
    finally:
        made.unlink(missing_ok=True)
