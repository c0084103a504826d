"""Sending questions: the conditions, the ways, and what a person must pick before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from tui.conversation import Connection, Conversation
from tui.errors import BadInput, RunnelError
from tui.events import Settled
from tui.model import Message, Role
from tui.ui.chat.context import Desk
from tui.ui.chat.notice import Topic
from tui.ui.chat.send_workers import Turns
from tui.ui.chat.type_ahead import TypeAhead
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.markdown.code import prepare


class Sender:
    """Sends in the open conversation; what cannot be sent now stays where it was written.

    `use` shows another bot's sessions.
    """

    def __init__(
        self, desk: Desk, turns: Turns, use: Callable[[Connection], Awaitable[None]]
    ) -> None:
        self._desk = desk
        self._turns = turns
        self._use = use
        self._type_ahead = TypeAhead()

    def submit(self, text: str, *, workflow_id: str = "", is_typed_ahead: bool = False) -> None:
        """Send what stands in the composer as `text`, to a workflow when one is named.

        While an answer comes, what was typed ahead is sent behind it.
        """
        desk = self._desk
        if is_typed_ahead and text.strip() and self._is_busy:
            assert desk.conversation is not None
            desk.composer.take_out(text)
            self._type_ahead.add(desk.conversation, text)
            desk.notice.show(
                Topic.SENDING,
                "What you typed ahead is sent after this answer.",
                f"{desk.key_of('chat.stop')} stops the answer and gives it back.",
            )
            return
        again = desk.composer.action_submit
        if workflow_id:
            again = partial(self.submit, text, workflow_id=workflow_id)
        if text.strip() and self._may_send(again):
            assert desk.conversation is not None
            desk.composer.take_out(text)
            desk.conversation.draft = desk.composer.whole_text
            self._start(text, workflow_id=workflow_id)

    def retry(self, message_id: str, *, streaming: bool = True) -> None:
        """Send the question that a message is, or answers, once more."""
        question = self.question_of(message_id)
        again = partial(self.retry, message_id, streaming=streaming)
        if question is not None and self._may_send(again):
            assert self._desk.conversation is not None
            self._desk.conversation.withdraw(question.id)
            self._start(question.written, streaming=streaming)

    def edit(self, message_id: str) -> None:
        """Put the question that a message is, or answers, into the composer."""
        desk, question = self._desk, self.question_of(message_id)
        if question is not None and desk.connection is not None:
            desk.composer.set_aside()
            desk.composer.put(question.written)
            desk.composer.focus()

    def question_of(self, message_id: str) -> Message | None:
        """Return the question that a message is or answers."""
        conversation = self._desk.conversation
        question: Message | None = None
        for message in conversation.timeline if conversation is not None else ():
            if message.role is Role.USER:
                question = message
            if message.id == message_id:
                return question
        return None

    def refused(self, conversation: Conversation, text: str, error: BadInput) -> None:
        """Give back a text whose sending could not begin, before what has been written since."""
        self._desk.notice.show_error(Topic.SENDING, error)
        self._put_before(conversation, text)

    def go_on(self, connection: Connection, conversation: Conversation, settled: Settled) -> None:
        """Send what was typed ahead; after an answer that failed it is written again instead."""
        if conversation is self._desk.conversation:
            self._desk.notice.end(Topic.SENDING)
        if settled.answer.failure is not None:
            self.give_back(conversation)
        elif conversation.progress is None and (text := self._type_ahead.next(conversation)):
            self._turns.start(connection, conversation, text)

    def give_back(self, conversation: Conversation) -> None:
        """Write again what was typed ahead and not sent."""
        if conversation is self._desk.conversation:
            self._desk.notice.end(Topic.SENDING)
        self._put_before(conversation, self._type_ahead.give_back(conversation))

    @property
    def _is_busy(self) -> bool:
        conversation = self._desk.conversation
        return conversation is not None and conversation.progress is not None

    def _put_before(self, conversation: Conversation, text: str) -> None:
        """Write `text` before what has been written in a conversation since."""
        desk = self._desk
        if not text:
            return
        if conversation is desk.conversation:
            desk.composer.put("\n".join(each for each in (text, desk.composer.whole_text) if each))
        else:
            conversation.draft = "\n".join(each for each in (text, conversation.draft) if each)

    def _may_send(self, again: Callable[[], None]) -> bool:
        """Say whether a question can be sent now; when it cannot, a note tells why.

        Without a bot the person is asked for one, and `again` tries once more.
        """
        connection, conversation = self._desk.connection, self._desk.conversation
        if connection is None or conversation is None:
            self._desk.notice.show(
                Topic.SENDING, "There is no connection yet.", "Your text stays in the box."
            )
        elif conversation.progress is not None:
            self._desk.notice.show(
                Topic.SENDING,
                "An answer is still coming.",
                f"Wait for it, or stop it with {self._desk.key_of('chat.stop')}.",
            )
        elif not connection.bot_id:
            self.pick_bot(again)
        else:
            return True
        return False

    def _start(self, text: str, *, streaming: bool = True, workflow_id: str = "") -> None:
        """Send `text` in the open conversation; `_may_send` has allowed it."""
        desk = self._desk
        assert desk.connection is not None
        assert desk.conversation is not None
        desk.notice.end(Topic.SENDING)
        desk.notice.end(Topic.STOPPED)
        desk.transcript.selection.clear()
        desk.transcript.follow()
        # while the answer is waited for
        prepare()
        self._turns.start(
            desk.connection, desk.conversation, text, streaming=streaming, workflow_id=workflow_id
        )

    def pick_bot(self, then: Callable[[], None] | None = None) -> None:
        """Let the person choose what answers, then go on with what waited for it."""
        if self._desk.connection is not None:
            self._desk.spawn(partial(self._pick_bot, self._desk.connection, then), "pick")

    async def _pick_bot(self, connection: Connection, then: Callable[[], None] | None) -> None:
        desk = self._desk
        noun = connection.backend.capabilities.bot_noun
        if not connection.bots:
            # beside the note that tells why, not in its place
            desk.notice.show(
                Topic.SENDING,
                f"There is no {noun} to ask yet.",
                f"{desk.key_of('chat.reread')} reads again from the server.",
            )
            return
        choices = [Choice(bot.id, bot.name, bot.detail) for bot in connection.bots.values()]
        picked = await desk.ask(PickScreen(f"Which {noun}?", choices, current=connection.bot_id))
        if picked is None or picked == connection.bot_id:
            return
        if connection is not desk.connection:
            # another profile has been opened behind the picker
            return
        # at once: what waited for the choice does not wait for the server to take note of it
        connection.bot_id = picked
        # a group of its own: one that is under way may have reached the server
        desk.spawn(partial(self._prefer, connection, picked), f"prefer-{picked}")
        desk.notice.end(Topic.READING)
        desk.notice.end(Topic.SENDING)
        if connection.backend.capabilities.sessions_belong_to_bot:
            await self._use(connection)
        desk.draw()
        if then is not None:
            then()

    async def _prefer(self, connection: Connection, bot_id: str) -> None:
        try:
            await connection.pick_bot(bot_id)
        except RunnelError as error:
            noun = connection.backend.capabilities.bot_noun
            if connection is not self._desk.connection:
                return
            self._desk.notice.show(
                Topic.ACTION,
                f"The server did not take note of the {noun}: {error.sentence}",
                "Here it answers from now on all the same.",
            )
