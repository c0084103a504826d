"""Reach of code outside its process, as Python tells of it: files, programs, sockets."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.system")
_CONNECTIONS = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo")
_CHANGES = (
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
)
_KEEPING = ("open", "os.mkdir", "os.rename", "os.remove")
"""What Python does to keep a compiled module."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_seen: list[list[str]] = []
_hooked: list[object] = []


def _note(event: str, args: tuple[object, ...]) -> None:
    if not _seen:
        return
    if event == "open":
        path, _, flags = args
        is_named = isinstance(path, str | bytes) and os.fsdecode(path) != os.devnull
        if not (is_named and isinstance(flags, int) and flags & _WRITING):
            return
    elif event not in {*_PROGRAMS, *_CONNECTIONS, *_CHANGES, "sqlite3.connect"}:
        return
    # whichever run is the first keeps what it compiled of the modules
    if event in _KEEPING and "__pycache__" in str(args[0]):
        return
    _seen[-1].append(f"{event} {args[0]!r}")


@contextmanager
def outside_reach() -> Iterator[list[str]]:
    """Yield what is reached for in the block, as `open '/etc/passwd'`; fills as it goes on."""
    if _note not in _hooked:
        # for good: a hook cannot be taken away
        sys.addaudithook(_note)
        _hooked.append(_note)
    _seen.append([])
    try:
        yield _seen[-1]
    finally:
        _seen.pop()
