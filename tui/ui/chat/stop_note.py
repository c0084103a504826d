"""Note that an answer was stopped, for who does not see the end of the transcript."""

from __future__ import annotations

import asyncio

from tui.conversation import Conversation
from tui.conversation.outcome import STOPPED, STOPPED_BEFORE_END
from tui.events import Settled
from tui.ui.chat.context import Desk
from tui.ui.chat.notice import Topic

LAYOUTS = 5
"""In so many at most the words behind the answer get their rows."""


class StopNote:
    """Stands above the composer, because what is read stays where it is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def tell(self, conversation: Conversation, settled: Settled) -> None:
        """Say what the transcript says behind the answer, if that is out of sight."""
        if settled.answer.failure in (STOPPED, STOPPED_BEFORE_END):
            self._desk.spawn(self._tell(conversation, settled), "stopped")

    async def _tell(self, conversation: Conversation, settled: Settled) -> None:
        desk, failure = self._desk, settled.answer.failure
        await desk.transcript.sync()
        for _ in range(LAYOUTS):
            laid_out = asyncio.Event()
            if not desk.transcript.call_after_refresh(laid_out.set):
                return
            await laid_out.wait()
            if conversation is not desk.conversation or conversation.progress is not None:
                return
            if failure is not None and desk.transcript.rows_below:
                desk.notice.show(Topic.STOPPED, failure.sentence, failure.hint)
                return

    def end(self) -> None:
        self._desk.notice.end(Topic.STOPPED)
