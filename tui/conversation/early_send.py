"""Early send: a question on its way before there is anything that shows what becomes of it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing

from tui.conversation.connection import Connection
from tui.conversation.conversation import Conversation
from tui.conversation.unfinished import stop_and_wait
from tui.errors import BadInput
from tui.events import Rereading, TurnEvent


class EarlySend:
    """Sends `text` in a new conversation of a loaded connection; its events wait to be taken.

    The draft of an earlier start is set aside: it is not what was typed now. When the answer is
    whole, nothing is made of it before somebody takes the events. Where nobody ever does, it ends
    with the connection, and what came is kept.
    """

    def __init__(self, connection: Connection, text: str) -> None:
        self.connection = connection
        self.text = text
        self.has_set_aside = bool(connection.local.draft("").strip())
        """There was such a draft."""
        connection.local.set_aside_draft("")
        self.conversation: Conversation = connection.conversation()
        self._events = self.conversation.send(text)
        self._come = deque[TurnEvent]()
        self._is_over = False
        self._is_taken = asyncio.Event()
        self._reading = connection.unfinished.begin(self._read())

    @property
    def is_going_out(self) -> bool:
        """It is not at the server yet, and may get there."""
        return not (self.conversation.is_out or self._is_over or self._reading.done())

    @property
    def unkept_text(self) -> str:
        """What was asked, where neither the server nor the next start knows of it; else empty."""
        is_unsent = any(each.is_unsent for each in self.conversation.open_turns)
        is_unkept = not self.connection.store.is_lasting and (self.is_going_out or is_unsent)
        return self.text if is_unkept else ""

    async def events(self) -> AsyncGenerator[TurnEvent, None]:
        """Yield what has come, then what comes, as `Conversation.send` does. To be taken once.

        Raises:
            BadInput: as `Conversation.send` does.
        """
        self._is_taken.set()
        async with aclosing(self._events) as events:
            try:
                while self._come or not self._reading.done():
                    if self._come:
                        yield self._come.popleft()
                    else:
                        await asyncio.wait((self._reading,))
            finally:
                if not self._reading.done():
                    await stop_and_wait(self._reading)
            self._reading.result()
            async for event in events:
                yield event

    async def _read(self) -> None:
        """Take in what comes until somebody else does, or nothing may come before that."""
        try:
            async for event in self._events:
                self._come.append(event)
                if isinstance(event, Rereading):
                    self._is_over = True
                    # who shows it may draw it before all else
                    await self._is_taken.wait()
                if self._is_taken.is_set():
                    return
        except BadInput:
            # told to whoever takes it; where nobody does, nothing was written
            if self._is_taken.is_set():
                raise
            await self._is_taken.wait()
            raise
        finally:
            if not self._is_taken.is_set():
                await self._events.aclose()
