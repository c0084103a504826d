"""Sender of questions: when one may be sent, and what else sends one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tui.conversation import Connection, Conversation
from tui.errors import BadInput
from tui.events import Settled
from tui.formatting.plain_text import on_own_lines
from tui.model import Message, Role
from tui.safe_text import clean_line
from tui.ui.chat.bots import BotPicker
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.chat.send_workers import SendWorkers
from tui.ui.chat.type_ahead import TypeAhead

SHOWN_CHARS = 80
"""So much of a question is shown that waits for the connection."""


class QuestionSender:
    """Sends in the open conversation; what cannot be sent now stays where it was written."""

    def __init__(self, context: ChatContext, send_workers: SendWorkers, bots: BotPicker) -> None:
        self._context = context
        self._send_workers = send_workers
        self._bots = bots
        self._type_ahead = TypeAhead()

    def submit(self, text: str, *, workflow_id: str = "", is_typed_ahead: bool = False) -> None:
        """Send what stands in the composer as `text`, to a workflow when one is named.

        While an answer comes, what was typed ahead is sent behind it; before anything is open, it
        waits for the first conversation there is.
        """
        context = self._context
        if context.conversation is None:
            self._hold(text)
            return
        if is_typed_ahead and text.strip() and context.open_chat.is_busy:
            context.composer.take_out(text)
            self._type_ahead.add(context.conversation, text)
            context.notice.show(
                Topic.SENDING,
                "What you typed ahead is sent after this answer.",
                f"{context.key_of('chat.stop')} stops the answer and gives it back.",
            )
            return
        again = context.composer.action_submit
        if workflow_id:
            again = partial(self.submit, text, workflow_id=workflow_id)
        if text.strip() and self._may_send(again):
            assert context.conversation is not None
            context.composer.take_out(text)
            context.conversation.draft = context.composer.whole_text
            self._start(text, workflow_id=workflow_id)

    def ask(self, text: str) -> None:
        """Send a text that stands nowhere, in a new conversation; what is written stays."""
        if self._context.open_chat.is_new and self._may_send(partial(self.ask, text)):
            self._start(text)

    def retry(self, message_id: str, *, streaming: bool = True) -> None:
        """Send the question that a message is, or answers, once more."""
        question = self.question_of(message_id)
        again = partial(self.retry, message_id, streaming=streaming)
        if question is not None and self._may_send(again):
            assert self._context.conversation is not None
            self._context.conversation.withdraw(question.id)
            self._start(question.written, streaming=streaming)

    def edit(self, message_id: str) -> None:
        """Put the question that a message is, or answers, into the composer."""
        context, question = self._context, self.question_of(message_id)
        if question is not None and context.connection is not None:
            context.composer.set_aside()
            context.composer.put(question.written)
            context.composer.focus()

    def question_of(self, message_id: str) -> Message | None:
        """Return the question that a message is or answers."""
        conversation = self._context.conversation
        question: Message | None = None
        for message in conversation.timeline if conversation is not None else ():
            if message.role is Role.USER:
                question = message
            if message.id == message_id:
                return question
        return None

    def refused(self, conversation: Conversation, text: str, error: BadInput) -> None:
        """Give back a text whose sending could not begin, before what has been written since."""
        self._context.notice.show_error(Topic.SENDING, error)
        self._put_before(conversation, text)

    def go_on(self, connection: Connection, conversation: Conversation, settled: Settled) -> None:
        """Send what was typed ahead; after an answer that failed it is written again instead."""
        if conversation is self._context.conversation:
            self._context.notice.end(Topic.SENDING)
        if settled.answer.failure is None and connection is self._context.connection:
            self._context.notice.end(Topic.SIGNED_OUT)
        if settled.answer.failure is not None:
            self.give_back(conversation)
            self._put_before(conversation, conversation.take_back(settled.question))
        elif conversation.progress is None and (text := self._type_ahead.next(conversation)):
            self._send_workers.start(connection, conversation, text)

    @property
    def holds_questions(self) -> bool:
        """Questions wait for the first connection."""
        return bool(self._type_ahead.texts(None))

    @property
    def unsent(self) -> str:
        """What is asked, in any conversation, or written and did not go out yet."""
        return on_own_lines(*self._waiting, self._context.composer.whole_text)

    @property
    def waiting_count(self) -> int:
        """How many questions are asked and did not go out yet."""
        return len(self._waiting)

    @property
    def _waiting(self) -> Sequence[str]:
        waiting = (each.waiting_question for each in self._send_workers.busy)
        return [*filter(None, waiting), *self._type_ahead.all_texts()]

    def expect_connection(self, is_expected: bool) -> None:
        """Let questions wait for the first connection, or give them back: none is coming."""
        self._context.open_chat.awaits_connection = is_expected
        if not is_expected:
            self.give_back(None)

    def _hold(self, text: str) -> None:
        """Keep a question for the first conversation there is, on show."""
        context = self._context
        if not text.strip():
            return
        if not context.open_chat.awaits_connection:
            context.notice.show(
                Topic.SENDING,
                "There is no connection.",
                f"{context.key_of('app.profile')} picks a profile. Your text stays in the box.",
            )
            return
        context.composer.take_out(text)
        self._type_ahead.add(None, text)
        questions = [clean_line(each, SHOWN_CHARS) for each in self._type_ahead.texts(None)]
        gives_back = f"{context.key_of('chat.stop')} gives back what is not sent yet."
        context.notice.show(
            Topic.SENDING,
            "Sent once connected:",
            "\n  ".join([*questions, gives_back]),
        )
        context.draw()

    def send_held(self) -> None:
        """Send what was asked before anything was open, in the conversation that is open now."""
        conversation = self._context.conversation
        if conversation is not None:
            self._type_ahead.open(conversation)
            if text := self._type_ahead.next(conversation):
                self._start(text)

    def give_back(self, conversation: Conversation | None) -> None:
        """Write again what was typed ahead and not sent."""
        if conversation is self._context.conversation:
            self._context.notice.end(Topic.SENDING)
        self._put_before(conversation, self._type_ahead.give_back(conversation))

    def _put_before(self, conversation: Conversation | None, text: str) -> None:
        """Write `text` before what has been written in a conversation since."""
        context = self._context
        if not text:
            return
        if conversation is context.conversation:
            context.composer.put(on_own_lines(text, context.composer.whole_text))
        elif conversation is not None:
            conversation.write_before(text)

    def _may_send(self, again: Callable[[], None]) -> bool:
        """Say whether a question can be sent now; when it cannot, a note tells why.

        Without a bot the person is asked for one, and `again` tries once more; as long as nobody
        knows what can answer, the question waits for that.
        """
        connection, conversation = self._context.connection, self._context.conversation
        assert connection is not None
        assert conversation is not None
        if conversation.progress is not None:
            self._context.notice.show(
                Topic.SENDING,
                "An answer is still coming.",
                f"Wait for it, or stop it with {self._context.key_of('chat.stop')}.",
            )
        elif not connection.bot_id and connection.bots:
            self._bots.pick(again)
        else:
            return True
        return False

    def _start(self, text: str, *, streaming: bool = True, workflow_id: str = "") -> None:
        """Send `text` in the open conversation; `_may_send` has allowed it."""
        context = self._context
        assert context.connection is not None
        assert context.conversation is not None
        context.notice.end(Topic.SENDING)
        context.notice.end(Topic.STOPPED)
        context.notice.end(Topic.ADDED)
        context.transcript.selection.clear()
        context.transcript.follow()
        self._send_workers.start(
            context.connection,
            context.conversation,
            text,
            streaming=streaming,
            workflow_id=workflow_id,
        )
