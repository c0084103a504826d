"""Drafts of several windows: each has its own in a session, and hears of those of the others."""

from __future__ import annotations

from functools import partial

from tui.conversation import Connection, Conversation
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic


class SharedDrafts:
    """Takes over what a window that is over has left in the box, and tells of what others write.

    Nothing of another window is ever put into the box: what is sent is what its person saw there.
    """

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._told_in: Conversation | None = None
        """Where a person was told, and may have closed the note."""

    def begin(self, connection: Connection, conversation: Conversation) -> None:
        """Hear that the draft of a conversation stands in the box."""
        if conversation.draft:
            self._context.spawn(partial(self._adopt, connection, conversation), "draft")
        self._told_in = None
        self.tell()

    def tell(self) -> None:
        """Say whether another window writes in the open session, once as long as it does."""
        context, conversation = self._context, self._context.conversation
        if context.connection is None or conversation is None:
            return
        if not context.connection.local.draft_elsewhere(conversation.id).strip():
            self._told_in = None
            context.notice.end(Topic.DRAFT_ELSEWHERE)
        elif conversation is not self._told_in:
            self._told_in = conversation
            context.notice.show(
                Topic.DRAFT_ELSEWHERE,
                "Another window has a draft in this session.",
                f"{context.key_of('chat.recall')} brings its text here; it stays there too.",
            )

    async def _adopt(self, connection: Connection, conversation: Conversation) -> None:
        draft = conversation.draft
        is_ours = await connection.local.adopt_draft(conversation.id)
        if is_ours or conversation is not self._context.conversation:
            return
        # another window was faster; what was written on is ours
        if self._context.composer.whole_text == draft:
            self._context.composer.put("")
