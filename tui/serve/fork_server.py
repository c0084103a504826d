"""Fork server of the visitors' apps: a small process that has imported all of them and forks each.

What is imported is in memory once. It is forked off before there is a thread, an event loop or a
key, and holds none of them. When whoever asks it is gone, every app is ended.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from tui.serve.child import CRASHED, App, end_with, run_in_child
from tui.serve.limits import Limits

_REQUEST_SIZE = struct.Struct("I")
"""Stands before a request: signals may come right behind it."""
_STATUS = struct.Struct("i")
_READY = b"+"
NOT_STARTED = 75
"""Status of an app for which there was no process or folder to be had (EX_TEMPFAIL)."""


class Start(Struct, frozen=True):
    """What a visitor's app is started with."""

    environment: Mapping[str, str]
    folder: Path | None
    """Theirs, kept; `None` for one that is thrown away."""


class ForkServer:
    """The way to that process. `app` runs in each child, in what `environment_of` their folder adds
    to what a client tells; `warm` imports what it needs.

    Make one before anything else: it forks.
    """

    def __init__(
        self,
        app: App,
        limits: Limits,
        environment_of: Callable[[Path], Mapping[str, str]],
        warm: Callable[[], object],
    ) -> None:
        self._control, theirs = socket.socketpair()
        self._guests = Path(tempfile.mkdtemp(prefix="runnel-visitors-"))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._control.close()
            # not to end with the server at once: it ends the apps, and clears away behind them
            _ForkServerProcess(theirs, self._guests, app, limits, environment_of, warm).run()
        theirs.close()

    def wait_ready(self) -> None:
        """Return when it can fork.

        Raises:
            EOFError: it has ended.
        """
        if self._control.recv(1) != _READY:
            raise EOFError

    @property
    def end_file_number(self) -> int:
        """Of a file that can be read, once it is ready, when it has ended."""
        return self._control.fileno()

    def begin(self, start: Start, side: int) -> VisitorProcess:
        """Start an app at the terminal `side`.

        Raises:
            OSError: the process has ended.
        """
        ours, theirs = socket.socketpair()
        folder = None if start.folder is None else str(start.folder)
        # by the new way, so that no two of them run together on the one that all share
        request = json.dumps([dict(start.environment), folder]).encode()
        ours.sendall(_REQUEST_SIZE.pack(len(request)) + request)
        try:
            socket.send_fds(self._control, [b"\0"], [side, theirs.fileno()])
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        return VisitorProcess(ours)

    def close(self) -> None:
        """End what still runs, and return when nothing of it is left."""
        self._control.close()
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        # it may have been killed
        shutil.rmtree(self._guests, ignore_errors=True)


class VisitorProcess:
    """One app that was started."""

    def __init__(self, news: socket.socket) -> None:
        self.news = news
        """Can be read when it has ended."""

    def status(self) -> int | None:
        """Return the exit code, negative for a signal; `None` when nobody knows."""
        try:
            told = self.news.recv(_STATUS.size)
        except OSError:
            return None
        return int(*_STATUS.unpack(told)) if len(told) == _STATUS.size else None

    def end(self, number: int) -> None:
        """Send it a signal, and one that cannot be ignored after a while."""
        with suppress(OSError):
            self.news.send(bytes([number]))

    def close(self) -> None:
        self.news.close()


@dataclass
class _Child:
    """A child as the process that forked it knows it."""

    pid: int
    news: socket.socket
    thrown_away: Path | None
    killed_at: float | None = None


