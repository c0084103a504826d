"""Arrivals in the list: what is new at the server while the app runs, where an operator reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from tui.conversation import Connection, Conversation
from tui.errors import AccessRefused, RunnelError
from tui.model import Session
from tui.ui.chat.context import ChatContext

LOOK_S = 30.0
"""From one look to the next."""
LONGEST_S = 300.0
"""After looks that failed."""


class Arrivals:
    """Takes what is new into the list of one connection at a time, as long as the app runs.

    `pause` waits for seconds; `reread` reads the history of the open conversation, in which
    somebody else has written.
    """

    def __init__(
        self,
        context: ChatContext,
        pause: Callable[[float], Awaitable[None]],
        reread: Callable[[Conversation], object],
    ) -> None:
        self._context = context
        self._pause = pause
        self._reread = reread

    def begin(self, connection: Connection) -> None:
        """Look for what is new from now on, where the host can tell it without its whole list."""
        backend = connection.backend
        if backend.capabilities.operators and backend.takes_period:
            self._context.spawn(partial(self._look_on, connection), "arrivals")

    async def _look_on(self, connection: Connection) -> None:
        wait_s = LOOK_S
        while True:
            await self._pause(wait_s)
            if connection is not self._context.connection or not connection.backend.takes_period:
                return
            traffic = connection.backend.traffic
            if traffic.is_slow or (traffic.quota is not None and traffic.quota.is_low):
                continue
            try:
                news = await connection.arrivals(connection.now())
            except AccessRefused:
                # the next reading that a person asks for tells it
                return
            except RunnelError:
                wait_s = min(2 * wait_s, LONGEST_S)
                continue
            wait_s = LOOK_S
            if news and connection is self._context.connection:
                self._show(news)

    def _show(self, news: Sequence[Session]) -> None:
        conversation = self._context.conversation
        self._context.draw()
        if conversation is None or conversation.progress is not None:
            return
        if any(each.id == conversation.session_id for each in news):
            self._reread(conversation)
