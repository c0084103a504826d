"""Chat context: what is open, and the widgets and callbacks of those who act on it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from msgspec import Struct
from textual.worker import Worker

from tui.backends.base import Backend
from tui.conversation import Connection, Conversation
from tui.ui.chat.first_screen import FirstScreen
from tui.ui.chat.notice import Notice
from tui.ui.chat.open_chat import OpenChat
from tui.ui.chat.send_workers import Spawn
from tui.ui.composer.composer import Composer
from tui.ui.dialogs.ask import Ask
from tui.ui.transcript.transcript import Transcript

NO_SERVER = "no server is open"
"""Why what needs one cannot be done."""


class ChatContext(Struct, frozen=True):
    """`draw` brings list, status line and keys in line with what is known now."""

    open_chat: OpenChat
    transcript: Transcript
    first_screen: FirstScreen
    composer: Composer
    notice: Notice
    key_of: Callable[[str], str]
    spawn: Spawn
    ask: Ask
    draw: Callable[[], None]
    keys_wait: Callable[[], bool]

    @property
    def connection(self) -> Connection | None:
        return self.open_chat.connection

    @property
    def conversation(self) -> Conversation | None:
        return self.open_chat.conversation

    @property
    def conversation_id(self) -> str:
        return self.open_chat.conversation_id

    @property
    def session_id(self) -> str:
        return self.open_chat.session_id

    @property
    def backend(self) -> Backend | None:
        return self.open_chat.backend

    def begin(
        self, work: Callable[[Connection], Coroutine[Any, Any, None]], group: str
    ) -> Worker[None] | None:
        """Have `work` done with the connection that is open; `None` where there is none."""
        connection = self.connection
        return None if connection is None else self.spawn(partial(work, connection), group)
