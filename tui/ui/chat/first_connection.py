"""First connection of the app, begun while the chat is still being made, with what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tui.ui.chat.typed_ahead import TypedAhead, out

if TYPE_CHECKING:
    from tui.conversation import Connection, EarlySend


class FirstConnection:
    """Opens a connection, has its server asked at once what can answer, and asks what was typed.

    That is the first question alone: the chat sees to what is asked behind it.
    """

    def __init__(self, connecting: Awaitable[Connection], typed: TypedAhead) -> None:
        self._typed = typed
        self.sent: EarlySend | None = None
        """What was asked and is on its way, for the chat to show."""
        self.connecting = asyncio.create_task(self._settling(connecting))
        self.connecting.add_done_callback(_forget_failure)

    async def gone_out(self) -> None:
        """Return when what was typed is at the server, or does not get there; at once for nothing.

        Whatever else is computed meanwhile would make it late.
        """
        if self._typed.has_question:
            await out(lambda: self._is_going_out)

    def unsent_of(self, asked: Sequence[str]) -> Sequence[str]:
        """Return of what was asked what neither the server nor the next start would know of."""
        if self.sent is None:
            return asked
        return [*filter(None, [self.sent.unkept_text]), *asked[1:]]

    @property
    def _is_going_out(self) -> bool:
        return not self.connecting.done() or (self.sent is not None and self.sent.is_going_out)

    async def _settling(self, connecting: Awaitable[Connection]) -> Connection:
        connection = await connecting
        connection.begin_settling()
        # what is kept may name another bot, and a draft of an earlier start
        await connection.load()
        self._ask(connection)
        self._typed.told_to(partial(self._ask, connection))
        return connection

    def _ask(self, connection: Connection) -> None:
        if self.sent is None and self._typed.has_question:
            # it has been imported with the connection
            from tui.conversation import EarlySend

            self.sent = EarlySend(connection, self._typed.take_question())


def _forget_failure(connecting: asyncio.Task[Connection]) -> None:
    # who opens the profile tells it, unless the app has ended before
    if not connecting.cancelled():
        connecting.exception()
