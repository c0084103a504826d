"""Deletion of exchanges of the open conversation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tui.conversation import Connection, Conversation
from tui.errors import RunnelError
from tui.model import Message
from tui.safe_text import clean_line
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.confirm import ConfirmScreen

SHOWN_QUESTIONS = 3
_SHOWN_CHARS = 80


class ExchangeDeletion:
    """Asks first; what the server refuses stays."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def delete(self, message_ids: Sequence[str]) -> None:
        """Delete the exchanges that these messages of the open conversation belong to."""
        context = self._context
        if context.connection is not None and context.conversation is not None:
            deletion = partial(self._delete, context.connection, context.conversation, message_ids)
            context.spawn(deletion, "delete")

    async def _delete(
        self, connection: Connection, conversation: Conversation, message_ids: Sequence[str]
    ) -> None:
        exchanges = {
            exchange[0].id: exchange
            for message_id in message_ids
            if (exchange := conversation.stored.history.exchange_of(message_id))
        }
        if not exchanges:
            self._context.notice.show(
                Topic.ACTION,
                "This cannot be deleted yet.",
                f"Wait for the answer, or stop it with {self._context.key_of('chat.stop')}.",
            )
            return
        if not await self._context.ask(_confirmation([each[0] for each in exchanges.values()])):
            return
        try:
            await conversation.stored.delete(message_ids)
        except RunnelError as error:
            self._context.notice.show_error(Topic.ACTION, error)
        else:
            if conversation.session_id is not None:
                connection.describe(conversation.session_id)
        if conversation is self._context.conversation:
            self._context.transcript.request_sync()
        # a host that turned out not to delete has no key for it any more
        self._context.draw()


def _confirmation(questions: Sequence[Message]) -> ConfirmScreen:
    count = len(questions)
    asked = (
        "Delete this question and its answer from the server?"
        if count == 1
        else f"Delete these {count} questions and their answers from the server?"
    )
    lines: list[str] = [clean_line(each.text, _SHOWN_CHARS) for each in questions[:SHOWN_QUESTIONS]]
    if count > SHOWN_QUESTIONS:
        lines.append(f"and {count - SHOWN_QUESTIONS} more")
    lines.append("This cannot be undone.")
    return ConfirmScreen(asked, "\n".join(lines))
