"""Open chat: the connection and the conversation on the screen, and what is being written there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.backends.base import Backend
from tui.conversation import Connection, Conversation, EarlySend
from tui.formatting.plain_text import on_own_lines


class OpenChat:
    """Knows no widget: whoever leaves a conversation hands in what is written there.

    Both are `None` until the first profile is open. `is_asking` says whether something is being
    sent in a conversation, or about to be, `text_waits` whether typed text has yet to be written.
    """

    def __init__(
        self,
        is_asking: Callable[[Conversation], bool] = lambda _: False,
        text_waits: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_asking = is_asking
        self._text_waits = text_waits
        self.connections: list[Connection] = []
        """Those that were open in this start, in the order in which they were first."""
        self.awaits_connection = True
        """The first connection there is will come without anybody asking for another."""
        self.early_questions: list[str] = []
        """Asked before anything was open, in their order: for the first conversation there is."""
        self.early_send: EarlySend | None = None
        """Asked before there was a chat, and not shown yet."""
        self.draft_is_unseen = False
        """A draft came into the box that nobody could have seen when the last key was pressed."""
        self._connection: Connection | None = None
        self._conversation: Conversation | None = None

    @property
    def connection(self) -> Connection | None:
        return self._connection

    @property
    def conversation(self) -> Conversation | None:
        return self._conversation

    @property
    def backend(self) -> Backend | None:
        return self._connection.backend if self._connection is not None else None

    @property
    def conversation_id(self) -> str:
        """What the open conversation is listed by, empty for one in which nothing was asked."""
        return self._conversation.id if self._conversation is not None else ""

    @property
    def session_id(self) -> str:
        """The open session, empty for one that is not made yet."""
        return (self._conversation.session_id or "") if self._conversation is not None else ""

    @property
    def web_address(self) -> str:
        """Where the vendor shows the open session, empty where that is not known."""
        if self._connection is None or not self.session_id:
            return ""
        return self._connection.profile.web_address(self.session_id)

    @property
    def is_busy(self) -> bool:
        """An answer is coming in the open conversation."""
        return self._conversation is not None and self._conversation.progress is not None

    @property
    def is_new(self) -> bool:
        """Nothing was asked yet in the open conversation."""
        conversation = self._conversation
        if conversation is None or conversation.session_id is not None:
            return False
        # what was asked stands nowhere until it is its turn to be sent
        if self.early_questions or self._is_asking(conversation):
            return False
        return not conversation.timeline and not conversation.queue

    def starts_anew(self, unsent: str) -> bool:
        """Something was written or asked before anything was open, as if nothing were written.

        A draft of an earlier start must not come between: what is typed on would be sent with it.
        """
        if self._conversation is not None:
            return False
        return bool(unsent.strip() or self.early_questions) or self._text_waits()

    def use(
        self,
        connection: Connection,
        unsent: str,
        session_id: str | None = None,
        conversation: Conversation | None = None,
    ) -> Conversation:
        """Go over to a session of `connection`, without an id a new one, and return it.

        With `conversation` it is that one.

        `unsent` is written where we were: what was written before anything was open belongs to
        the first conversation there is, with `starts_anew` in the place of its draft.
        """
        early = unsent if self._conversation is None else ""
        conversation = conversation or connection.conversation(session_id)
        if self.starts_anew(unsent):
            connection.local.set_aside_draft(conversation.id)
        self.leave(unsent)
        self._note_draft_of(conversation, unsent)
        if early:
            conversation.draft = on_own_lines(conversation.draft, early)
        if connection not in self.connections:
            self.connections.append(connection)
        self._connection, self._conversation = connection, conversation
        return conversation

    def open(self, conversation: Conversation, unsent: str) -> None:
        """Go over to another conversation of this connection, `unsent` is written where we were."""
        self.leave(unsent)
        self._note_draft_of(conversation, unsent)
        self._conversation = conversation

    def _note_draft_of(self, conversation: Conversation, unsent: str) -> None:
        # what stood in the box before was seen there
        self.draft_is_unseen = bool(conversation.draft.strip()) and conversation.draft != unsent

    def leave(self, unsent: str) -> None:
        """Keep what is written as the draft of the conversation that was open; none is now.

        Where its session is gone, what is not sent is kept where it can be.
        """
        conversation = self._conversation
        if conversation is not None:
            conversation.draft = unsent
            if conversation.is_gone and conversation.progress is None:
                assert self._connection is not None
                self._connection.rescue_unsent(conversation)
        self._conversation = None

    def forget(self) -> None:
        """Leave a conversation that is gone, with all that is written in it."""
        self._conversation = None

    def note_draft(self, text: str) -> bool:
        """Keep what is written as the draft; say whether there is one now and was not, or was."""
        conversation = self._conversation
        if conversation is None or conversation.draft == text:
            return False
        had_draft = bool(conversation.draft)
        conversation.draft = text
        return had_draft != bool(text)

    def questions(self) -> Sequence[str]:
        """Return what was asked before, newest first; what another window writes here is new."""
        if self._connection is None:
            return []
        local = self._connection.local
        elsewhere = local.draft_elsewhere(self.conversation_id)
        return [elsewhere, *local.questions()] if elsewhere.strip() else local.questions()

    def remember_question(self, text: str) -> None:
        if self._connection is not None:
            self._connection.local.remember_question(text)
