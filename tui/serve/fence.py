"""Fence around a visitor's app: files, programs and connections outside it are refused.

Nothing of the app leads there for somebody without abilities. This holds where that should ever be
wrong: Python asks before each such step, and whoever is asked cannot be taken away again.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import unquote
from weakref import WeakSet

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEVICES = ("/dev/null", "/dev/tty", "/dev/urandom")
_SYSTEM = (
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/usr/share/locale",
    "/proc/self",
    "/etc/mime.types",
)
_PROGRAMS = (
    "subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork",
    "os.forkpty", "pty.spawn",
)  # fmt: skip
_ONE_PATH = (
    "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.chown", "os.utime",
    "os.chflags", "os.setxattr", "os.removexattr", "sqlite3.connect",
)  # fmt: skip
_TWO_PATHS = ("os.rename", "os.link", "os.symlink")
_READING = ("os.listdir", "os.scandir")

Check = Callable[[tuple[object, ...]], None]


class Fence:
    """Refuses, with `PermissionError`, what is outside `folder`, or not below `readable` to read.

    A connection is let through where it leads to a socket of this process.
    """

    def __init__(self, folder: Path, readable: Iterable[Path]) -> None:
        self._folder = os.path.realpath(folder)
        self._readable = (self._folder, *map(os.path.realpath, readable), *_SYSTEM, *_DEVICES)
        self._bound: WeakSet[socket.socket] = WeakSet()
        self._checks: dict[str, Check] = {
            "open": self._open,
            "socket.bind": self._bind,
            "socket.connect": self._connect,
            "socket.sendto": _refuse,
            "socket.sendmsg": _refuse,
            "socket.getaddrinfo": _look_up,
            "socket.gethostbyname": _refuse,
            "socket.gethostbyaddr": _refuse,
            **dict.fromkeys(_PROGRAMS, _refuse),
            **dict.fromkeys(_ONE_PATH, self._change),
            **dict.fromkeys(_TWO_PATHS, self._change_two),
            **dict.fromkeys(_READING, self._read),
        }

    def raise_up(self) -> None:
        """Have it stand from now on, for good."""
        checks = self._checks

        def ask(event: str, args: tuple[object, ...]) -> None:
            if (check := checks.get(event)) is not None:
                check(args)

        sys.addaudithook(ask)

    def _open(self, args: tuple[object, ...]) -> None:
        path, _, flags = args
        if isinstance(flags, int) and flags & _WRITING:
            if path not in _DEVICES:
                self._inside(path, (self._folder,))
        else:
            self._inside(path, self._readable)

    def _read(self, args: tuple[object, ...]) -> None:
        self._inside("." if args[0] is None else args[0], self._readable)

    def _change(self, args: tuple[object, ...]) -> None:
        if args[0] not in (":memory:", ""):
            self._inside(args[0], (self._folder,), args[-1])

    def _change_two(self, args: tuple[object, ...]) -> None:
        self._inside(args[0], (self._folder,), args[-1])
        self._inside(args[1], (self._folder,), args[-1])

    def _inside(self, path: object, roots: Iterable[str], folder: object = -1) -> None:
        if isinstance(path, int):
            # it is open already
            return
        if not isinstance(path, str | bytes | os.PathLike):
            _refuse((path,))
            return
        name = os.fsdecode(path)
        if name.startswith("file:"):
            # as SQLite is told of one
            name = unquote(name.removeprefix("file:").partition("?")[0])
        if isinstance(folder, int) and folder > 0 and not name.startswith("/"):
            name = f"/proc/self/fd/{folder}/{name}"
        real = os.path.realpath(name)
        if not any(real == root or real.startswith(f"{root}/") for root in roots):
            _refuse((path,))

    def _bind(self, args: tuple[object, ...]) -> None:
        bound, address = args
        if not (isinstance(bound, socket.socket) and _is_loopback(address)):
            _refuse(args)
            return
        self._bound.add(bound)

    def _connect(self, args: tuple[object, ...]) -> None:
        _, address = args
        own = {each.getsockname()[:2] for each in self._bound if each.fileno() >= 0}
        if not (isinstance(address, tuple) and address[:2] in own):
            _refuse(args)


def _is_loopback(address: object) -> bool:
    return isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")


def _look_up(args: tuple[object, ...]) -> None:
    if args[0] not in ("127.0.0.1", "::1", b"127.0.0.1", b"::1"):
        _refuse(args)


def _refuse(args: tuple[object, ...]) -> None:
    raise PermissionError("a visitor's app does not reach that")


def code_folders() -> list[Path]:
    """Return where Python finds what it runs."""
    import tui

    package = Path(tui.__file__).resolve().parent
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, *filter(None, sys.path)}
    return [*(Path(each) for each in sorted(found)), package, package.parent / "themes"]
