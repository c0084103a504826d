"""Customers' sessions: a person decides once whether their own questions may stand in one."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable
from functools import partial

from tui.conversation import Conversation
from tui.ui.chat.context import ChatContext
from tui.ui.chat.unasked import hand_back
from tui.ui.dialogs.pick import Choice
from tui.ui.dialogs.unasked_pick import UnaskedPick

TITLE = "This is a customer's session: your question would stand in it."


class AskedIn(enum.Enum):
    NEW = enum.auto()
    HERE = enum.auto()


_CHOICES = (
    Choice(AskedIn.NEW, "Ask in a new session"),
    Choice(AskedIn.HERE, "Ask here", "the customer may read it, and this is not asked again"),
)


class CustomersSessions:
    """Holds up what would be asked in one, until it is said where it is to stand.

    `begin` opens a new session; `ask` sends a text in it.
    """

    def __init__(
        self,
        context: ChatContext,
        begin: Callable[[], Awaitable[None]],
        ask: Callable[[str], None],
    ) -> None:
        self._context = context
        self._begin = begin
        self._ask = ask

    def let_pass(self, text: str, again: Callable[[], None]) -> bool:
        """Say whether `text` may be asked in the open session.

        Where that is not decided a person is asked, and `again` tries once more to ask it there.
        """
        conversation = self._context.conversation
        if conversation is None or not conversation.is_customers:
            return True
        self._context.spawn(partial(self._decide, conversation, text, again), "place")
        return False

    async def _decide(
        self, conversation: Conversation, text: str, again: Callable[[], None]
    ) -> None:
        context = self._context
        screen = UnaskedPick(TITLE, _CHOICES, context.keys_wait)
        place = await context.ask(screen)
        # a notification, or another window, may have led elsewhere
        if conversation is context.conversation:
            if place is AskedIn.HERE:
                await conversation.ask_here()
                again()
            elif place is AskedIn.NEW:
                context.composer.take_out(text)
                await self._begin()
                self._ask(text)
        await hand_back(context, screen)
