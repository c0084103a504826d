"""Turn events: what each event of a send changes on the screen."""

from __future__ import annotations

from collections.abc import Callable

from tui.conversation import Connection, Conversation
from tui.events import (
    Completed,
    QuestionNoted,
    Rereading,
    SessionCreated,
    Settled,
    Started,
    TextDelta,
    TitleChanged,
    TurnEvent,
)
from tui.ui.chat.away import AwayWatch
from tui.ui.chat.context import ChatContext
from tui.ui.chat.outbox import OutboxSender
from tui.ui.chat.refreshing import Refresher
from tui.ui.chat.send_workers import SendWorkers
from tui.ui.chat.sending import QuestionSender
from tui.ui.chat.session_commands import SessionCommands
from tui.ui.chat.stall import StallWatch
from tui.ui.chat.state_display import StateDisplay
from tui.ui.chat.stop_note import StopNote
from tui.ui.chat.titles import TitleWatch
from tui.ui.markdown.preparation import prepare


class TurnEvents:
    """Text is not drawn here: the transcript reads it from the conversation at its own pace.

    `later` calls something when what goes on now is over.
    """

    def __init__(
        self,
        context: ChatContext,
        send_workers: SendWorkers,
        sender: QuestionSender,
        refresher: Refresher,
        sessions: SessionCommands,
        stall: StallWatch,
        stop_note: StopNote,
        away: AwayWatch,
        state: StateDisplay,
        outbox: OutboxSender,
        later: Callable[..., object],
    ) -> None:
        self._context = context
        self._send_workers = send_workers
        self._sender = sender
        self._refresher = refresher
        self._sessions = sessions
        self._stall = stall
        self._stop_note = stop_note
        self._away = away
        self._state = state
        self._outbox = outbox
        self._titles = TitleWatch(context)
        self._later = later

    def show(self, connection: Connection, conversation: Conversation, event: TurnEvent) -> None:
        self._away.note(connection, conversation, event)
        if conversation is self._context.conversation:
            self._show_open(conversation, event)
            if isinstance(event, SessionCreated):
                connection.note_open(conversation)
            elif isinstance(event, Settled) and conversation.session_id is None:
                # it could not be made, and is listed now
                connection.note_last(conversation)
        self._titles.note(connection, conversation, event)
        if isinstance(event, Started):
            # not before: the question itself would go out later
            prepare()
        if isinstance(event, Settled):
            # the send that has settled is at its very end
            self._later(self._sender.note_settled, connection, conversation, event)
            # what was given back to the box by then counts no more
            self._later(self._outbox.note_settled, connection, event)
        match event:
            case Settled() if connection is self._context.connection:
                self._sessions.reread()
                self._refresher.poll_if_awaited(conversation)
                self._state.draw()
            case QuestionNoted() | SessionCreated() | TitleChanged() | Rereading() | Settled():
                self._state.draw()
            case _ if not self._state.is_ticking:
                # the first event of a run that was started elsewhere
                self._state.draw()
            case _:
                pass

    async def draw_last(self, conversation: Conversation) -> None:
        """Draw the end of what came, where it is in sight, before anything is made of it."""
        if conversation is self._context.conversation:
            await self._context.transcript.draw_last()

    def _show_open(self, conversation: Conversation, event: TurnEvent) -> None:
        transcript = self._context.transcript
        match event:
            case TextDelta(text):
                transcript.request_sync(len(text))
            case Completed() | Rereading() | Settled():
                transcript.pacer.request_last()
            case _:
                transcript.request_sync()
        self._stall.look()
        if isinstance(event, Settled):
            self._send_workers.seen(conversation)
            self._stop_note.tell(conversation, event)
