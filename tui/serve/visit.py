"""Visit: one SSH session, from the request for a terminal to the last words."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh
from msgspec import Struct

from tui.formatting.times import duration, size
from tui.serve.child import CRASHED
from tui.serve.environment import is_terminal_name, told_by
from tui.serve.fork_server import NOT_STARTED, ForkServer, Start, VisitorProcess
from tui.serve.pty_line import MOST_TYPED_BYTES, PtyLine
from tui.serve.visit_end import Channel, VisitEnd, refuse, say_end

if TYPE_CHECKING:
    from tui.serve.limits import Admission, Limits

_PACKET_BYTES = 64
"""What SSH adds to a key that is typed, at most."""
LAST_OUTPUT_S = 2.0
"""So long a visitor may take to read what the app wrote last."""


class Visitor(Struct, frozen=True):
    address: str
    port: int
    fingerprint: str
    """Of the key; empty for a guest."""


class ServerContext(Struct, frozen=True):
    """What all visits share."""

    fork_server: ForkServer
    limits: Limits
    admission: Admission
    folder_of: Callable[[Visitor], Path | None]
    """Where what a visitor keeps stays; `None`: it is thrown away."""
    log: Callable[[str], None]


class Visit(asyncssh.SSHServerSession[bytes]):
    """Shows the app in one session; `on_begin` is told when it has begun, `on_end` at its end."""

    def __init__(
        self,
        context: ServerContext,
        visitor: Visitor,
        on_begin: Callable[[], None],
        on_end: Callable[[Visit], None],
    ) -> None:
        self._context = context
        self._visitor = visitor
        self._on_begin = on_begin
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._channel: Channel | None = None
        self._terminal = ""
        self._size = (0, 0)
        self._refusal = ""
        self._line: PtyLine | None = None
        self.due_bytes = 0
        """What the client had reason to send, or more: what was typed, and that each piece came."""
        self._early = b""
        """Typed before there is a line."""
        self._held_by: set[str] = set()
        """Why the app has to wait, once there is a line."""
        self._how: asyncio.Future[VisitEnd] = self._loop.create_future()
        self._typed_at = self._loop.time()
        self.task: asyncio.Task[None] | None = None
        """What shows the app; `None` before."""

    def end(self, how: VisitEnd) -> None:
        if not self._how.done():
            self._how.set_result(how)

    def hold(self, reason: str) -> None:
        """Let the app wait with what it writes, or will write when it has begun."""
        self._held_by.add(reason)
        if self._line is not None:
            self._line.hold(reason)

    def release(self, reason: str) -> None:
        self._held_by.discard(reason)
        if self._line is not None:
            self._line.release(reason)

    # What the client asks for

    def connection_made(self, chan: Channel) -> None:
        self._channel = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        self._terminal = term_type if is_terminal_name(term_type) else ""
        self._size = term_size[:2]
        return True

    def shell_requested(self) -> bool:
        if not self._terminal:
            self._refusal = "The app needs a terminal: use ssh -t."
        return True

    def exec_requested(self, command: str) -> bool:
        # taken, to be able to say a sentence; nothing is run
        self._refusal = "There is only the app here: use ssh without a command."
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        return False

    def session_started(self) -> None:
        self._on_begin()
        self.task = self._loop.create_task(self._run())

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        self._size = (width, height)
        if self._line is not None:
            self._line.resize(width, height)

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        self._typed_at = self._loop.time()
        self.due_bytes += len(data) + _PACKET_BYTES
        if self._line is not None:
            self._line.type(data)
        elif len(self._early) < MOST_TYPED_BYTES:
            self._early += data

    def eof_received(self) -> bool:
        self.end(VisitEnd.GONE)
        # the channel stays open for the last words
        return True

    def break_received(self, msec: int) -> bool:
        return False

    def pause_writing(self) -> None:
        self.hold("channel")

    def resume_writing(self) -> None:
        self.release("channel")

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(VisitEnd.GONE)
        if self.task is None:
            self._on_end(self)

    # What it gets

    async def _run(self) -> None:
        channel = self._channel
        assert channel is not None
        admission, address = self._context.admission, self._visitor.address
        refusal = self._refusal or admission.enter(address)
        try:
            if refusal:
                self._log(f"was sent away: {refusal}")
                refuse(channel, refusal)
            else:
                self._log(f"came in: {admission.visitors} of {self._context.limits.visitors}.")
                await self._stay(channel)
        finally:
            if not refusal:
                admission.leave(address)
            self._on_end(self)

    async def _stay(self, channel: Channel) -> None:
        began_at = self._loop.time()
        try:
            line, process = self._begin(channel)
        except OSError:
            self._log(f"{VisitEnd.NOT_STARTED.logged}.")
            say_end(channel, VisitEnd.NOT_STARTED, None)
            return
        status: asyncio.Future[int | None] = self._loop.create_future()
        self._loop.add_reader(process.news, self._note_end, process, status)
        total_s = self._context.limits.total_s
        time_over = self._loop.call_later(total_s, self.end, VisitEnd.TIME)
        watching = self._loop.create_task(self._watch_idleness())
        try:
            how = await self._how
            code = await self._finish(how, line, process, status)
            if how is VisitEnd.LEFT:
                how = _unasked_end(code)
        finally:
            time_over.cancel()
            watching.cancel()
            self._loop.remove_reader(process.news)
            line.close()
            process.close()
        say_end(channel, how, code)
        stayed = duration(self._loop.time() - began_at)
        self._log(f"{how.logged} after {stayed}, {size(line.written_bytes)} sent.")

    def _log(self, what: str) -> None:
        """Have the log tell what became of the visitor: no word of theirs or of the app."""
        visitor = self._visitor
        self._context.log(f"{visitor.fingerprint or 'A guest'} from {visitor.address} {what}")

    def _begin(self, channel: Channel) -> tuple[PtyLine, VisitorProcess]:
        """Start the app at a terminal of its own.

        Raises:
            OSError: that cannot be done.
        """
        main, side = os.openpty()
        try:
            visitor, local = self._visitor, channel.get_extra_info("sockname")
            connection = f"{visitor.address} {visitor.port} {local[0]} {local[1]}"
            wanted = told_by(dict(channel.get_environment()))
            environment = {**wanted, "TERM": self._terminal, "SSH_CONNECTION": connection}
            self._line = line = PtyLine(
                main, self._show, channel.pause_reading, channel.resume_reading
            )
            for reason in self._held_by:
                line.hold(reason)
            line.resize(*self._size)
            line.type(self._early)
            start = Start(environment, self._context.folder_of(visitor))
            try:
                return line, self._context.fork_server.begin(start, side)
            except OSError:
                line.close()
                raise
        finally:
            os.close(side)

    def _show(self, data: bytes) -> None:
        channel = self._channel
        assert channel is not None
        self.due_bytes += _PACKET_BYTES
        try:
            channel.write(data)
        except OSError:
            # closed just now, which is said to this session a moment later
            self.end(VisitEnd.GONE)

    def _note_end(self, process: VisitorProcess, status: asyncio.Future[int | None]) -> None:
        self._loop.remove_reader(process.news)
        status.set_result(process.status())
        self.end(VisitEnd.LEFT)

    async def _watch_idleness(self) -> None:
        left_s = idle_s = self._context.limits.idle_s
        while left_s > 0:
            await asyncio.sleep(left_s)
            left_s = self._typed_at + idle_s - self._loop.time()
        self.end(VisitEnd.IDLE)

    async def _finish(
        self,
        how: VisitEnd,
        line: PtyLine,
        process: VisitorProcess,
        status: asyncio.Future[int | None],
    ) -> int | None:
        """End the app unless it has, and return its exit code, `None` where nobody knows it."""
        if how is VisitEnd.GONE:
            line.close()
        if how is not VisitEnd.LEFT:
            process.end(signal.SIGHUP if how is VisitEnd.GONE else signal.SIGTERM)
        await asyncio.wait([status], timeout=2 * self._context.limits.grace_s)
        with suppress(TimeoutError):
            await asyncio.wait_for(line.ended.wait(), LAST_OUTPUT_S)
        return status.result() if status.done() else None


def _unasked_end(code: int | None) -> VisitEnd:
    """Return how a visit ended whose app ended by itself, with that exit code."""
    if code == NOT_STARTED:
        return VisitEnd.NOT_STARTED
    return VisitEnd.CRASHED if code is None or code < 0 or code == CRASHED else VisitEnd.LEFT
