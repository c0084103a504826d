"""Following of a send to its end, with Ctrl+C, which stops the answer and keeps what came."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.events import Rereading, Settled, TurnEvent
from tui.signal_handlers import handler_of

if TYPE_CHECKING:
    from tui.conversation import Conversation


class Followed(Struct, frozen=True):
    """How a send ended."""

    settled: Settled
    is_interrupted: bool
    """A person pressed Ctrl+C."""


async def follow(
    conversation: Conversation,
    events: AsyncGenerator[TurnEvent, None],
    show: Callable[[TurnEvent], None],
) -> Followed:
    """Show what happens in a send of `conversation` until it has settled.

    Ctrl+C ends the answer and keeps what came; again, it ends the waiting for the history.
    """
    interruption = _Interruption(conversation)
    settled: Settled | None = None
    with interruption.heard():
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Settled):
                    settled = event
                show(event)
                if isinstance(event, Rereading) and interruption.happened:
                    # the server goes on for itself: waiting would only keep the person here
                    conversation.stop()
    assert settled is not None
    return Followed(settled, interruption.happened)


class _Interruption:
    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.happened = False

    def _note(self) -> None:
        self.happened = True
        self._conversation.stop()

    @contextmanager
    def heard(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        before = handler_of(signal.SIGINT)
        loop.add_signal_handler(signal.SIGINT, self._note)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)
