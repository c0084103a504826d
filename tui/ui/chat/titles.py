"""Titles of new sessions, which the server gives them later."""

from __future__ import annotations

from functools import partial
from weakref import WeakSet

from tui.conversation import Connection, Conversation
from tui.errors import RunnelError
from tui.events import QuestionNoted, Rereading, SessionCreated, Settled, TurnEvent
from tui.model import MessageStatus
from tui.ui.chat.context import ChatContext


class TitleWatch:
    """Waits for the title of each session that was made here."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._unnamed = WeakSet[Conversation]()

    def note(self, connection: Connection, conversation: Conversation, event: TurnEvent) -> None:
        """Have a new session named, from the moment the server knows it."""
        match event:
            case SessionCreated():
                self._unnamed.add(conversation)
            case QuestionNoted() | Rereading():
                pass
            case Settled() if event.question.status is MessageStatus.UNSENT:
                # the server knows the session from the next question on
                pass
            case _ if conversation in self._unnamed:
                self._unnamed.discard(conversation)
                self._follow(connection, conversation.session_id or "")
            case _:
                pass

    def _follow(self, connection: Connection, session_id: str) -> None:
        if connection.backend.titles is not None:
            title = partial(self._wait_for, connection, session_id)
            self._context.spawn(title, f"title-{session_id}")

    async def _wait_for(self, connection: Connection, session_id: str) -> None:
        try:
            await connection.follow_title(session_id)
        except RunnelError:
            return  # a title is a nicety
        self._context.draw()
