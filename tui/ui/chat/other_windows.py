"""Other windows on the same store: what they write and ask in the open session."""

from __future__ import annotations

from functools import partial

from tui.conversation import Connection, Conversation
from tui.model import Session
from tui.safe_text import clean_line
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic

SHOWN_CHARS = 60
"""So much is shown of a question that another window has on its way."""


class OtherWindows:
    """Takes over what a window that is over has left in the box, and tells of what others write.

    Nothing of another window is ever put into the box: what is sent is what its person saw there.
    """

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._told: dict[Topic, str] = {}
        """By topic: what a person was told of."""

    def begin(self, connection: Connection, conversation: Conversation) -> None:
        """Hear that the draft of a conversation stands in the box."""
        if conversation.draft:
            self._context.spawn(partial(self._adopt, connection, conversation), "draft")
        self._told.clear()
        self._tell_draft(connection, conversation)
        self._tell_asked(connection, conversation)

    def tell(self) -> None:
        """Say what other windows write and ask in the open session, and that it was forgotten."""
        connection, conversation = self._context.connection, self._context.conversation
        if connection is not None and conversation is not None:
            self._tell_draft(connection, conversation)
            self._tell_asked(connection, conversation)
            self._tell_forgotten(connection, conversation)

    def _tell_draft(self, connection: Connection, conversation: Conversation) -> None:
        if connection.local.draft_elsewhere(conversation.id).strip():
            self._tell_once(
                Topic.DRAFT_ELSEWHERE,
                conversation.id,
                "Another window has a draft in this session.",
                f"{self._context.key_of('chat.recall')} brings its text here; it stays there too.",
            )
        else:
            self._end(Topic.DRAFT_ELSEWHERE)

    def _tell_asked(self, connection: Connection, conversation: Conversation) -> None:
        question = connection.local.asked_elsewhere(conversation.id)
        if question is not None:
            self._tell_once(
                Topic.ASKED_ELSEWHERE,
                question.id,
                f"Asked in another window: {clean_line(question.text, SHOWN_CHARS)}",
                "The answer shows here as soon as it is whole.",
            )
            return
        self._end(Topic.ASKED_ELSEWHERE)
        is_empty = not conversation.messages and not conversation.queue
        if is_empty and connection.unmade.is_made_elsewhere(conversation.id):
            self._tell_once(
                Topic.SESSION,
                conversation.id,
                "Another window has sent what stood here.",
                f"Its session is in the list: {self._context.key_of('chat.sessions')} goes there.",
            )

    def _tell_forgotten(self, connection: Connection, conversation: Conversation) -> None:
        """Say why nothing stands here any more; to read it unasked would be to keep it again."""
        session_id = conversation.session_id
        if session_id is None or conversation.timeline:
            return
        if connection.local.is_forgotten(Session(session_id)):
            self._tell_once(
                Topic.SESSION,
                session_id,
                "Another window has forgotten this session here.",
                f"{self._context.key_of('chat.reread')} reads it from the server again.",
            )

    def _tell_once(self, topic: Topic, what: str, sentence: str, hint: str) -> None:
        """Show a note as long as it is about the same: a person may close it."""
        if self._told.get(topic) != what:
            self._told[topic] = what
            self._context.notice.show(topic, sentence, hint)

    def _end(self, topic: Topic) -> None:
        self._told.pop(topic, None)
        self._context.notice.end(topic)

    async def _adopt(self, connection: Connection, conversation: Conversation) -> None:
        draft = conversation.draft
        is_ours = await connection.local.adopt_draft(conversation.id)
        if is_ours or conversation is not self._context.conversation:
            return
        # another window was faster; what was written on is ours
        if self._context.composer.whole_text == draft:
            self._context.composer.put("")
