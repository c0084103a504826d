"""Outbox: what was asked in any session and not sent, listed, and sent on a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from textual.worker import WorkerError

from tui.conversation import Connection, Conversation
from tui.conversation.outbox import (
    OutboxItem,
    outbox_items,
    queue_unsent,
    was_sent,
    was_taken,
)
from tui.errors import AccessRefused
from tui.events import Settled
from tui.formatting.counts import counted
from tui.formatting.times import relative_time
from tui.model import MessageStatus
from tui.safe_text import clean_line
from tui.ui.chat.context import ChatContext
from tui.ui.chat.navigation import Navigation
from tui.ui.chat.notice import Topic
from tui.ui.chat.send_workers import SendWorkers
from tui.ui.dialogs.pick import Choice, PickScreen

_SHOWN_CHARS = 200
_ALL = ("", "")
Place = tuple[str, str]
"""Session and message."""


class OutboxSender:
    """Sends one session after the other, and there one question after the other.

    It ends where the server cannot be reached or lets nobody in, or where a person goes over to
    another profile or bot: the others stay as they are. A session in which no more can be asked
    holds up no other, nor does one in which another window sends. None is sent by itself.
    """

    def __init__(
        self, context: ChatContext, send_workers: SendWorkers, navigation: Navigation
    ) -> None:
        self._context = context
        self._send_workers = send_workers
        self._navigation = navigation
        self._told: frozenset[str] = frozenset()
        """The questions that a person was reminded of."""
        self._is_sending = False

    def show(self) -> None:
        """List what was not sent, to be gone to or sent."""
        self._context.begin(self._show, "outbox")

    def remind(self, connection: Connection) -> None:
        """Tell of what was not sent in other sessions, if something of it is new."""
        self._context.spawn(partial(self._remind, connection), "outbox-note")

    def note_settled(self, connection: Connection, settled: Settled) -> None:
        """Hear that a question was sent, or was not."""
        if settled.question.status is MessageStatus.UNSENT or self._told:
            self.remind(connection)

    async def _show(self, connection: Connection) -> None:
        items = await outbox_items(connection)
        if not items:
            self._notify("All questions were sent.")
            return
        what = "it" if len(items) == 1 else f"all {len(items):,}, one after the other"
        choices = [Choice(_ALL, f"Send {what}"), *(_choice(connection, each) for each in items)]
        place = await self._context.ask(PickScreen("Not sent yet", choices))
        if connection is not self._context.connection:
            return
        if place == _ALL:
            self._is_sending = True
            try:
                # another client on the same store may have sent some of them meanwhile
                await self._send(connection, await outbox_items(connection))
            finally:
                self._is_sending = False
        elif place is not None:
            await self._navigation.open_session(*place)

    async def _send(self, connection: Connection, items: Sequence[OutboxItem]) -> None:
        self._context.notice.end(Topic.OUTBOX)
        bot_id, sent_count = connection.bot_id, 0
        for session_id in dict.fromkeys(each.session_id for each in items):
            conversation = connection.conversation(session_id)
            if self._send_workers.is_busy(conversation) or conversation.is_gone:
                continue
            waiting = [each for each in items if each.session_id == session_id]
            await self._send_session(connection, conversation)
            sent_count += sum(was_sent(conversation, each) for each in waiting)
            is_elsewhere = any(was_taken(conversation, each) for each in waiting)
            if not is_elsewhere and _ends_all(conversation):
                break
            if connection is not self._context.connection or connection.bot_id != bot_id:
                break
        left = await outbox_items(connection)
        if connection is not self._context.connection:
            state = _is_or_are(left, "still not sent") if left else "All questions were sent."
            self._notify(f"{connection.profile.name}: {state}")
        elif left:
            self._tell(connection, left, _is_or_are(left, "still not sent"))
        elif sent_count:
            self._notify(f"Sent {counted(sent_count, 'question')}.")
        else:
            self._notify("Another window has sent them.")

    async def _send_session(self, connection: Connection, conversation: Conversation) -> None:
        await queue_unsent(conversation)
        self._context.transcript.request_sync()
        if conversation.queue:
            worker = self._send_workers.start_queued(connection, conversation)
            self._context.draw()
            with suppress(WorkerError):
                await worker.wait()

    def _notify(self, sentence: str) -> None:
        self._context.composer.app.notify(sentence, markup=False)

    async def _remind(self, connection: Connection) -> None:
        items = await outbox_items(connection)
        if self._is_sending or connection is not self._context.connection:
            return
        ids = frozenset(each.question.id for each in items)
        # what stands on the screen tells it there
        is_elsewhere = any(each.session_id != self._context.conversation_id for each in items)
        if not items:
            self._told = frozenset()
            self._context.notice.end(Topic.OUTBOX)
        elif is_elsewhere and not ids <= self._told:
            self._tell(connection, items, _is_or_are(items, "not sent yet"))

    def _tell(self, connection: Connection, items: Sequence[OutboxItem], sentence: str) -> None:
        if connection is self._context.connection:
            self._told = frozenset(each.question.id for each in items)
            key = self._context.key_of("chat.outbox")
            self._context.notice.show(Topic.OUTBOX, sentence, f"{key} shows and sends what waits.")


def _ends_all(conversation: Conversation) -> bool:
    """Say whether what could not be sent in a conversation cannot be sent in any other either."""
    unsent = [each for each in conversation.open_turns if each.is_unsent]
    if not unsent:
        # it waits behind an answer that failed
        return bool(conversation.queue)
    failure = unsent[-1].answer.failure
    if failure is None or failure.status is None:
        return True
    return failure.exit_code == AccessRefused.exit_code


def _is_or_are(items: Sequence[OutboxItem], state: str) -> str:
    verb = "is" if len(items) == 1 else "are"
    return f"{counted(len(items), 'question')} {verb} {state}."


def _choice(connection: Connection, item: OutboxItem) -> Choice[Place]:
    session = connection.known_session(item.session_id)
    title = connection.local.marks.title_of(session) if session is not None else ""
    question = clean_line(item.question.text, _SHOWN_CHARS)
    time = relative_time(item.asked_at, connection.now())
    # a session that is not made is called by the question
    told = [time, item.reason, title if title not in question else ""]
    return Choice((item.session_id, item.question.id), question, " · ".join(filter(None, told)))
