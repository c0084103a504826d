"""Private files and folders: for our eyes only, and never reached through a link."""

from __future__ import annotations

import errno
import fcntl
import math
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

FOLDER_MODE = 0o700
FILE_MODE = 0o600
SET_ASIDE = ".broken"
SWEPT_AFTER_S = 86_400.0
LOCK_S = 1.0
"""So long another client that writes nothing is waited for: it may have been stopped."""
LOCKS_S = 30.0
"""So long all of them are: what somebody else writes in the folder tells of no client."""


class NotAFile(OSError):
    """Something else is there: a link, a device, a pipe, a folder."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.strerror = what


def make_folder(path: Path) -> None:
    """Make a folder and those it stands in, as far as they are missing, for nobody else to open."""
    for missing in reversed([path, *path.parents]):
        if not missing.exists():
            missing.mkdir(mode=FOLDER_MODE, exist_ok=True)


def is_there(path: Path) -> bool:
    """Say whether there is a file at `path` that could be overwritten.

    Raises:
        NotAFile: something is there that is no file.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISLNK(mode):
        raise NotAFile("it is a link to another place")
    if not stat.S_ISREG(mode):
        raise NotAFile("a folder is there" if stat.S_ISDIR(mode) else "it is no ordinary file")
    return True


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, whole or not at all.

    Raises:
        FileExistsError: something is there, be it a link that leads nowhere.
        OSError: it cannot be written.
    """
    descriptor = _opened(path, os.O_CREAT | os.O_EXCL)
    try:
        _write(descriptor, data)
    except OSError:
        # a half would stand in the way of a second try
        path.unlink(missing_ok=True)
        raise


def overwrite(path: Path, data: bytes) -> None:
    """Put `data` in place of what a file holds; who may read it stays as it is.

    Raises:
        NotAFile: something else is there by now.
        OSError: it cannot be written.
    """
    _write(_opened(path, 0), data)


def replace(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Put a file in the place of the one at `path`, at once or not at all.

    Raises:
        OSError: it cannot be written.
    """
    make_folder(path.parent)
    # made with 0600
    descriptor, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink()
        raise


def sweep(path: Path) -> None:
    """Clear away what `replace` left beside a file when it was killed, at least a day ago.

    For files in folders of ours: a person may have named a file so.

    Raises:
        OSError: the folder cannot be read.
    """
    made_like = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}")
    left = [each for each in path.parent.iterdir() if made_like.fullmatch(each.name)]
    for each in left:
        # another client may sweep too
        with suppress(OSError):
            if is_there(each) and time.time() - each.lstat().st_mtime > SWEPT_AFTER_S:
                each.unlink()


@contextmanager
def written_whole(path: Path, *, overwrites: bool = False) -> Iterator[BinaryIO]:
    """Yield a file that is at `path` once the block has ended, and nowhere when the block raised.

    Raises:
        FileExistsError: something is there, and it is not to be overwritten.
        NotAFile: something is there that is no file.
        OSError: it cannot be written.
    """
    _check_free(path, overwrites=overwrites)
    descriptor, made = tempfile.mkstemp(prefix=".runnel-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        _check_free(path, overwrites=overwrites)
        if not overwrites:
            # takes the name, where a plain move would replace what has come meanwhile
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _check_free(path: Path, *, overwrites: bool) -> None:
    if is_there(path) and not overwrites:
        raise FileExistsError(errno.EEXIST, "it is there already")


def read(path: Path, max_bytes: int) -> bytes:
    """Return the beginning of a file that is ours alone; empty when others may have written it.

    Raises:
        OSError: it cannot be read, or is a link, which may lead to a file of somebody else.
        ValueError: no file can have that name.
    """
    # not waiting for whoever would write into a pipe that stands in the place of the file
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid()
        if not is_ours or status.st_mode & 0o077:
            return b""
        return os.read(descriptor, max_bytes)
    finally:
        os.close(descriptor)


def aside_of(path: Path) -> Path:
    """Return where a file goes that cannot be used and is not to be lost."""
    return path.with_name(path.name + SET_ASIDE)


def set_aside(path: Path) -> None:
    """Put what is at `path` out of the way, for nobody else to read.

    Raises:
        OSError: it stays where it is.
    """
    if stat.S_ISREG(path.lstat().st_mode):
        path.chmod(FILE_MODE)
    path.rename(aside_of(path))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other clients from writing, unless one holds on to it, or nothing can be locked here.

    Those that write are waited for one after another.

    Raises:
        OSError: there is no such folder.
    """
    # the folder, because a file that is replaced is another one for whoever waits
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        seen, ends_at, last_at = None, math.inf, time.monotonic() + LOCKS_S
        while time.monotonic() < min(ends_at, last_at):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # whoever writes makes a file here and puts it in the place of another
                changed = os.fstat(descriptor).st_mtime_ns
                if changed != seen:
                    seen, ends_at = changed, time.monotonic() + LOCK_S
                time.sleep(0.01)
            except OSError:
                break
        yield
    finally:
        os.close(descriptor)


def open_to_append(path: str) -> int:
    """Return the descriptor of a file, which nobody else can read from now on.

    Raises:
        OSError: it cannot be written.
        ValueError: no file can have that name.
    """
    descriptor = _open_named(path, os.O_APPEND)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, FILE_MODE)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def open_to_write(path: str) -> int:
    """Return the descriptor of a file with all that it holds; a new one nobody else can read.

    Raises:
        OSError: it cannot be written.
        ValueError: no file can have that name.
    """
    return _open_named(path, 0)


def _open_named(path: str, flags: int) -> int:
    # not waiting for whoever would read from a pipe of that name
    flags |= os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    if not path.startswith("/dev/"):
        # others may have laid a link there; those of the system lead to our own streams
        flags |= os.O_NOFOLLOW
    return os.open(path, flags, FILE_MODE)


def _opened(path: Path, flags: int) -> int:
    # without waiting for somebody at the other end, should it be a pipe
    flags |= os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.open(path, flags, FILE_MODE)


def _write(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAFile("it is no ordinary file")
        file.truncate(0)
        file.write(data)
