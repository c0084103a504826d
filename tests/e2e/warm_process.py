"""Commands forked from the warm process (`warm_start.py`), for those who asked for them."""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import time
from contextlib import suppress
from io import FileIO
from typing import NamedTuple

NUMBER = struct.Struct("i")
"""A process id, and then its exit status."""
READ_BYTES = 1 << 16


class WarmProcess:
    """A command that runs; as `subprocess.Popen`, as far as a terminal needs it."""

    def __init__(self, news: socket.socket) -> None:
        self._news = news
        self.pid = self._number()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal; `None` while it goes on."""
        with suppress(BlockingIOError):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status.

        Raises:
            TimeoutError: it still goes on after `timeout` seconds.
        """
        if self.returncode is None:
            self._news.settimeout(timeout)
            self.returncode = self._number()
            self._news.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        # where it has ended nothing of it is left, not even for a moment
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _number(self) -> int:
        told = self._news.recv(NUMBER.size)
        assert told, "what starts commands is gone"
        return int(*NUMBER.unpack(told))


class Piped(NamedTuple):
    """A command that runs between two pipes."""

    process: WarmProcess
    out: FileIO
    told: FileIO

    def rest(self, timeout_s: float) -> tuple[bytes, bytes]:
        """Return what else it writes until it ends, to both.

        Raises:
            TimeoutError: it still goes on after `timeout_s`.
        """
        written = {self.out: b"", self.told: b""}
        ends_at = time.monotonic() + timeout_s
        while reading := [each for each in written if not each.closed]:
            ready = select.select(reading, [], [], max(0, ends_at - time.monotonic()))[0]
            if not ready:
                raise TimeoutError("it goes on")
            for each in ready:
                if piece := each.read(READ_BYTES):
                    written[each] += piece
                else:
                    each.close()
        self.process.wait(timeout_s)
        return written[self.out], written[self.told]

    def close(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.out.close()
        self.told.close()
