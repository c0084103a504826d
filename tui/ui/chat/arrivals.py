"""Arrivals in the list: what is new at the server while the app runs, where an operator reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from tui.conversation import Connection, Conversation
from tui.conversation.watching import ExchangeWatch, NewExchange
from tui.errors import AccessRefused, RunnelError
from tui.model import Session
from tui.ui.chat.context import ChatContext

LOOK_S = 30.0
"""From one look to the next, where the host can tell what is new without its whole list."""
LOOK_WHOLE_S = 300.0
"""From one look to the next where it cannot, and the list is not long."""
MAX_WHOLE_ROWS = 2_000
LONGEST_S = 300.0
"""After looks that failed."""
MOST_READ = 20
"""So many sessions are read at one look, the others at the next ones."""


class Arrivals:
    """Takes what is new into the list of one connection at a time, as long as the app runs.

    The sessions are read too, so that the counts of the saved queries hold of them. `pause` waits
    for seconds; `reread` reads the history of the open conversation, in which somebody else has
    written; `tell` hears of each exchange that is new.
    """

    def __init__(
        self,
        context: ChatContext,
        pause: Callable[[float], Awaitable[None]],
        reread: Callable[[Conversation], object],
        tell: Callable[[Connection, NewExchange], None],
    ) -> None:
        self._context = context
        self._pause = pause
        self._reread = reread
        self._tell = tell
        self._watched: tuple[Connection, str] | None = None
        self._watch: ExchangeWatch | None = None

    def begin(self, connection: Connection) -> None:
        """Look from now on for what is new since the list was read, which was just now."""
        if connection.backend.capabilities.operators:
            watch = self._watch
            # another reading of the list leaves to be read what was left
            if watch is None or self._watched != (connection, connection.bot_id):
                self._watched = (connection, connection.bot_id)
                self._watch = watch = ExchangeWatch(connection, None)
                watch.begin_after(connection.known_sessions())
            self._context.spawn(partial(self._look_on, connection, watch), "arrivals")

    async def _look_on(self, connection: Connection, watch: ExchangeWatch) -> None:
        # not the last day: a machine may sleep for a week
        seen_until, longer = connection.now(), 1
        while True:
            pace_s = _pace_s(connection)
            await self._pause(min(longer * pace_s, max(LONGEST_S, pace_s)))
            if connection is not self._context.connection:
                return
            traffic = connection.backend.traffic
            is_low = traffic.quota is not None and traffic.quota.is_low
            if traffic.is_slow or is_low or _is_long(connection):
                continue
            now = connection.now()
            try:
                await self._look(connection, watch, seen_until)
            except AccessRefused:
                # the next reading that a person asks for tells it
                return
            except RunnelError:
                longer *= 2
                continue
            seen_until, longer = now, 1

    async def _look(self, connection: Connection, watch: ExchangeWatch, since: datetime) -> None:
        news = await watch.take_in(since)
        if news and connection is self._context.connection:
            self._show(news)
        # also those that were left by the look before
        reads = watch.has_to_read
        with connection.backend.traffic.unhurried():
            async for each in watch.read(MOST_READ):
                self._tell(connection, each)
        if reads and connection is self._context.connection:
            self._context.draw()

    def _show(self, news: Sequence[Session]) -> None:
        conversation = self._context.conversation
        self._context.draw()
        if conversation is None or conversation.progress is not None:
            return
        if any(each.id == conversation.session_id for each in news):
            self._reread(conversation)


def _pace_s(connection: Connection) -> float:
    return LOOK_S if connection.backend.takes_period else LOOK_WHOLE_S


def _is_long(connection: Connection) -> bool:
    """Say whether all of a list would have to be read which is too long for that."""
    is_whole = not connection.backend.takes_period
    return is_whole and len(connection.known_sessions()) > MAX_WHOLE_ROWS