class _ForkServerProcess:
    """What the process does; never returns."""

    def __init__(
        self,
        control: socket.socket,
        guests: Path,
        app: App,
        limits: Limits,
        environment_of: Callable[[Path], Mapping[str, str]],
        warm: Callable[[], object],
    ) -> None:
        self._control = control
        self._app = app
        self._limits = limits
        self._environment_of = environment_of
        self._warm = warm
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._wakes, self._woken = socket.socketpair()
        self._guests = guests

    def run(self) -> None:
        try:
            self._prepare()
            while self._turn():
                pass
            self._end_all()
        finally:
            # the server may be gone
            shutil.rmtree(self._guests, ignore_errors=True)
            os._exit(0)

    def _prepare(self) -> None:
        # Ctrl+C in the terminal of the server is for the server
        os.setsid()
        self._wakes.setblocking(False)
        self._woken.setblocking(False)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._warm()
        # what there is by now stays, and is not touched, which would copy it
        gc.collect()
        gc.freeze()
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._wakes, selectors.EVENT_READ)
        with suppress(OSError):
            self._control.send(_READY)

    def _turn(self) -> bool:
        """Do what there is to do; return whether somebody may want more."""
        for key, _ in self._selector.select(self._next_kill_s()):
            if key.fileobj is self._control:
                if not self._take_request():
                    return False
            elif key.fileobj is self._wakes:
                with suppress(BlockingIOError):
                    self._wakes.recv(4096)
            else:
                self._take_signal(key.data)
        self._kill_due()
        self._reap()
        return True

    def _take_request(self) -> bool:
        """Begin what is asked for; `False` where nobody can ask any more."""
        try:
            told, files, *_ = socket.recv_fds(self._control, 1, 2)
        except OSError:
            told, files = b"", []
        if not told:
            return False
        if len(files) < 2:
            # there are no more file numbers to be had: who asked sees the other end closed
            for each in files:
                os.close(each)
            return True
        side, news = files[0], socket.socket(fileno=files[1])
        try:
            self._fork_child(side, news)
        except OSError:
            # one visitor less, and nothing to the others
            with suppress(OSError):
                news.send(_STATUS.pack(NOT_STARTED))
            news.close()
        finally:
            os.close(side)
        return True

    def _fork_child(self, side: int, news: socket.socket) -> None:
        """Start an app at the terminal `side`, as `news` says.

        Raises:
            OSError: there is no folder or no process to be had.
        """
        (size,) = _REQUEST_SIZE.unpack(news.recv(_REQUEST_SIZE.size, socket.MSG_WAITALL))
        environment, kept = json.loads(news.recv(size, socket.MSG_WAITALL))
        folder = Path(kept) if kept else Path(tempfile.mkdtemp(dir=self._guests))
        thrown_away = None if kept else folder
        environment = {**self._environment_of(folder), **environment}
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            if thrown_away is not None:
                thrown_away.rmdir()
            raise
        if pid == 0:
            try:
                self._become_child(parent, news)
                run_in_child(self._app, side, environment, folder, self._limits)
            finally:
                # never back into the loop of what forks
                os._exit(CRASHED)
        child = _Child(pid, news, thrown_away)
        self._children[pid] = child
        self._selector.register(news, selectors.EVENT_READ, child)

    def _become_child(self, parent: int, news: socket.socket) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        end_with(parent)
        self._selector.close()
        others = (each.news for each in self._children.values())
        for each in (self._control, self._wakes, self._woken, news, *others):
            each.close()

    def _take_signal(self, child: _Child) -> None:
        try:
            number = child.news.recv(1)
        except OSError:
            number = b""
        if not number:
            # who asked for it is gone
            self._selector.unregister(child.news)
        self._signal(child, number[0] if number else signal.SIGHUP)

    def _signal(self, child: _Child, number: int) -> None:
        _send(child.pid, number)
        child.killed_at = child.killed_at or time.monotonic() + self._limits.grace_s

    def _next_kill_s(self) -> float | None:
        due = [each.killed_at for each in self._children.values() if each.killed_at is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _kill_due(self) -> None:
        for child in self._children.values():
            if child.killed_at is not None and child.killed_at <= time.monotonic():
                _send(child.pid, signal.SIGKILL)
                child.killed_at = time.monotonic() + self._limits.grace_s

    def _reap(self) -> None:
        """Take note of who has ended."""
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._children.pop(pid)
            # what it left behind in its group
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            if child.thrown_away is not None:
                shutil.rmtree(child.thrown_away, ignore_errors=True)
            with suppress(OSError):
                child.news.send(_STATUS.pack(os.waitstatus_to_exitcode(status)))
            with suppress(KeyError, ValueError):
                self._selector.unregister(child.news)
            child.news.close()

    def _end_all(self) -> None:
        self._selector.unregister(self._control)
        for child in self._children.values():
            self._signal(child, signal.SIGHUP)
        while self._children:
            for key, _ in self._selector.select(self._next_kill_s()):
                if key.fileobj is self._wakes:
                    self._wakes.recv(4096)
                else:
                    self._take_signal(key.data)
            self._kill_due()
            self._reap()


def _send(pid: int, number: int) -> None:
    """Send a signal to the group of a child: to itself where that is not yet the leader of one."""
    for send in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            send(pid, number)
            return
