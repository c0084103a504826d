"""Title reading in the background, for the sessions in sight and for a filter of all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from textual.worker import Worker

from tui.conversation import Connection
from tui.errors import RunnelError
from tui.formatting.counts import counted
from tui.model import Session
from tui.ui.chat.context import ChatContext

TITLES_EVERY_S = 0.3
"""How often titles are drawn that are read one after another."""


class TitleReading:
    """Reads histories one after another; what comes into sight meanwhile is read next.

    `draw` shows the titles of a connection.
    """

    def __init__(self, context: ChatContext, draw: Callable[[Connection], None]) -> None:
        self._context = context
        self._draw = draw
        self._in_sight: deque[str] = deque()
        self._filtered: deque[str] = deque()
        """What a filter looks through without knowing its names, behind what is in sight."""
        self._worker: Worker[None] | None = None
        self._connection: Connection | None = None
        self._is_reading = False
        self._counted_of: Sequence[Session] = ()
        """The list of which the names were looked at last."""

    def read(self, session_ids: Sequence[str]) -> None:
        """Have those of these named that have no title: they are in sight."""
        if (connection := self._context.connection) is not None:
            self._in_sight = deque(connection.title_reader.look_at(session_ids))
            self._begin(connection)

    def read_all(self, sessions: Sequence[Session]) -> None:
        """Have all of these read that have no title, because a filter looks through them."""
        if (connection := self._context.connection) is not None:
            self._filtered = deque(connection.title_reader.look_through(sessions))
            self._begin(connection)

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
        self._forget()

    @property
    def unread(self) -> str:
        """What a person who filters is told of sessions nobody read yet; empty for none."""
        self._drop_named()
        if not (left := len(self._filtered)):
            return ""
        if self._is_reading:
            return f"Reading {counted(left, 'more session')} …"
        return f"{counted(left, 'session')} not read yet. Type on to read more."

    def _drop_named(self) -> None:
        """Leave out what has got its name otherwise, as by another window that syncs."""
        connection = self._connection
        if connection is None or self._is_reading or not self._filtered:
            return
        sessions = connection.listed_sessions()
        if sessions is not self._counted_of:
            self._counted_of = sessions
            self._filtered = deque(connection.title_reader.still_unread(self._filtered))

    def _forget(self) -> None:
        self._in_sight.clear()
        self._filtered.clear()
        self._worker = None
        self._is_reading = False

    def _begin(self, connection: Connection) -> None:
        if not self._in_sight and not self._filtered:
            return
        if not self._is_reading or connection is not self._connection:
            self._connection, self._is_reading = connection, True
            self._worker = self._context.spawn(partial(self._read, connection), "titles")

    def _next(self, connection: Connection) -> str | None:
        for ids in (self._in_sight, self._filtered):
            if ids and connection.title_reader.may_read(ids[0]):
                return ids.popleft()
        return None

    async def _read(self, connection: Connection) -> None:
        drawn_at, is_new = connection.clock(), False
        reader = connection.title_reader
        try:
            while (session_id := self._next(connection)) is not None:
                is_new |= await reader.read(session_id)
                # a quick server names all in sight in less time than it takes to draw each
                if is_new and connection.clock() - drawn_at >= TITLES_EVERY_S:
                    drawn_at, is_new = connection.clock(), False
                    self._draw(connection)
        except RunnelError:
            pass  # a title is a nicety; opening the session tells what is wrong
        finally:
            # one that began anew goes on reading
            if connection is self._connection:
                self._is_reading = False
            if is_new or self._filtered:
                self._draw(connection)
