"""Title reading in the background, for the sessions in sight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.worker import Worker

from tui.conversation import Connection
from tui.errors import RunnelError
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
        self._wanted: list[str] = []
        self._worker: Worker[None] | None = None
        self._connection: Connection | None = None

    def read(self, session_ids: tuple[str, ...]) -> None:
        """Have those of these named that have no title."""
        connection = self._context.connection
        if connection is None:
            return
        connection.title_reader.look_at(session_ids)
        self._wanted = list(session_ids)
        is_reading = self._worker is not None and not self._worker.is_finished
        if not is_reading or connection is not self._connection:
            self._connection = connection
            self._worker = self._context.spawn(partial(self._read, connection), "titles")

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
        self._wanted, self._worker = [], None

    async def _read(self, connection: Connection) -> None:
        drawn_at, is_named = connection.clock(), False
        reader = connection.title_reader
        try:
            while self._wanted and reader.may_go_on:
                is_named |= await reader.read(self._wanted.pop(0))
                # a quick server names all in sight in less time than it takes to draw each
                if is_named and connection.clock() - drawn_at >= TITLES_EVERY_S:
                    drawn_at, is_named = connection.clock(), False
                    self._draw(connection)
        except RunnelError:
            pass  # a title is a nicety; opening the session tells what is wrong
        finally:
            if is_named:
                self._draw(connection)
