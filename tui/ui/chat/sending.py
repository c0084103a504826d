"""Sender of questions: when one may be sent, and what else sends one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from tui.conversation import Connection, Conversation
from tui.conversation.send_queue import MAX_QUEUED
from tui.errors import BadInput, SentElsewhere
from tui.events import Settled
from tui.formatting.plain_text import on_own_lines
from tui.model import Message, MessageStatus, Remedy, Role
from tui.safe_text import clean_line
from tui.turn import QueuedQuestion
from tui.ui.chat.bots import BotPicker
from tui.ui.chat.context import ChatContext
from tui.ui.chat.customers import CustomersSessions
from tui.ui.chat.notice import Topic
from tui.ui.chat.queue import QueueEditor
from tui.ui.chat.send_workers import SendWorkers

SHOWN_CHARS = 80
"""So much of a question is shown that waits for the connection."""


class QuestionSender:
    """Sends in the open conversation; what cannot be sent now is queued, or stays in the box."""

    def __init__(
        self,
        context: ChatContext,
        send_workers: SendWorkers,
        bots: BotPicker,
        queue: QueueEditor,
        succeed: Callable[[Conversation], Awaitable[None]],
        begin: Callable[[], Awaitable[None]],
    ) -> None:
        """`succeed` goes over from a conversation whose session is gone to a new one, `begin` from
        any other.
        """
        self._context = context
        self._send_workers = send_workers
        self._bots = bots
        self._queue = queue
        self._succeed = succeed
        self._customers = CustomersSessions(context, begin, self.ask)
        self._early = context.open_chat.early_questions

    def submit(self, text: str, *, workflow_id: str = "") -> None:
        """Send what stands in the composer as `text`, to a workflow when one is named.

        While an answer comes it is queued behind it; before anything is open, it waits for the
        first conversation there is.
        """
        context, conversation = self._context, self._context.conversation
        if conversation is None:
            self._hold(text)
        elif not text.strip():
            return
        elif self._send_workers.is_busy(conversation):
            if self._queue.add(QueuedQuestion.of(text, workflow_id=workflow_id)):
                self._take_out(conversation, text)
        elif conversation.is_gone:
            if self._queue.add(QueuedQuestion.of(text, workflow_id=workflow_id)):
                self._take_out(conversation, text)
                self.send_on()
        else:
            again = context.composer.action_submit
            if workflow_id:
                again = partial(self.submit, text, workflow_id=workflow_id)
            if self._customers.let_pass(text, again) and self._has_bot(again):
                self._take_out(conversation, text)
                self._start(text, workflow_id=workflow_id)

    def ask(self, text: str) -> None:
        """Send a text that stands nowhere, in a new conversation; what is written stays."""
        if self._context.open_chat.is_new and self._has_bot(partial(self.ask, text)):
            self._start(text)

    def retry(self, message_id: str, *, streaming: bool = True) -> None:
        """Send the question that a message is, or answers, once more; queue it while one is out."""
        conversation, question = self._context.conversation, self.question_of(message_id)
        if conversation is None or question is None:
            return
        if self._send_workers.is_busy(conversation) or conversation.is_gone:
            if self._queue.add_again(question, streaming=streaming):
                self._context.transcript.request_sync()
                if conversation.is_gone:
                    self.send_on()
            return
        again = partial(self.retry, message_id, streaming=streaming)
        if self._customers.let_pass(question.written, again) and self._has_bot(again):
            self.show_end()
            assert self._context.connection is not None
            self._send_workers.start_again(
                self._context.connection, conversation, question, streaming=streaming
            )

    def edit(self, message_id: str) -> None:
        """Put the question that a message is, or answers, into the composer.

        One that was never sent is not there any more: else it could be sent as well.
        """
        context, question = self._context, self.question_of(message_id)
        conversation = context.conversation
        if question is None or conversation is None:
            return
        context.composer.set_aside()
        context.composer.put(question.written)
        if question.status is MessageStatus.UNSENT:
            # kept there before it is open no more
            conversation.draft = context.composer.whole_text
            conversation.unsent.take_out(question)
            context.transcript.request_sync()
            context.draw()
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

    def send_on(self) -> None:
        """Let the queue go on that waits for a person's word."""
        context, conversation = self._context, self._context.conversation
        if conversation is None or not conversation.queue:
            return
        if self._send_workers.is_busy(conversation):
            conversation.queue.release()
            context.draw()
            return
        if conversation.is_gone:
            context.spawn(partial(self._send_on_elsewhere, conversation), "successor")
            return
        # should a person choose no bot now, it goes on waiting
        conversation.queue.hold()
        if self._has_bot(self.send_on):
            assert context.connection is not None
            self.show_end()
            self._send_workers.start_queued(context.connection, conversation)
        context.draw()

    async def _send_on_elsewhere(self, conversation: Conversation) -> None:
        await self._succeed(conversation)
        if self._context.conversation is not conversation:
            self.send_on()

    def refused(self, conversation: Conversation, text: str, error: BadInput) -> None:
        """Give back a text whose sending could not begin, before what has been written since."""
        if conversation is self._context.conversation:
            # what lay there may have been taken by another client
            self._context.transcript.request_sync()
        # what is told of another window ends where that one has its answer
        is_elsewhere = isinstance(error, SentElsewhere) and not text
        topic = Topic.ASKED_ELSEWHERE if is_elsewhere else Topic.SENDING
        self._context.notice.show_error(topic, error)
        self._put_before(conversation, text)
        self._context.draw()

    def note_settled(
        self, connection: Connection, conversation: Conversation, settled: Settled
    ) -> None:
        """Give back a question that was stopped before it was sent; ask for a bot it lacks."""
        context, failure = self._context, settled.answer.failure
        is_open = conversation is context.conversation
        if is_open:
            context.notice.end(Topic.SENDING)
        if failure is None:
            if connection is context.connection:
                context.notice.end(Topic.SIGNED_OUT)
            return
        self._put_before(conversation, conversation.unsent.take_back(settled.question))
        context.draw()
        # not over another dialog, in which somebody may be typing
        if failure.remedy is Remedy.CHOOSE_BOT and is_open and context.composer.screen.is_current:
            self._bots.pick(self.ask_chosen_bot)

    def ask_chosen_bot(self) -> None:
        """Send the question that was not sent for want of a bot, now that there is one."""
        conversation = self._context.conversation
        last = conversation.timeline[-1:] if conversation is not None else ()
        for message in last:
            if message.failure is not None and message.failure.remedy is Remedy.CHOOSE_BOT:
                self.retry(message.id)

    @property
    def is_going_out(self) -> bool:
        """A question was asked that is not at the server yet."""
        early = self._context.open_chat.early_send
        is_early = early is not None and early.is_going_out
        is_late = any(not each.is_out for each in self._send_workers.busy)
        return is_early or bool(self._early) or is_late

    @property
    def holds_questions(self) -> bool:
        """Questions wait for the first connection."""
        return bool(self._early)

    def expect_connection(self, is_expected: bool) -> None:
        """Let questions wait for the first connection, or give them back: none is coming."""
        self._context.open_chat.awaits_connection = is_expected
        if not is_expected:
            self.give_back()

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
        if len(self._early) < MAX_QUEUED:
            context.composer.take_out(text)
            self._early.append(text)
        questions = [clean_line(each, SHOWN_CHARS) for each in self._early]
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
        if conversation is None or not self._early:
            return
        if conversation.is_customers:
            # nobody could see yet where it was asked
            first = self._early[0]
            self.give_back()
            self.submit(first)
            return
        self._context.notice.end(Topic.SENDING)
        # what was queued in an earlier start waits for a word about it
        is_first = not conversation.queue
        while self._early and self._queue.add(QueuedQuestion.of(self._early[0])):
            del self._early[0]
        self._put_before(conversation, "\n".join(self._early))
        self._early.clear()
        if is_first:
            self.send_on()

    def give_back(self) -> None:
        """Write again what was asked before anything was open."""
        self._context.notice.end(Topic.SENDING)
        text = "\n".join(self._early)
        self._early.clear()
        self._put_before(self._context.conversation, text)

    def _put_before(self, conversation: Conversation | None, text: str) -> None:
        """Write `text` before what has been written in a conversation since."""
        context = self._context
        if not text:
            return
        if conversation is context.conversation:
            context.composer.put(on_own_lines(text, context.composer.whole_text))
        elif conversation is not None:
            conversation.write_before(text)

    def _has_bot(self, again: Callable[[], None]) -> bool:
        """Say whether a question can be sent now, as far as it is known what can answer.

        Where a person must choose, they are asked to, and `again` tries once more; as long as
        nobody knows what can answer, the question waits for that.
        """
        connection = self._context.connection
        assert connection is not None
        if connection.bot_id or not connection.bots or connection.is_settling:
            return True
        self._bots.pick(again)
        return False

    def _take_out(self, conversation: Conversation, text: str) -> None:
        self._context.composer.take_out(text)
        conversation.draft = self._context.composer.whole_text

    def _start(self, text: str, *, workflow_id: str = "") -> None:
        """Send `text` in the open conversation, in which nothing is on its way."""
        context = self._context
        assert context.connection is not None
        assert context.conversation is not None
        self.show_end()
        self._send_workers.start(
            context.connection, context.conversation, text, workflow_id=workflow_id
        )

    def show_end(self) -> None:
        """Follow the end of the open conversation, where a question is about to stand."""
        context = self._context
        context.notice.end(Topic.SENDING)
        context.notice.end(Topic.STOPPED)
        context.notice.end(Topic.ADDED)
        context.notice.end(Topic.SESSION)
        context.transcript.selection.clear()
        context.transcript.follow()
