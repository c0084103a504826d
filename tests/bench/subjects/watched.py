"""Runs a program with its event loop watched: `python -m tests.bench.subjects.watched FILE NAME …`.

Writes every pass of the loop that took long to FILE, one line each: when it began by the clock
that all processes share, the seconds it took, and those of them it computed. A key typed meanwhile
waits as long.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import time
from importlib import import_module
from typing import Any

LONG_S = 0.005

_MODULES = {
    "runnel": "tui.__main__",
    "stock": "tests.bench.subjects.stock",
    "log": "tests.bench.subjects.log",
}


class WatchedSelector(selectors.DefaultSelector):
    """Times what happens between one look at the sockets and the next."""

    def __init__(self, file: int) -> None:
        super().__init__()
        self._file = file
        self._began_at, self._cpu_s = time.monotonic(), time.thread_time()

    def select(self, timeout: float | None = None) -> list[Any]:
        took_s = time.monotonic() - self._began_at
        if took_s > LONG_S:
            computed_s = time.thread_time() - self._cpu_s
            os.write(self._file, f"{self._began_at:.6f} {took_s:.6f} {computed_s:.6f}\n".encode())
        try:
            return super().select(timeout)
        finally:
            self._began_at, self._cpu_s = time.monotonic(), time.thread_time()


class WatchedPolicy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, file: int) -> None:
        super().__init__()
        self._file = file

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.SelectorEventLoop(WatchedSelector(self._file))


def main() -> int:
    """Run the program named on the command line, with the rest of the line for itself."""
    file, name = sys.argv[1:3]
    sys.argv = [name, *sys.argv[3:]]
    asyncio.set_event_loop_policy(
        WatchedPolicy(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    )
    status: int = import_module(_MODULES[name]).main()
    return status


if __name__ == "__main__":
    sys.exit(main())
