"""Maintenance of the store's file while no client needs it: check, vacuum, the index made anew."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from msgspec import Struct

from tui.errors import RunnelError
from tui.model import Session
from tui.store.digests import digest_of
from tui.store.marks import SessionMarks
from tui.store.sends import Send
from tui.store.sqlite import wiping
from tui.store.sqlite.codec import Unreadable, decoded
from tui.store.sqlite.histories import digest_in, messages_of
from tui.store.sqlite.index_in_use import index_in_use
from tui.store.sqlite.opening import open_to_write
from tui.store.sqlite.trouble import SET_ASIDE, Trouble, remedy_of, seen_on_disk, trouble_of
from tui.turn import PendingTurn, QueuedQuestion

T = TypeVar("T")

_STEP_S = 0.5
"""A client that writes waits for a step no longer than it waits for another client."""
_ASIDE = re.compile(rf"{re.escape(SET_ASIDE)}\d+(?:-wal|-shm)?")

_VALUES: tuple[tuple[str, type], ...] = (
    ("turn", PendingTurn),
    ("send", Send),
    ("queued", QueuedQuestion),
    ("mark", SessionMarks),
    ("list_row", Session),
)
"""Tables with JSON in their column `value`, and of what."""


class StoreUnusable(RunnelError):
    """The file cannot be opened for what was asked; the sentence names it."""


class CheckedFile(Struct, frozen=True):
    """What a look through the whole file has found."""

    session_count: int
    message_count: int
    problems: tuple[str, ...]
    """One sentence each; none in a sound file."""


def exists(path: Path) -> bool:
    """Say whether there is a file; `False` where one would be made as soon as it is needed.

    Raises:
        StoreUnusable: none is there, and none can be.
    """
    try:
        if path.exists():
            return True
        place = next(each for each in path.parents if each.exists())
    except OSError as error:
        raise _unusable(path, Trouble.NO_PLACE) from error
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        raise _unusable(path, Trouble.NO_PLACE)
    return False


def check(path: Path) -> CheckedFile:
    """Look through all of a file.

    Raises:
        StoreUnusable: it cannot be opened, or is damaged beyond reading.
    """

    def looked_through(db: Connection) -> CheckedFile:
        damages = [text for (text,) in db.execute("PRAGMA integrity_check")]
        if damages != ["ok"]:
            return CheckedFile(0, 0, tuple(f"Damaged: {each}" for each in damages))
        sessions = db.execute(
            "SELECT count(*) FROM session WHERE forgotten_until IS NULL"
        ).fetchone()[0]
        messages = db.execute("SELECT count(*) FROM message").fetchone()[0]
        return CheckedFile(sessions, messages, tuple(_problems(db)))

    return _with_file(path, looked_through)


def vacuum(path: Path) -> tuple[int, int]:
    """Write a file anew without what is free in it; return its sizes before and after, in bytes.

    Raises:
        StoreUnusable: it cannot be written, or others have it open.
    """

    def vacuumed(db: Connection) -> tuple[int, int]:
        before = path.stat().st_size
        for _ in _wiped(db):
            pass
        wiping.write_anew(db)
        return before, path.stat().st_size

    return _with_file(path, vacuumed)


def wipe_out(path: Path) -> Iterator[None]:
    """Write in steps, between which others may write, so that no dropped word is in a file.

    Raises:
        StoreUnusable: it cannot be written.
    """
    with _opened(path) as db:
        yield from _wiped(db)
        wiping.write_anew(db)


def copies_of(path: Path) -> Sequence[Path]:
    """Return the files that hold what a file once held.

    They are copies from before its tables changed, then broken ones with what stands beside them.
    """
    beside = path.parent.glob(f"{path.name}{SET_ASIDE}*")
    aside = [each for each in beside if _ASIDE.fullmatch(each.name.removeprefix(path.name))]
    return [*wiping.former_versions(path), *sorted(aside)]


def is_log_read(path: Path) -> bool:
    """Say whether another process reads in the log beside a file, which keeps what it had."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except OSError:
        return False


def rebuild_index(path: Path, note_step: Callable[[], None]) -> int:
    """Make the index anew from the messages, and return of how many.

    Between two steps others may write. Who is stopped there leaves the rest to the next start.

    Raises:
        StoreUnusable: it cannot be written.
    """
    index = index_in_use()

    def step(db: Connection) -> bool:
        end = time.monotonic() + _STEP_S
        while has_more := index.make_current(db):
            if time.monotonic() > end:
                break
        return has_more

    with _opened(path) as db:
        _changed(db, index.discard)
        while _changed(db, step):
            note_step()
        count: int = db.execute("SELECT count(*) FROM message").fetchone()[0]
        return count


def _wiped(db: Connection) -> Iterator[None]:
    steps = index_in_use().wipe_out(db)
    while _changed(db, lambda _: next(steps, steps)) is not steps:
        yield


def _changed(db: Connection, change: Callable[[Connection], T]) -> T:
    """Return what comes of a change, made in a transaction."""
    db.execute("BEGIN IMMEDIATE")
    made = change(db)
    db.execute("COMMIT")
    return made


def _with_file(path: Path, work: Callable[[Connection], T]) -> T:
    with _opened(path) as db:
        return work(db)


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    try:
        with closing(open_to_write(path)) as db:
            yield db
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise _unusable(path, seen_on_disk(path, trouble)) from error


def _unusable(path: Path, trouble: Trouble) -> StoreUnusable:
    sentence, hint = remedy_of(path, trouble)
    return StoreUnusable(sentence, hint=hint)


def _problems(db: Connection) -> Iterator[str]:
    for table, _, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield f"A row of {table} belongs to a row of {parent} that is not there."
    for table, kind in _VALUES:
        unreadable = sum(not _is_readable(kind, value) for value in _values(db, table))
        if unreadable:
            yield f"{unreadable} rows of {table} cannot be read."
    histories = db.execute(
        "SELECT session.id, digest, size_bytes, count(message.id), count(DISTINCT message.key),"
        " coalesce(sum(length(value)), 0)"
        " FROM session LEFT JOIN message ON session = session.id GROUP BY session.id"
    )
    for row in histories:
        yield from _problems_of(db, *row)


def _problems_of(
    db: Connection,
    session: int,
    digest: str | None,
    noted_bytes: int,
    count: int,
    key_count: int,
    size_bytes: int,
) -> Iterator[str]:
    """Yield what is wrong with one history, of which its row and those of its messages tell."""
    messages = messages_of(db, session)
    if len(messages) < count:
        yield f"{count - len(messages)} messages of session {session} cannot be read."
    if key_count < count:
        yield f"Messages of session {session} are there twice."
    if noted_bytes != size_bytes:
        yield f"Session {session} holds {size_bytes} and not {noted_bytes} bytes."
    # of one that was let go of, the digest stays
    if count and digest_in(digest) != digest_of([each.message for each in messages]):
        yield f"What lists tell of session {session} is not what it holds."


def _values(db: Connection, table: str) -> Iterator[object]:
    for (value,) in db.execute(f"SELECT value FROM {table}"):
        yield value


def _is_readable(kind: type, value: object) -> bool:
    try:
        return isinstance(value, str) and decoded(kind, value) is not None
    except Unreadable:
        return False
