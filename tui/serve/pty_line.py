"""Line between a visitor's terminal and the app's: each side waits for the other.

What the app writes is read only as fast as the visitor takes it, so that the app itself waits; what
is typed is taken only as fast as the app reads it. Nothing but one piece each way is held here.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
from collections.abc import Callable
from contextlib import suppress

_PIECE_BYTES = 32_768
MOST_TYPED_BYTES = 65_536
"""Held for an app that does not read, before its visitor has to wait."""
_MOST_COLUMNS, _MOST_ROWS = 500, 200
_USUAL_COLUMNS, _USUAL_ROWS = 80, 24


def size_of(columns: int, rows: int) -> tuple[int, int]:
    """Return a size that can be drawn: what a client tells may be nothing, or huge."""
    return (
        min(columns, _MOST_COLUMNS) if columns > 0 else _USUAL_COLUMNS,
        min(rows, _MOST_ROWS) if rows > 0 else _USUAL_ROWS,
    )


class PtyLine:
    """The server's end of a pseudo terminal, `main`, which is closed with it.

    `write` takes what the app wrote; `wait` and `go_on` hold up the visitor's typing.
    """

    def __init__(
        self,
        main: int,
        write: Callable[[bytes], None],
        wait: Callable[[], None],
        go_on: Callable[[], None],
    ) -> None:
        os.set_blocking(main, False)
        self._loop = asyncio.get_running_loop()
        self._main = main
        self._write = write
        self._wait = wait
        self._go_on = go_on
        self._held_by: set[str] = set()
        self._typed = bytearray()
        self._is_waiting = False
        self._is_closed = False
        self.written_bytes = 0
        """By the app."""
        self.ended = asyncio.Event()
        """The app's side is closed, and all that was written there has been handed on."""
        self._loop.add_reader(main, self._read)

    def resize(self, columns: int, rows: int) -> None:
        columns, rows = size_of(columns, rows)
        if not self._is_closed:
            # the kernel tells the app
            packed = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(self._main, termios.TIOCSWINSZ, packed)

    def hold(self, reason: str) -> None:
        """Read nothing of what the app writes, until this and all other reasons have gone."""
        if not self._held_by and not self._is_over:
            self._loop.remove_reader(self._main)
        self._held_by.add(reason)

    def release(self, reason: str) -> None:
        was_held = bool(self._held_by)
        self._held_by.discard(reason)
        if was_held and not self._held_by and not self._is_over:
            self._loop.add_reader(self._main, self._read)

    def type(self, data: bytes) -> None:
        """Hand on what a visitor typed."""
        if self._is_closed:
            return
        had_none = not self._typed
        self._typed += data
        if had_none:
            self._hand_on()
        if len(self._typed) > MOST_TYPED_BYTES and not self._is_waiting:
            self._is_waiting = True
            self._wait()

    def close(self) -> None:
        """Hang up: the app is told by the kernel."""
        if self._is_closed:
            return
        self._loop.remove_reader(self._main)
        self._loop.remove_writer(self._main)
        self._is_closed = True
        self.ended.set()
        os.close(self._main)

    @property
    def _is_over(self) -> bool:
        return self._is_closed or self.ended.is_set()

    def _read(self) -> None:
        try:
            data = os.read(self._main, _PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            # what Linux tells of a terminal that nobody has open any more
            data = b""
        if not data:
            self._loop.remove_reader(self._main)
            self.ended.set()
            return
        self.written_bytes += len(data)
        self._write(data)

    def _hand_on(self) -> None:
        try:
            taken = os.write(self._main, self._typed)
        except BlockingIOError:
            taken = 0
        except OSError:
            self._typed.clear()
            taken = 0
        del self._typed[:taken]
        if self._typed:
            self._loop.add_writer(self._main, self._hand_on)
            return
        with suppress(OSError):
            self._loop.remove_writer(self._main)
        if self._is_waiting:
            self._is_waiting = False
            self._go_on()
