"""Private files and folders: made new, for our eyes only, and never written through a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


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
    """Write a file that is not there yet.

    Raises:
        FileExistsError: something is there, be it a link that leads nowhere.
        OSError: it cannot be written.
    """
    _write(path, data, os.O_CREAT | os.O_EXCL)


def overwrite(path: Path, data: bytes) -> None:
    """Put `data` in place of what a file holds; who may read it stays as it is.

    Raises:
        NotAFile: something else is there by now.
        OSError: it cannot be written.
    """
    _write(path, data, 0)


def _write(path: Path, data: bytes, flags: int) -> None:
    # without waiting for somebody at the other end, should it be a pipe
    flags |= os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAFile("it is no ordinary file")
        file.truncate(0)
        file.write(data)
