"""Troubles with the store's file: what each means, what a person is told, what becomes of it."""

from __future__ import annotations

import enum
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from tui.safe_text import clean_line

SET_ASIDE = ".broken"
_NO_ROOM_BYTES = 100_000
"""With less room on a disk SQLite cannot begin."""


class Trouble(enum.Enum):
    """Why a file cannot be used."""

    FOREIGN = enum.auto()
    NEWER = enum.auto()
    READ_ONLY = enum.auto()
    NO_PLACE = enum.auto()
    """It can be neither made nor opened."""
    NO_LOCKS = enum.auto()
    LOCKED = enum.auto()
    FULL = enum.auto()
    UNREACHABLE = enum.auto()
    """The disk fails."""
    BROKEN = enum.auto()
    TAKEN_AWAY = enum.auto()
    """It was deleted or moved while it was in use: SQLite writes on into what has no name."""
    REPLACED = enum.auto()
    """Another one stands where it was."""

    @property
    def is_passing(self) -> bool:
        """It may be over while the program runs."""
        return self in (Trouble.LOCKED, Trouble.FULL, Trouble.UNREACHABLE)


class FileTrouble(Exception):
    """A file cannot be used."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.name)
        self.trouble = trouble


_BY_CODE = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_AUTH: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.UNREACHABLE,
    sqlite3.SQLITE_CORRUPT: Trouble.BROKEN,
    sqlite3.SQLITE_NOTADB: Trouble.FOREIGN,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_CANTOPEN: Trouble.NO_PLACE,
    sqlite3.SQLITE_PROTOCOL: Trouble.NO_LOCKS,
    sqlite3.SQLITE_NOLFS: Trouble.FULL,
}
_LOCK_FAILURES = {
    sqlite3.SQLITE_IOERR_LOCK,
    sqlite3.SQLITE_IOERR_UNLOCK,
    sqlite3.SQLITE_IOERR_RDLOCK,
    sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK,
    sqlite3.SQLITE_IOERR_SHMLOCK,
    sqlite3.SQLITE_IOERR_SHMMAP,
    sqlite3.SQLITE_IOERR_SHMOPEN,
}
_REMEDIES = {
    Trouble.FOREIGN: ("is no file of Runnel.", "Move it away."),
    Trouble.NEWER: ("is of a newer Runnel.", "Update this one."),
    Trouble.READ_ONLY: ("cannot be written.", "Make it writable."),
    Trouble.NO_PLACE: ("cannot be opened.", "Let RUNNEL_DATA_DIR name another folder."),
    Trouble.NO_LOCKS: (
        "is where files cannot be locked.",
        "Let RUNNEL_DATA_DIR name a folder on a local disk.",
    ),
    Trouble.LOCKED: ("is held by another program.", "Close what works with it, and try again."),
    Trouble.FULL: ("has no room left on its disk.", "Make some, and try again."),
    Trouble.UNREACHABLE: ("cannot be reached on its disk.", ""),
    Trouble.BROKEN: ("is damaged.", "The next start of Runnel sets it aside."),
    Trouble.TAKEN_AWAY: ("was taken away meanwhile.", "Try again."),
    Trouble.REPLACED: ("was replaced meanwhile.", "Try again."),
}
_NOTHING_IS_KEPT = "what is new is in memory alone"
_SENTENCES = {
    Trouble.FOREIGN: f"is no file of Runnel: {_NOTHING_IS_KEPT} until you move it away.",
    Trouble.NEWER: f"is of a newer Runnel: {_NOTHING_IS_KEPT} until you update this one.",
    Trouble.READ_ONLY: f"cannot be written: {_NOTHING_IS_KEPT} until you make it writable.",
    Trouble.NO_PLACE: f"cannot be opened: {_NOTHING_IS_KEPT} until RUNNEL_DATA_DIR names a folder"
    " where it can.",
    Trouble.NO_LOCKS: f"is where files cannot be locked: {_NOTHING_IS_KEPT} until RUNNEL_DATA_DIR"
    " names a folder on a local disk.",
    Trouble.LOCKED: f"is held by another program: {_NOTHING_IS_KEPT} until that lets go of it.",
    Trouble.FULL: f"has no room left on its disk: {_NOTHING_IS_KEPT} until you make some.",
    Trouble.UNREACHABLE: f"cannot be reached on its disk: {_NOTHING_IS_KEPT} until it can.",
    Trouble.BROKEN: "was damaged, and is now {aside}: a new one was begun with what could be read.",
    Trouble.TAKEN_AWAY: "was taken away while in use: it was written again with all it held.",
    Trouble.REPLACED: "was replaced while it was in use: what is new goes into the one there now.",
}


def trouble_of(error: Exception) -> Trouble | None:
    """Return what an error says of the file; `None` when it says something of the statement."""
    if isinstance(error, FileTrouble):
        return error.trouble
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in _LOCK_FAILURES:
        return Trouble.NO_LOCKS
    return _BY_CODE.get(code & 0xFF)


def seen_on_disk(path: Path, trouble: Trouble) -> Trouble:
    """Return a trouble with a file as its disk shows it.

    Of a full one SQLite says in many places, as where it makes a file beside this, that it fails.
    """
    if trouble is Trouble.UNREACHABLE:
        with suppress(OSError):
            disk = os.statvfs(path.parent)
            if disk.f_bavail * disk.f_frsize < _NO_ROOM_BYTES:
                return Trouble.FULL
    return trouble


def kept_again(path: Path) -> str:
    """Return what a person is told when a file that failed has everything."""
    return f"{clean_line(str(path), 4_000)} can be written again: everything is kept."


def remedy_of(path: Path, trouble: Trouble) -> tuple[str, str]:
    """Return for a command on the file what is wrong with it, and what to do."""
    sentence, hint = _REMEDIES[trouble]
    return f"{clean_line(str(path), 4_000)} {sentence}", hint


def sentence_of(path: Path, trouble: Trouble, aside: str = "") -> str:
    """Return what a person is told; `aside` is the name that a broken file has now."""
    return f"{clean_line(str(path), 4_000)} {_SENTENCES[trouble].format(aside=aside)}"
