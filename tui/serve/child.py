"""Child process of one visitor: its session, terminal, limits, environment and streams."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import sys
import termios
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tui.serve.limits import Limits

App = Callable[[Path], int]
"""What is shown to a visitor: their folder -> the exit code. Run in a process of its own."""

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
_FILES, _FILE_BYTES = 256, 64_000_000
_ADDRESSES = 4
"""So many times the memory may be reserved: what is mapped and never touched costs nothing."""
_PARENT_DEATH_SIGNAL = 1
CRASHED = 70
"""Exit code of an app that ended in a way nobody thought of; what it was is not for visitors."""


def run_in_child(
    app: App, side: int, environment: Mapping[str, str], folder: Path, limits: Limits
) -> None:
    """Make this process, just forked, that of a visitor at the terminal `side`; does not return."""
    code = CRASHED
    try:
        _take_terminal(side)
        _bound(limits)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment, SSH_TTY=os.ttyname(0))
        time.tzset()
        # what is compiled there belongs to the host
        sys.dont_write_bytecode = True
        code = app(folder)
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        # the blocks that are left by the way are those of what it was forked from
        os._exit(code)


def _take_terminal(side: int) -> None:
    os.setsid()
    for number in (0, 1, 2):
        os.dup2(side, number)
    if side > 2:
        os.close(side)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number, (name, mode) in enumerate(_STREAMS):
        stream = os.fdopen(number, mode, 1, encoding="utf-8", closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _bound(limits: Limits) -> None:
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _FILES)
    _lower(resource.RLIMIT_FSIZE, _FILE_BYTES)
    _lower(resource.RLIMIT_DATA, limits.memory_bytes)
    _lower(resource.RLIMIT_AS, _ADDRESSES * limits.memory_bytes)
    os.nice(limits.niceness)


def _lower(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


def end_with(parent: int) -> None:
    """Have the kernel end this process when `parent` ends, however that comes."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(CRASHED)
