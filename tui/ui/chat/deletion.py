"""Deleting exchanges of the open conversation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tui.conversation import Connection, Conversation
from tui.errors import RunnelError
from tui.model import Message
from tui.safe_text import clean_line
from tui.ui.chat.context import Desk
from tui.ui.chat.notice import Topic
from tui.ui.dialogs.confirm import ConfirmScreen

TOLD_QUESTIONS = 3
_TOLD_CHARS = 80


class Deleter:
    """Asks first; what the server refuses stays."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def delete(self, message_ids: Sequence[str]) -> None:
        """Delete the exchanges that these messages of the open conversation belong to."""
        desk = self._desk
        if desk.connection is not None and desk.conversation is not None:
            deletion = partial(self._delete, desk.connection, desk.conversation, message_ids)
            desk.spawn(deletion, "delete")

    async def _delete(
        self, connection: Connection, conversation: Conversation, message_ids: Sequence[str]
    ) -> None:
        exchanges = {
            exchange[0].id: exchange
            for message_id in message_ids
            if (exchange := conversation.exchange_of(message_id))
        }
        if not exchanges:
            self._desk.notice.show(
                Topic.ACTION, "This cannot be deleted yet.", "Wait for the answer, or stop it."
            )
            return
        if not await self._desk.ask(_confirmation([each[0] for each in exchanges.values()])):
            return
        try:
            await conversation.delete(message_ids)
        except RunnelError as error:
            self._desk.notice.show_error(Topic.ACTION, error)
        else:
            if conversation.session_id is not None:
                connection.describe(conversation.session_id)
        if conversation is self._desk.conversation:
            self._desk.transcript.request_sync()
        # a host that turned out not to delete has no key for it any more
        self._desk.draw()


def _confirmation(questions: Sequence[Message]) -> ConfirmScreen:
    count = len(questions)
    asked = (
        "Delete this question and its answer at the server?"
        if count == 1
        else f"Delete these {count} questions and their answers at the server?"
    )
    told: list[str] = [clean_line(each.text, _TOLD_CHARS) for each in questions[:TOLD_QUESTIONS]]
    if count > TOLD_QUESTIONS:
        told.append(f"and {count - TOLD_QUESTIONS} more")
    return ConfirmScreen(asked, "\n".join(told))
