"""The sessions of a connection in the list: their states, titles and pins, and deleting them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual import work
from textual.binding import Binding
from textual.message import Message

from tui.backends.base import MAX_ROWS
from tui.conversation import Connection, Conversation
from tui.errors import RunnelError
from tui.formatting.times import Span
from tui.model import Session
from tui.ui.chat.send_workers import Turns
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.picker import SessionCommand, SessionsScreen
from tui.ui.sessions.rows import ListedSessions, RowState, SessionRow

TITLES_EVERY_S = 0.3
"""How often titles are drawn that are read one after another."""


class Sidebar(SessionList):
    """Keeps the list in line with the connection and the sends on their way."""

    BINDINGS = [
        Binding("t", "next_span", "Time", id="sessions.period"),
    ]

    @dataclass
    class Deleted(Message):
        """This session is gone."""

        conversation: Conversation
        name: str

    @dataclass
    class Failed(Message):
        """Something asked for here did not work."""

        error: RunnelError

    def __init__(self, turns: Turns, now: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._turns = turns
        self._clock = now
        self._connection: Connection | None = None
        self._shown_id = ""
        self._span = Span.ALL
        self._span_basis: tuple[object, ...] = ()
        self._of_span: Sequence[Session] = ()

    def use(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _can_delete(self) -> bool:
        connection = self._connection
        return connection is not None and connection.backend.session_deletion is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._can_delete if action == "delete" else True

    def draw(self, open_id: str) -> None:
        """Show what is known; `open_id` is the session in the transcript, empty for a new one."""
        self._shown_id = open_id
        if self._connection is None:
            return
        listed = self._listed(self._connection)
        empty = "No sessions yet: just type."
        if self._span is not Span.ALL:
            empty = "None in this time: t shows more."
        self.show(listed, open_id=open_id, now=self._clock(), empty=empty)
        if isinstance(self.app.screen, SessionsScreen) and self.app.screen.is_mounted:
            self.app.screen.show_sessions(listed)

    def action_next_span(self) -> None:
        """Show the sessions of another time, from all over today to the last year."""
        self._span = self._span.next
        self.draw(self._shown_id)

    def _listed(self, connection: Connection) -> ListedSessions:
        sessions = self._sessions_of_span(connection)
        return ListedSessions(
            sessions,
            connection.store.pinned(),
            partial(self._row, connection),
            self._head(connection, len(sessions)),
        )

    def _head(self, connection: Connection, shown: int) -> tuple[str, ...]:
        """Return what is to be known of a list that does not show all there is."""
        head = [f"the newest {MAX_ROWS:,} only"] if connection.list_is_cut else []
        if self._span is not Span.ALL:
            head.append(f"{self._span.value} · {shown} of {len(connection.listed_sessions())}")
        return tuple(head)

    def _sessions_of_span(self, connection: Connection) -> Sequence[Session]:
        sessions = connection.listed_sessions()
        if self._span is Span.ALL:
            return sessions
        # once a minute, because the whole list has to be looked through
        now = self._clock().replace(second=0, microsecond=0)
        basis = (sessions, self._span, now)
        if basis != self._span_basis:
            period = self._span.period(now)
            self._span_basis = basis
            self._of_span = tuple(each for each in sessions if period.holds(each))
        return self._of_span

    def _row(self, connection: Connection, session: Session) -> SessionRow:
        conversation = connection.opened(session.id)
        if conversation is None:
            state = RowState.DRAFT if connection.store.draft(session.id) else RowState.QUIET
            return SessionRow(session, state)
        progress = conversation.progress
        seconds = 0 if progress is None else int(connection.clock() - progress.began_at)
        return SessionRow(session, self._turns.state(conversation), seconds)

    @work(group="list", exclusive=True)
    async def reread(self) -> None:
        """Read the list again; when that fails it stays as it is."""
        connection = self._connection
        if connection is None:
            return
        try:
            await connection.sessions()
        except RunnelError:
            return  # the transcript tells what is wrong with the server
        self.draw(self._shown_id)

    @work(group="titles", exclusive=True)
    async def read_titles(self, session_ids: tuple[str, ...]) -> None:
        """Read the histories of sessions that have no title, one after another."""
        connection = self._connection
        if connection is None:
            return
        drawn_at, is_named = connection.clock(), False
        try:
            for session_id in session_ids:
                is_named |= await connection.read_title(session_id)
                # a quick server names all in sight in less time than it takes to draw each
                if is_named and connection.clock() - drawn_at >= TITLES_EVERY_S:
                    drawn_at, is_named = connection.clock(), False
                    self._draw_titles(connection)
        except RunnelError:
            pass  # a title is a nicety; opening the session tells what is wrong
        finally:
            if is_named:
                self._draw_titles(connection)

    def _draw_titles(self, connection: Connection) -> None:
        if connection is self._connection and self.is_attached:
            self.draw(self._shown_id)

    def stop_reading(self) -> None:
        for group in ("list", "titles"):
            self.workers.cancel_group(self, group)

    @work(group="picker", exclusive=True)
    async def pick(self) -> None:
        """Put the sessions over the screen, with a filter, and do what is picked."""
        connection = self._connection
        if connection is None:
            return
        picked = await self.app.push_screen_wait(
            SessionsScreen(
                self._listed(connection),
                self._shown_id,
                self._clock(),
                self.read_titles,
                self.action_next_span,
                can_delete=self._can_delete,
            )
        )
        if picked is None or connection is not self._connection:
            # nothing was picked, or another profile has been opened behind the picker
            return
        match picked.command:
            case SessionCommand.OPEN:
                self.post_message(self.Opened(picked.session_id))
            case SessionCommand.PIN:
                self.toggle_pin(picked.session_id)
            case SessionCommand.DELETE:
                self.delete(picked.session_id)

    def toggle_pin(self, session_id: str) -> None:
        if self._connection is not None:
            self._connection.store.toggle_pin(session_id)
            self.draw(self._shown_id)

    @work(group="delete", exclusive=True)
    async def delete(self, session_id: str) -> None:
        """Ask, then delete a session at the server."""
        connection = self._connection
        if connection is None:
            return
        session = connection.known_session(session_id)
        name = session.label if session is not None else session_id
        if not await self.app.push_screen_wait(
            ConfirmScreen("Delete this session and all its messages at the server?", name)
        ):
            return
        conversation = connection.conversation(session_id)
        conversation.stop()
        try:
            await connection.delete_session(session_id)
        except RunnelError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Deleted(conversation, name))

    def on_session_list_pinned(self, event: SessionList.Pinned) -> None:
        event.stop()
        self.toggle_pin(event.session_id)

    def on_session_list_delete_requested(self, event: SessionList.DeleteRequested) -> None:
        event.stop()
        self.delete(event.session_id)

    def on_session_list_seen(self, event: SessionList.Seen) -> None:
        event.stop()
        self.read_titles(event.session_ids)
