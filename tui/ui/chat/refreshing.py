"""Refresher of what the server knows: the account, the lists, the open history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import chain, repeat
from typing import Protocol

from textual.worker import Worker, WorkerError

from tui.conversation import Connection, Conversation
from tui.conversation.sync_patience import may_pass
from tui.errors import (
    AccessRefused,
    NotFound,
    RunnelError,
    SecretDeclined,
    ServerFailed,
    Unreachable,
)
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.chat.send_workers import Task
from tui.ui.sessions.list_reading import ListReading

POLL_PAUSES_S = (10.0, 20.0, 40.0, 60.0)
"""Between the readings of a session whose answer may still come; the last goes on."""


class WasReread(Protocol):
    """Is told of a conversation whose history was read, and whether all of it was wanted."""

    def __call__(
        self, connection: Connection, conversation: Conversation, *, though_stopped: bool
    ) -> None: ...


class Refresher:
    """Each kind of reading is one worker: asking again begins it anew.

    `pause` waits for seconds; `reread` is told of a conversation whose history was read because
    somebody opened it, or asked for the whole of it, `listed` of a connection whose sessions were
    read, `unreached` of one whose server begins to fail in a way that may pass. `pick_bot` is
    called when only a person can say what answers, `changed` where another client on the same store
    has changed something.
    """

    def __init__(
        self,
        context: ChatContext,
        pause: Callable[[float], Awaitable[None]],
        reread: WasReread,
        listed: Callable[[Connection], None],
        unreached: Callable[[Connection], None],
        pick_bot: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._context = context
        self._was_changed = changed
        self._pause = pause
        self._was_reread = reread
        self._pick_bot = pick_bot
        self._was_listed = listed
        self._was_unreached = unreached
        self._readings: dict[str, Worker[None]] = {}
        self._list_reading = ListReading.UNDER_WAY
        self._failed: tuple[Connection, RunnelError] | None = None

    @property
    def failure(self) -> RunnelError | None:
        """Why the last reading for the open connection brought nothing; `None` when it did."""
        failed = self._failed
        return failed[1] if failed is not None and failed[0] is self._context.connection else None

    @property
    def list_reading(self) -> ListReading:
        """How far the session list of the open connection has come."""
        if Topic.SIGNED_OUT in self._context.notice.topics:
            return ListReading.SIGNED_OUT
        return self._list_reading

    def read_connection(self) -> None:
        """Settle the bot and read the session list, in the background."""
        if self._context.connection is not None:
            self._list_reading = ListReading.UNDER_WAY
            self._spawn(partial(self._read_connection, self._context.connection), "connection")

    def follow_others(self, connection: Connection) -> None:
        """Show from now on what other clients on the same store change."""
        open_chat = self._context.open_chat
        connection.follow_others(
            lambda: open_chat.conversation_id, partial(self._show_changed, connection)
        )

    def _show_changed(self, connection: Connection) -> None:
        conversation = self._context.conversation
        if connection is self._context.connection and conversation is not None:
            self._was_changed()
            self._show(connection, conversation)

    def reread(self, conversation: Conversation, *, whole: bool = False) -> Worker[None]:
        """Read the history of a conversation again, in the background.

        With `whole` answers that a person stopped are shown as the server has them.
        """
        assert self._context.connection is not None
        reading = partial(self._reread, self._context.connection, conversation, whole=whole)
        return self._spawn(reading, "reread")

    async def is_there(self, conversation: Conversation) -> bool:
        """Read the history as `reread` does, and say whether there is such a session.

        What cannot be read, or is not waited for any more, may be there.
        """
        reading = self.reread(conversation)
        with suppress(WorkerError):
            await reading.wait()
        return not conversation.is_gone

    def poll_if_awaited(self, conversation: Conversation) -> None:
        """Read the open conversation again and again while its answer may still come."""
        if conversation is self._context.conversation and conversation.awaits_server:
            self._spawn(partial(self._poll, conversation), "poll")

    @property
    def is_held_up(self) -> bool:
        """A read takes long, or failed and will be made again after a while."""
        if self._context.connection is None:
            return False
        traffic = self._context.connection.backend.traffic
        return traffic.waiting is not None or traffic.reading_since is not None

    def stop(self) -> None:
        """End all reading, and say how to begin it again."""
        groups = {group for group, each in self._readings.items() if not each.is_finished}
        for reading in self._readings.values():
            reading.cancel()
        self._readings.clear()
        topic, what = Topic.SESSION, "from the server"
        if self._list_reading is ListReading.UNDER_WAY:
            self._list_reading = ListReading.STOPPED
            # a note about a history ends with what is open; the list says of itself that it stopped
            if groups == {"connection"}:
                topic, what = Topic.READING, "the sessions"
        self._context.notice.show(
            topic,
            f"You stopped reading {what}.",
            f"{self._context.key_of('chat.reread')} reloads; what is known here stays.",
        )

    def _spawn(self, task: Task, group: str) -> Worker[None]:
        self._readings[group] = self._context.spawn(task, group)
        return self._readings[group]

    async def _read_connection(self, connection: Connection) -> None:
        context = self._context
        try:
            await connection.settle()
            if connection.bot_id or not connection.backend.capabilities.sessions_belong_to_bot:
                await connection.sessions()
                self._was_listed(connection)
        except RunnelError as error:
            if connection is context.connection:
                before, self._failed = self.failure, (connection, error)
                if _begins_to_fail(error, before):
                    self._was_unreached(connection)
                signs_in = connection.backend.sign_in is not None
                self._list_reading = ListReading.of(error, signs_in=signs_in)
                if self._list_reading is ListReading.WITHOUT_KEY and connection.bot_id:
                    self._tell_without_key(error)
                else:
                    self._tell(Topic.READING, error)
        else:
            self._tell_open_bot(connection)
        context.draw()

    def _tell_without_key(self, declined: RunnelError) -> None:
        # who declined at an earlier time knows it
        if isinstance(declined, SecretDeclined) and declined.was_asked:
            self._context.notice.show(
                Topic.READING,
                "Without its key this profile lists no sessions.",
                "A public chatbot answers all the same."
                f" {self._context.key_of('chat.reread')} asks for the key.",
            )

    def _tell(self, topic: Topic, error: RunnelError) -> None:
        hint = error.hint
        if isinstance(error, Unreachable | ServerFailed):
            hint = f"{hint} {self._context.key_of('chat.reread')} tries again.".lstrip()
        if topic is Topic.SESSION:
            hint = f"{hint} Your next question begins a new one.".lstrip()
        self._context.notice.show(topic, error.sentence, hint)

    def _tell_open_bot(self, connection: Connection) -> None:
        context = self._context
        if connection is not context.connection:
            return
        self._list_reading = ListReading.DONE
        self._failed = None
        context.notice.end(Topic.READING)
        context.notice.end(Topic.SIGNED_OUT)
        if not connection.bot_id:
            if connection.backend.capabilities.sessions_belong_to_bot:
                self._list_reading = ListReading.NO_BOT
            # for who leaves the picker, or is writing: it would take the letters
            context.notice.show(
                Topic.READING,
                f"No {connection.backend.capabilities.bot_noun} chosen yet.",
                f"Press {context.key_of('chat.bot')} to choose one.",
            )
            if connection.bots:
                self._pick_bot()

    async def _reread(
        self, connection: Connection, conversation: Conversation, *, whole: bool
    ) -> None:
        context = self._context
        try:
            await conversation.reread(whole=whole)
        except RunnelError as error:
            # of one that was left nobody wants to know, and its deletion is no error
            if conversation is context.conversation:
                if isinstance(error, NotFound):
                    self._tell_gone(conversation, error)
                else:
                    self._failed = (connection, error)
                    self._tell(Topic.READING, error)
                context.draw()
            return
        if conversation is context.conversation:
            self._failed = None
            for topic in (Topic.READING, Topic.SESSION, Topic.SIGNED_OUT):
                context.notice.end(topic)
        self._show(connection, conversation)
        self.poll_if_awaited(conversation)
        self._was_reread(connection, conversation, though_stopped=whole)
        if await connection.person_reader.read(conversation.session_id or ""):
            self._show(connection, conversation)

    def _tell_gone(self, conversation: Conversation, error: NotFound) -> None:
        # other readings that go well say nothing about a session that is gone
        if not conversation.messages:
            self._tell(Topic.SESSION, error)
            return
        lists, deletes = map(self._context.key_of, ("chat.sessions", "sessions.delete"))
        self._context.notice.show(
            Topic.SESSION,
            "The server has deleted this session. Its messages are kept here.",
            f"Your next question begins a new one. {lists}, then {deletes} deletes this one.",
        )

    async def _poll(self, conversation: Conversation) -> None:
        for pause_s in chain(POLL_PAUSES_S, repeat(POLL_PAUSES_S[-1])):
            await self._pause(pause_s)
            connection = self._context.connection
            if connection is None or conversation is not self._context.conversation:
                return
            quota = connection.backend.traffic.quota
            if quota is None or not quota.is_low:
                try:
                    await conversation.reread()
                except (AccessRefused, NotFound):
                    return  # the next reading that is asked for tells what is wrong
                except RunnelError:
                    continue
                self._show(connection, conversation)
            if not conversation.awaits_server:
                return

    def _show(self, connection: Connection, conversation: Conversation) -> None:
        if conversation.session_id is not None:
            connection.describe(conversation.session_id)
        if conversation is self._context.conversation:
            self._context.transcript.request_sync()
        self._context.draw()


def _begins_to_fail(error: RunnelError, before: RunnelError | None) -> bool:
    """Say whether a server fails in a way that may pass, and not as it did `before`.

    Whoever looks for it then has all read again, which may fail on: that is to begin no other look.
    """
    if isinstance(error, Unreachable):
        # that is looked for more often
        return not isinstance(before, Unreachable)
    return may_pass(error) and (before is None or not may_pass(before))
