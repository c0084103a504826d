"""Session commands: the list of sessions, and opening, pinning and deleting one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual.worker import Worker

from tui.conversation import Connection
from tui.conversation.session_finder import asked_of_histories
from tui.errors import RunnelError
from tui.ui.chat.context import ChatContext
from tui.ui.chat.export import SessionExport
from tui.ui.chat.marking import Marking
from tui.ui.chat.navigation import Navigation
from tui.ui.chat.notice import Topic
from tui.ui.chat.title_reading import TitleReading
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.key_routing import wait_a_while
from tui.ui.sessions.list_actions import ListActions
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.listing import SessionListing
from tui.ui.sessions.mark_actions import SessionMarkActions
from tui.ui.sessions.panel import SessionPanel, SessionRequest
from tui.ui.sessions.picker import SessionsScreen
from tui.ui.splash import LIST_FROM_COLUMNS

_DELETE = "Delete this session from the server?"


class SessionCommands:
    """Does in the background what is asked for in the sidebar or in the picker of sessions."""

    def __init__(
        self,
        context: ChatContext,
        sidebar: SessionPanel,
        listing: SessionListing,
        navigation: Navigation,
        export: SessionExport,
        marking: Marking,
        now: Callable[[], datetime],
    ) -> None:
        self._context = context
        self._sidebar = sidebar
        self._listing = listing
        self._now = now
        self._navigation = navigation
        self._export = export
        self._marking = marking
        self._picker: SessionPanel | None = None
        self._titles = TitleReading(context, self._draw_titles)
        self._rereading: Worker[None] | None = None
        self._stepping = asyncio.Lock()
        self._steps_left = 0

    def draw(self) -> None:
        """Show what is known of the sessions, in the sidebar and in the picker."""
        connection = self._context.connection
        if connection is None:
            return
        listed = self._listing.listed(connection, self._titles.unread)
        for panel in (self._sidebar, self._picker):
            if panel is not None:
                panel.can_delete = connection.backend.session_deletion is not None
                panel.show(listed, open_id=self._context.conversation_id, now=self._now())

    async def act(self, request: SessionRequest) -> None:
        """Do what is asked for in the sidebar or in the picker."""
        match request:
            case SessionList.Opened(session_id):
                await self._navigation.open_session(session_id)
            case ListActions.Pinned(session_id):
                self._toggle_pin(session_id)
            case ListActions.DeleteRequested(session_id):
                self._ask_to_delete(session_id)
            case ListActions.ExportRequested() as asked:
                self._export.export_listed(asked)
            case SessionList.Seen(session_ids):
                self._titles.read(session_ids)
            case SessionMarkActions.MarkRequested(act, session_ids):
                self._marking.mark(act, session_ids)
            case SessionPanel.Filtered(words):
                self._look_through(words)
            case ListActions.NextSpanRequested():
                self._listing.next_span()
                self.draw()

    def _look_through(self, words: str) -> None:
        connection = self._context.connection
        if connection is not None:
            before = self._titles.unread
            listed, now = connection.listed_sessions(), connection.now()
            self._titles.read_all(asked_of_histories(words, listed, now))
            if self._titles.unread != before:
                self.draw()

    # Reading

    def reread(self) -> None:
        """Read the list again; when that fails it stays as it is."""
        self._rereading = self._context.begin(self._reread, "list")

    async def _reread(self, connection: Connection) -> None:
        try:
            await connection.sessions()
        except RunnelError:
            return  # the transcript tells what is wrong with the server
        self.draw()

    def _draw_titles(self, connection: Connection) -> None:
        if connection is self._context.connection and self._sidebar.is_attached:
            self.draw()

    def stop_reading(self) -> None:
        if self._rereading is not None:
            self._rereading.cancel()
        self._titles.stop()

    # Going through them

    async def step(self, step: int) -> None:
        """Open the session behind the open one in the list, or before it.

        Keys behind wait for it, but not for long where the list is still looked for.
        """
        is_done = asyncio.Event()
        stepping = self._step(step, is_done)
        self._sidebar.run_worker(stepping, group="step", description="step")
        await wait_a_while(is_done)

    @property
    def is_stepping(self) -> bool:
        """A session behind or before the open one is to be opened, and is not yet."""
        # not whether it is locked: between one step and the next it is not, for a turn of the loop
        return self._steps_left > 0

    async def _step(self, step: int, is_done: asyncio.Event) -> None:
        self._steps_left += 1
        try:
            async with self._stepping:
                if await self._sidebar.ahead.turn():
                    await self._step_now(step)
        finally:
            self._steps_left -= 1
            if not self.is_stepping:
                self._context.notice.end(Topic.STEPPING)
            is_done.set()

    async def _step_now(self, step: int) -> None:
        session_id = self._sidebar.step(step)
        if session_id is not None:
            await self._navigation.look_at(session_id)
        else:
            self._sidebar.app.notify(
                "This is the last one." if step > 0 else "This is the first one.", markup=False
            )

    async def read_on(self) -> None:
        """Mark the open session as read, and open the one behind it."""
        connection = self._context.connection
        if connection is None:
            return
        if (session := connection.known_session(self._context.conversation_id)) is not None:
            connection.local.marks.mark_read([session])
            self.draw()
        await self.step(1)

    def show_next_query(self) -> None:
        """Have the list show what the next saved query finds."""
        if self._sidebar.action_next_query() and not self._sidebar.display:
            # going from one session to the next follows it nonetheless
            words = self._sidebar.words or "all of them"
            self._sidebar.app.notify(f"Sessions: {words}", markup=False)

    # Acting on one

    def pick(self) -> None:
        """Put the sessions over the screen, and open what is picked."""
        self._context.begin(self._pick, "sessions")

    async def _pick(self, connection: Connection) -> None:
        # whoever asks for it beside the list wants it
        is_wanted = self._has_room()
        screen = SessionsScreen(
            self._context.key_of, self.act, lambda: not is_wanted and self._has_room()
        )
        self._picker = screen.panel
        # one filter for both: keys that go from session to session follow it
        screen.panel.show_query(self._sidebar.words)
        self.draw()
        try:
            session_id = await self._context.ask(screen)
        finally:
            self._picker = None
            self._sidebar.show_query(screen.panel.words)
            self._look_through(self._sidebar.words)
        if session_id is None and not is_wanted and self._has_room():
            # the list beside the chat goes on with what was done in the picker
            self._sidebar.take_keys()
        # another profile may have been opened behind the picker
        if session_id is not None and connection is self._context.connection:
            await self._navigation.open_session(session_id)

    def _has_room(self) -> bool:
        """Say whether the list stands beside the chat, or is about to."""
        is_folded = self._sidebar.screen.has_class("-folded")
        return self._sidebar.app.size.width >= LIST_FROM_COLUMNS and not is_folded

    def _toggle_pin(self, session_id: str) -> None:
        if self._context.connection is not None and session_id:
            self._context.connection.local.marks.toggle_pin(session_id)
            self.draw()

    def _ask_to_delete(self, session_id: str) -> None:
        """Ask, then delete a session at the server."""
        if self._context.connection is not None and not session_id:
            # what was never sent stays among the earlier questions
            self._context.connection.local.set_aside_draft("")
            self.draw()
        else:
            deletion = partial(self._delete, session_id=session_id)
            self._context.begin(deletion, "delete-session")

    async def _delete(self, connection: Connection, session_id: str) -> None:
        session = connection.known_session(session_id)
        name = session_id
        if session is not None:
            name = connection.local.marks.title_of(session)
        is_gone = session is not None and session.gone_at is not None
        asked = "Delete the only copy of this session?" if is_gone else _DELETE
        if not await self._context.ask(ConfirmScreen(f"{asked} This cannot be undone.", name)):
            return
        conversation = connection.conversation(session_id)
        conversation.queue.hold()
        conversation.stop()
        try:
            await connection.delete_session(session_id)
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
            # a host may turn out not to delete sessions
            self._context.draw()
        else:
            await self._navigation.leave_deleted(conversation)
            self._context.draw()
            self._sidebar.app.notify(f"Deleted: {name}", markup=False)
