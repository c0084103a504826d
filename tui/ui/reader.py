"""Reading what the screen shows from the server: the account, the lists, the open history."""

from __future__ import annotations

from tui.conversation import Connection, Conversation
from tui.errors import RunnelError
from tui.ui.desk import Desk
from tui.ui.widgets.notice import Topic


class Reader:
    """Each kind of reading is one worker: asking again begins it anew."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read_connection(self) -> None:
        """Check who we are, settle the bot and read the session list, in the background."""
        if self._desk.connection is not None:
            self._desk.spawn(self._read_connection(self._desk.connection), "connection")

    def reread(self, conversation: Conversation) -> None:
        """Read the history of a conversation again, in the background."""
        if self._desk.connection is not None:
            self._desk.spawn(self._reread(self._desk.connection, conversation), "reread")

    async def _read_connection(self, connection: Connection) -> None:
        desk = self._desk
        try:
            await connection.backend.identify()
            desk.bots = {bot.id: bot for bot in await connection.backend.bots()}
            await connection.settle_bot()
            if connection.bot_id or not connection.backend.capabilities.sessions_belong_to_bot:
                await connection.sessions()
        except RunnelError as error:
            desk.notice.show_error(Topic.READING, error)
        else:
            desk.notice.end(Topic.READING)
            if not connection.bot_id:
                # a picker that opens by itself would take the letters being typed
                desk.notice.show(
                    Topic.READING,
                    f"Which {connection.backend.capabilities.bot_noun} answers is open.",
                    f"{desk.key_of('chat.bot')} picks one; sending a question asks for it too.",
                )
        desk.draw()

    async def _reread(self, connection: Connection, conversation: Conversation) -> None:
        desk = self._desk
        try:
            await conversation.reread()
        except RunnelError as error:
            desk.notice.show_error(Topic.READING, error)
            return
        if conversation.session_id is not None:
            connection.describe(conversation.session_id)
        if conversation is desk.conversation:
            desk.notice.end(Topic.READING)
            desk.transcript.request_sync()
        desk.draw()
