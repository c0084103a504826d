"""Wiping of what was forgotten: the file is written anew, so that no copy of it is left in there.

What is dropped is overwritten where it stood (`secure_delete`), and so is what the index has of it.
But a page keeps copies of rows that once moved to another, and the log former pages. Copies of the
file from before an update, which hold all that it held, are deleted with that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import SQLITE_INTERRUPT, Connection, OperationalError

MOST_BYTES = 200_000_000
"""A larger file is written anew by command alone: nothing is written for seconds meanwhile."""
_FORMER = re.compile(r"\.v(\d+)")
_READERS_END_MS = 500
_LOOKS_EVERY = 1_000
"""After so many steps of SQLite it is asked whether others wait."""


def note_forgotten(db: Connection) -> None:
    """Have the file written anew, now or at another start; in the transaction that forgets."""
    db.execute("INSERT INTO forgotten DEFAULT VALUES")


def is_due(db: Connection) -> bool:
    """Say whether something was forgotten since the file was written anew."""
    found: int = db.execute("SELECT EXISTS (SELECT 1 FROM forgotten)").fetchone()[0]
    return bool(found)


def is_index_wiped(db: Connection) -> bool:
    """Say whether the index tells of nothing any more that was forgotten."""
    statement = "SELECT NOT EXISTS (SELECT 1 FROM index_state WHERE forgotten IS NOT NULL)"
    wiped: int = db.execute(statement).fetchone()[0]
    return bool(wiped)


def write_anew(db: Connection, is_in_the_way: Callable[[], bool] = lambda: False) -> bool:
    """Write the file without what is free in it; outside of transactions, the index is wiped.

    Where something was forgotten, copies from before an update are deleted too.

    `False` when it is in the way of others before that is done, or somebody reads in the log for
    longer: it is still due then.

    Raises:
        sqlite3.Error: it cannot be written.
    """
    newest: tuple[int | None] = db.execute("SELECT max(id) FROM forgotten").fetchone()
    with _on_disk(db):
        db.set_progress_handler(is_in_the_way, _LOOKS_EVERY)
        try:
            db.execute("VACUUM")
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_INTERRUPT:
                raise
            return False
        finally:
            db.set_progress_handler(None, 0)
    if not end_log(db):
        return False
    if newest[0] is not None:
        for each in former_versions(_path_of(db)):
            # in a folder that is not ours: whoever forgets by command is told what is left
            with suppress(OSError):
                each.unlink(missing_ok=True)
    db.execute("DELETE FROM forgotten WHERE id <= ?", newest)
    return True


def end_log(db: Connection) -> bool:
    """Bring all of the log into the file, and empty it; `False` when somebody reads in it."""
    waits_ms = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {_READERS_END_MS}")
    try:
        is_read: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        db.execute(f"PRAGMA busy_timeout = {waits_ms}")
    return not is_read


def former_versions(path: Path) -> Sequence[Path]:
    """Return the copies that were kept of a file before its tables changed, the oldest first."""
    matches = {
        each: _FORMER.fullmatch(each.name.removeprefix(path.name))
        for each in path.parent.glob(f"{path.name}.v*")
    }
    versions = {each: int(match[1]) for each, match in matches.items() if match is not None}
    return sorted(versions, key=versions.__getitem__)


def is_small(path: Path) -> bool:
    """Say whether a file is written anew while a client runs."""
    return path.stat().st_size <= MOST_BYTES


def _path_of(db: Connection) -> Path:
    [name] = [name for _, schema, name in db.execute("PRAGMA database_list") if schema == "main"]
    return Path(name)


@contextmanager
def _on_disk(db: Connection) -> Iterator[None]:
    """Let the copy that is made of the file be another file: memory may be less than that."""
    db.execute("PRAGMA temp_store = FILE")
    try:
        yield
    finally:
        db.execute("PRAGMA temp_store = MEMORY")
