"""Navigation between profiles and sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.conversation import Connection, Conversation, EarlySend
from tui.model import OWN_ID_START
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.chat.other_windows import OtherWindows
from tui.ui.chat.refreshing import Refresher
from tui.ui.chat.send_workers import SendWorkers
from tui.ui.chat.stop_note import StopNote
from tui.ui.key_routing import give_keys

_SET_ASIDE = "What was written here before is among the earlier questions."
_BRINGS_BACK = "Up in an empty box finds it."


class Navigation:
    """Shows another conversation; what is written in the one that is left stays there.

    `write_on` gives the keys to the composer. `send_held` sends in the open conversation what was
    asked before there was one, `remind` tells of what was not sent in others.
    """

    def __init__(
        self,
        context: ChatContext,
        send_workers: SendWorkers,
        refresher: Refresher,
        stop_note: StopNote,
        others: OtherWindows,
        write_on: Callable[[], None],
        send_held: Callable[[], None],
        remind: Callable[[Connection], None],
    ) -> None:
        self._context = context
        self._open_chat = context.open_chat
        self._send_workers = send_workers
        self._refresher = refresher
        self._stop_note = stop_note
        self._others = others
        self._write_on = write_on
        self._send_held = send_held
        self._remind = remind
        self._showing: set[asyncio.Future[None]] = set()

    async def use(self, connection: Connection) -> None:
        """Show another profile, or another bot of it, with a new session.

        That is the one in which something was asked of it early, if it was.
        """
        await connection.load()
        if connection is self._context.connection and not self._open_chat.session_id:
            # what has no session yet goes to whatever bot is picked
            self._refresher.read_connection()
            return
        # only now: until here whoever opens another one ends this
        early, self._open_chat.early_send = self._open_chat.early_send, None
        await self._use(connection, early=early)

    async def go_on(self, connection: Connection) -> None:
        """Show another profile with the session of it that was open last, if it is there still."""
        await connection.load()
        last = connection.local.last_session
        if last is None or (last.id.startswith(OWN_ID_START) and last.id not in connection.unmade):
            await self._use(connection)
            return
        before = connection.bot_id
        if last.bot_id and connection.backend.capabilities.sessions_belong_to_bot:
            connection.bot_id = last.bot_id
            await connection.load()
        conversation = await self._use(connection, last.id)
        if conversation.session_id is None or await self._refresher.is_there(conversation):
            return
        connection.local.note_open(None)
        is_left = conversation is not self._context.conversation
        # what was asked in it meanwhile stands there, with the reason why it did not go out
        if is_left or conversation.progress is not None or conversation.messages:
            return
        connection.bot_id = before
        await self.succeed(conversation)
        self._context.notice.show(Topic.SESSION, "The last session is gone. This is a new one.")

    async def _use(
        self,
        connection: Connection,
        session_id: str | None = None,
        early: EarlySend | None = None,
    ) -> Conversation:
        unsent = self._context.composer.whole_text
        starts_anew = self._open_chat.starts_anew(unsent)
        has_draft = bool(connection.local.draft(session_id or "").strip())
        sets_aside = early.has_set_aside if early is not None else starts_anew and has_draft
        if connection is not self._context.connection:
            # the list of the other one was read, or not
            self._context.notice.end(Topic.READING)
            self._context.notice.end(Topic.SIGNED_OUT)
        asked = early.conversation if early is not None else None
        conversation = self._open_chat.use(connection, unsent, session_id, asked)
        if early is not None:
            self._send_workers.go_on(early)
        self._refresher.follow_others(connection)
        # what was not sent is here: no server has to be waited for
        self._remind(connection)
        await self._show(conversation, rereads=session_id is None)
        if sets_aside:
            self._context.notice.show(Topic.DRAFT, _SET_ASIDE, _BRINGS_BACK)
        self._refresher.read_connection()
        return conversation

    async def open_session(self, session_id: str, message_id: str = "") -> None:
        """Show a session of the current profile, at one of its messages when named.

        Without an id it is a new one, with what was written there.
        """
        if not session_id:
            await self.new_session()
            return
        transcript = self._context.transcript
        # at once: what is pressed until it is on the screen may move them elsewhere
        if message_id:
            give_keys(transcript)
        else:
            self._write_on()
        await self.look_at(session_id)
        if message_id:
            await transcript.selection.reveal(message_id)

    async def look_at(self, session_id: str) -> None:
        """Show a session of the current profile; the keys stay where they are."""
        connection = self._context.connection
        if connection is None:
            return
        conversation = connection.conversation(session_id)
        if conversation is not self._context.conversation:
            await self._open(conversation)

    async def new_session(self) -> None:
        connection = self._context.connection
        if connection is not None:
            self._write_on()
            if not self._open_chat.is_new:
                await self._open(connection.conversation())

    async def succeed(self, conversation: Conversation) -> None:
        """Go over from the open session, which is gone, to a new one with what is not sent."""
        connection = self._context.connection
        if conversation is self._context.conversation and connection is not None:
            conversation.draft = self._context.composer.whole_text
            self._open_chat.forget()
            await self._open(connection.conversation(connection.rescue_unsent(conversation)))

    async def leave_deleted(self, conversation: Conversation) -> None:
        """Go over to a new session if `conversation`, which is gone, is the open one."""
        connection = self._context.connection
        if conversation is self._context.conversation and connection is not None:
            self._context.composer.set_aside()
            self._open_chat.forget()
            await self._open(connection.conversation())

    async def _open(self, conversation: Conversation) -> None:
        # what is left was not shown whole when another is wanted
        self._send_held()
        self._open_chat.open(conversation, self._context.composer.whole_text)
        await self._show(conversation)

    async def _show(self, conversation: Conversation, *, rereads: bool = True) -> None:
        # in the same turn in which it was opened: what is typed from then on is written in it
        self._begin(conversation)
        # to the end, though nobody waits for it any more: what is written goes to the open session,
        # and another one would stay on the screen
        showing = asyncio.ensure_future(self._bring_up(conversation, rereads=rereads))
        self._showing.add(showing)
        showing.add_done_callback(self._showing.discard)
        await asyncio.shield(showing)

    def _begin(self, conversation: Conversation) -> None:
        connection = self._context.connection
        self._stop_note.end()
        for topic in (Topic.SESSION, Topic.DRAFT, Topic.UNSEEN):
            self._context.notice.end(topic)
        is_first = connection is not None and conversation.session_id is None
        composer = self._context.composer
        self._context.first_screen.show(
            connection.profile if is_first and connection else None,
            takes_questions=not composer.read_only,
        )
        composer.put(conversation.draft)
        if connection is not None:
            self._others.begin(connection, conversation)
        self._send_workers.seen(conversation)

    async def _bring_up(self, conversation: Conversation, *, rereads: bool) -> None:
        connection = self._context.connection
        await conversation.load()
        if conversation is not self._context.conversation:
            # another one has been opened since
            return
        await self._context.transcript.show(conversation)
        if connection is self._context.connection and connection is not None:
            connection.histories.look_at(conversation.stored)
            connection.note_open(conversation)
        self._context.draw()
        if conversation is not self._context.conversation:
            return
        is_still = conversation.session_id is not None and conversation.progress is None
        if rereads and is_still:
            self._refresher.reread(conversation)
