"""Picker of the bot that answers, a chatbot or a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from weakref import WeakSet

from textual.worker import Worker

from tui.conversation import Connection
from tui.errors import RunnelError
from tui.model import Remedy
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.chat.unasked import hand_back
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.dialogs.unasked_pick import UnaskedPick


class BotPicker:
    """`use` shows the sessions of another bot, where each has its own."""

    def __init__(self, context: ChatContext, use: Callable[[Connection], Awaitable[None]]) -> None:
        self._context = context
        self._use = use
        self._asked: WeakSet[Connection] = WeakSet()
        self._picking: Worker[None] | None = None

    def pick_missing(self, then: Callable[[], None]) -> None:
        """Let the person choose what is still open; once, and not while they are at something."""
        connection, composer = self._context.connection, self._context.composer
        if connection is None or connection in self._asked:
            return
        if composer.screen.is_current and not composer.whole_text:
            self._asked.add(connection)
            self.pick(then, asked=self._has_question)

    @property
    def _has_question(self) -> bool:
        """Something was asked in the open conversation that lacks a bot, or is about to lack it."""
        if (conversation := self._context.conversation) is None:
            return False
        failures = [each.failure for each in conversation.timeline[-1:]]
        lacks_bot = any(each is not None and each.remedy is Remedy.CHOOSE_BOT for each in failures)
        return lacks_bot or conversation.progress is not None

    def pick(self, then: Callable[[], None] | None = None, *, asked: bool = True) -> None:
        """Let the person choose what answers, `then` go on with what waited for it.

        That is a question that was `asked`, or nothing yet.
        """
        connection = self._context.connection
        if then is not None and self._context.composer.read_only:
            # a replay: nobody is to choose, and what was chosen then comes with the question
            return
        # a second picker over one that opens just now would leave that one standing
        is_picking = self._picking is not None and not self._picking.is_finished
        if connection is not None and not is_picking:
            self._picking = self._context.spawn(
                partial(self._pick, connection, then, asked), "pick"
            )

    async def _pick(
        self, connection: Connection, then: Callable[[], None] | None, asked: bool
    ) -> None:
        context = self._context
        noun = connection.backend.capabilities.bot_noun
        if not connection.bots:
            # beside the note that tells why, not in its place
            context.notice.show(
                Topic.SENDING,
                f"No {noun} to ask: the list could not be loaded.",
                f"{context.key_of('chat.reread')} tries again.",
            )
            return
        choices = [Choice(bot.id, bot.name, bot.detail) for bot in connection.bots.values()]
        if then is None:
            screen = PickScreen(f"Which {noun}?", choices, current=connection.bot_id)
            await self._use_picked(connection, await context.ask(screen))
            return
        title = f"Which {noun}?" + " Your question is sent to it." * asked
        unasked = UnaskedPick(title, choices, context.keys_wait)
        if await self._use_picked(connection, await context.ask(unasked)):
            then()
        # the picker is closed: the key may be the one that opens it
        self._picking = None
        await hand_back(context, unasked)

    async def _use_picked(self, connection: Connection, picked: str | None) -> bool:
        """Have `picked` answer from now on, and say whether that is new."""
        context = self._context
        if picked is None or picked == connection.bot_id:
            return False
        if connection is not context.connection:
            # another profile has been opened behind the picker
            return False
        # at once: what waited for the choice does not wait for the server to take note of it
        connection.choose_bot(picked)
        # a group of its own: one that is under way may have reached the server
        context.spawn(partial(self._prefer, connection, picked), f"prefer-{picked}")
        context.notice.end(Topic.READING)
        context.notice.end(Topic.SENDING)
        if connection.backend.capabilities.sessions_belong_to_bot:
            await self._use(connection)
        context.draw()
        return True

    async def _prefer(self, connection: Connection, bot_id: str) -> None:
        try:
            await connection.pick_bot(bot_id)
        except RunnelError as error:
            noun = connection.backend.capabilities.bot_noun
            if connection is not self._context.connection:
                return
            self._context.notice.show(
                Topic.ACTION,
                f"The server did not save this choice of {noun}: {error.sentence}",
                "It answers from now on all the same.",
            )
