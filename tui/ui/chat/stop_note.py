"""Note that an answer was stopped, for who does not see the end of the transcript."""

from __future__ import annotations

import asyncio
from functools import partial

from tui.conversation import Conversation
from tui.events import Settled
from tui.model import Failure, Remedy
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.transcript.next_keys import hint_of

LAYOUTS = 5
"""In so many at most the words behind the answer get their rows."""


class StopNote:
    """Stands above the composer, because what is read stays where it is."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def tell(self, conversation: Conversation, settled: Settled) -> None:
        """Say what the transcript says behind the answer, if that is out of sight."""
        failure = settled.answer.failure
        if failure is not None and failure.remedy is Remedy.SHOW_WHOLE:
            self._context.spawn(partial(self._tell, conversation, failure), "stopped")

    async def _tell(self, conversation: Conversation, failure: Failure) -> None:
        context = self._context
        await context.transcript.sync()
        for _ in range(LAYOUTS):
            laid_out = asyncio.Event()
            if not context.transcript.call_after_refresh(laid_out.set):
                return
            await laid_out.wait()
            if conversation is not context.conversation or conversation.progress is not None:
                return
            if context.transcript.rows_below:
                hint = hint_of(failure, context.key_of)
                context.notice.show(Topic.STOPPED, failure.sentence, hint)
                return

    def end(self) -> None:
        self._context.notice.end(Topic.STOPPED)
