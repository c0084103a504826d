"""Files that a person names or wrote, read so that nothing in their place can hang or surprise."""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from pathlib import Path
from typing import Any

PIPE_WAIT_S = 2.0
"""So long a pipe may take, as a shell makes one of `<(command)`."""
_PIECE_BYTES = 65_536


def path_of(text: str) -> Path:
    """Return the path that a person wrote, `~` being a home folder.

    Raises:
        OSError: no path can be that, or there is no such user.
    """
    if "\0" in text:
        raise OSError(errno.EINVAL, "a path cannot hold a NUL")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise OSError(errno.ENOENT, "there is no such user") from None


def place_of(path: Path) -> Path:
    """Return the path that a file is known by, from the root, whatever way somebody went to it.

    Raises:
        OSError: it is told from the folder one is in, and that is gone.
    """
    # what the file itself is called stays, a link or not
    return Path(os.path.realpath(path.parent)) / path.name


def read_file(path: Path, max_bytes: int) -> bytes:
    """Return what is in a file, or what comes out of a pipe that somebody writes into.

    Raises:
        OSError: it cannot be read, it is something else, or there is more than `max_bytes` in it.
    """
    # a pipe that nobody writes into would hold up whoever opens it
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        content = _read(descriptor, max_bytes)
        if stat.S_ISFIFO(mode) and not content:
            raise OSError(errno.EINVAL, "it is a pipe that nothing comes out of")
        return content
    finally:
        os.close(descriptor)


def _read(descriptor: int, max_bytes: int) -> bytes:
    content = bytearray()
    deadline = time.monotonic() + PIPE_WAIT_S
    while True:
        try:
            piece = os.read(descriptor, _PIECE_BYTES)
        except BlockingIOError:
            left_s = max(0.0, deadline - time.monotonic())
            if not select.select([descriptor], [], [], left_s)[0]:
                raise OSError(errno.ETIMEDOUT, "it takes too long to read") from None
            continue
        if not piece:
            return bytes(content)
        content += piece
        if len(content) > max_bytes:
            raise OSError(errno.EFBIG, f"it is larger than {max_bytes:,} bytes")


def parse_toml(text: str) -> dict[str, Any]:
    """Return the table that a TOML document is.

    Raises:
        ValueError: it is not one, or nothing that anybody would write.
    """
    # many have no such file, and go without what reads it
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise ValueError("It is nested too deeply") from None
    except ValueError:
        # what Python says names a function of its own
        raise ValueError("A number in it is too long") from None
