"""What lies open on the chat screen, shared by the parts that act on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui.backends.base import Backend
from tui.conversation import Connection, Conversation
from tui.model import Bot
from tui.ui.chat.notice import Notice
from tui.ui.chat.send_workers import Spawn
from tui.ui.composer.composer import Composer
from tui.ui.dialogs.ask import Ask
from tui.ui.transcript.transcript import Transcript


@dataclass(slots=True)
class Desk:
    """The open connection and conversation, and the widgets that show them.

    `draw` brings list, status line and keys in line with what is known now.
    """

    transcript: Transcript
    composer: Composer
    notice: Notice
    key_of: Callable[[str], str]
    spawn: Spawn
    ask: Ask
    draw: Callable[[], None]
    connection: Connection | None = None
    conversation: Conversation | None = None

    @property
    def bots(self) -> Mapping[str, Bot]:
        """What can answer, by id, as the open connection offers it."""
        return self.connection.bots if self.connection is not None else {}

    @property
    def conversation_id(self) -> str:
        """What the open conversation is listed by, empty for one in which nothing was asked."""
        return self.conversation.id if self.conversation is not None else ""

    @property
    def session_id(self) -> str:
        """The open session, empty for one that is not made yet."""
        return (self.conversation.session_id or "") if self.conversation is not None else ""

    @property
    def backend(self) -> Backend | None:
        return self.connection.backend if self.connection is not None else None
