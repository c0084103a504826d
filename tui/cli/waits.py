"""Waits of a command, told on stderr where that is a terminal: into a pipe nothing is said.

A slow read, a retry, a silent answer, and while one is waited for a line that counts the seconds.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from tui.cli.output import narrate
from tui.cli.terminal_kind import is_plain_terminal
from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.backends.traffic import Traffic
    from tui.conversation import Connection, Conversation
    from tui.conversation.progress import Progress


COUNT_S = 1.0
_USUAL_COLUMNS = 80
_CLEAR_REST = "\x1b[K"


def narrate_waits(traffic: Traffic, tell: Callable[[str], None] = narrate) -> None:
    """Tell of every read that takes long, or failed and is made again."""
    slow_since: float | None = None

    def note() -> None:
        nonlocal slow_since
        waiting, before = traffic.waiting, slow_since
        slow_since = traffic.reading_since
        if before is None and slow_since is not None:
            tell("The server is slow to answer. Ctrl+C stops.")
            return
        if waiting is not None:
            seconds = max(0.0, waiting.until - traffic.clock())
            tell(
                f"{waiting.reason}; trying again in {seconds:.0f} s"
                f" ({waiting.attempt} of {waiting.attempts})"
            )

    traffic.changed = note


class CountingLine:
    """Last line of a terminal, which counts while nothing comes and gives way to what does.

    `has_room` says whether it may stand below what was written last: not within a text.
    """

    def __init__(self, stream: TextIO, has_room: Callable[[], bool]) -> None:
        self._stream = stream
        self._has_room = has_room
        self._is_shown = False

    def show(self, text: str) -> None:
        if not self._has_room():
            return
        try:
            columns = os.get_terminal_size(self._stream.fileno()).columns
        except OSError:
            columns = _USUAL_COLUMNS
        # in two rows it could not be taken back
        self._write(f"\r{clean_line(text, max(1, columns - 1))}{_CLEAR_REST}")
        self._is_shown = True

    def hide(self) -> None:
        """Leave the row as if nothing had stood there."""
        if self._is_shown:
            self._write(f"\r{_CLEAR_REST}")
            self._is_shown = False

    def tell(self, line: str) -> None:
        """Say something that stays."""
        self.hide()
        narrate(line if self._has_room() else f"\n{line}")

    def _write(self, text: str) -> None:
        # nobody hears it where this fails, and the answer goes on
        with suppress(OSError):
            self._stream.write(text)
            self._stream.flush()


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do this while the block runs, and no longer."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def waits_told(
    connection: Connection, conversation: Conversation, has_room: Callable[[], bool]
) -> AsyncIterator[CountingLine]:
    """Tell while the block runs how long it takes, and that nothing comes.

    The line that is yielded is to be hidden before anything else is written.
    """
    line = CountingLine(sys.stderr, has_room)
    if not sys.stderr.isatty():
        yield line
        return
    narrate_waits(connection.backend.traffic, line.tell)
    try:
        async with (
            beside(_count(connection, conversation, line)),
            silence_told(connection, conversation, line.tell),
        ):
            yield line
    finally:
        line.hide()


@asynccontextmanager
async def silence_told(
    connection: Connection, conversation: Conversation, tell: Callable[[str], None] = narrate
) -> AsyncIterator[None]:
    """Tell while the block runs that nothing comes, and how to stop; there is no limit."""
    async with beside(_watch(connection, conversation, tell)):
        yield


async def _watch(
    connection: Connection, conversation: Conversation, tell: Callable[[str], None]
) -> None:
    # imported late: a command that waits for nothing starts without it
    from tui.conversation.patience import Patience

    patience = Patience()
    while True:
        progress, now = conversation.progress, connection.clock()
        heard_at = now if progress is None else progress.last_event_at
        if (limit_s := patience.passed_limit_s(heard_at, now)) is not None:
            tell(f"No data for {limit_s:.0f} s. Ctrl+C stops and keeps what arrived.")
            patience.extend()
        await asyncio.sleep(max(0.05, patience.left_s(heard_at, now)))


async def _count(connection: Connection, conversation: Conversation, line: CountingLine) -> None:
    """Count the seconds of a send."""
    began_at = connection.clock()
    while not is_plain_terminal():
        await asyncio.sleep(COUNT_S)
        seconds_s = connection.clock() - began_at
        line.show(f"[{_doing(conversation.progress)}, {seconds_s:.0f} s; Ctrl+C stops]")


def _doing(progress: Progress | None) -> str:
    if progress is not None and progress.phase == "recovering":
        return "reading the history"
    if progress is not None and progress.received_bytes:
        return f"receiving, {progress.received_bytes:,} bytes"
    return "waiting for the answer"
