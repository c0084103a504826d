"""Watch over answers that end while nobody looks: each is told, and how many are unread."""

from __future__ import annotations

from weakref import WeakSet

from tui.conversation import Connection, Conversation
from tui.conversation.outcome import STOPPED
from tui.events import QuestionNoted, Rereading, Settled, TurnEvent
from tui.formatting.plain_line import plain_line
from tui.model import Message, Session
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notifications import News, Notifications, OutsideView
from tui.ui.chat.window_title import window_title

FIRST_WORDS_CHARS = 120
"""So much of a message is told outside of the app."""
ENDED, FAILED = "An answer has ended.", "An answer failed."
SILENT = "The bot is silent: a person may have taken over."


class AwayWatch:
    """Tells of the conversations that are not open, and of all while the terminal is left."""

    def __init__(
        self, context: ChatContext, outside: OutsideView, notifications: Notifications
    ) -> None:
        self._context = context
        self._outside = outside
        self._notifications = notifications
        self._asked = WeakSet[Conversation]()
        """Those in which something was asked here: a run may have been begun elsewhere."""
        self._seen_ends = WeakSet[Conversation]()
        """Those of which the stream ended under somebody's eyes."""
        self._unread = WeakSet[Conversation]()

    def note(self, connection: Connection, conversation: Conversation, event: TurnEvent) -> None:
        """Hear of an event of a send, before it is shown."""
        match event:
            case QuestionNoted():
                self._asked.add(conversation)
                self._unread.discard(conversation)
            case Rereading() if self._is_in_sight(conversation):
                self._seen_ends.add(conversation)
            case Settled(answer=answer):
                self._note_end(connection, conversation, answer)
            case _:
                pass

    def _note_end(
        self, connection: Connection, conversation: Conversation, answer: Message
    ) -> None:
        was_seen = conversation in self._seen_ends or self._is_in_sight(conversation)
        self._seen_ends.discard(conversation)
        failure = answer.failure
        if was_seen or (failure is not None and failure.exit_code == STOPPED.exit_code):
            return
        self._unread.add(conversation)
        if connection.profile.embedded and conversation not in self._asked:
            # the demonstration runs something by itself, of which a bell would only frighten
            return
        if failure is not None:
            sentence, words = FAILED, failure.sentence
        else:
            words = plain_line(answer.text, FIRST_WORDS_CHARS)
            is_silent = not words and connection.backend.capabilities.operators
            sentence = SILENT if is_silent else ENDED
        session = connection.known_session(conversation.id)
        self._notifications.tell(news_of(connection, session, sentence, words))

    def draw_title(self, *, is_busy: bool) -> None:
        """Have the terminal's title say how it goes."""
        connection, conversation = self._context.connection, self._context.conversation
        show = self._outside.show_title
        if show is not None and connection is not None and conversation is not None:
            unread = self.unread_count
            show(window_title(connection, conversation, is_busy=is_busy, unread=unread))

    def note_seen(self) -> None:
        """Note that all of the open conversation is looked at, as far as it is there by now."""
        connection, conversation = self._context.connection, self._context.conversation
        if connection is None or conversation is None or not self._is_in_sight(conversation):
            return
        if conversation.progress is None and conversation.messages:
            connection.note_seen(conversation)

    def _is_in_sight(self, conversation: Conversation) -> bool:
        return conversation is self._context.conversation and self._outside.has_focus()

    @property
    def unread_count(self) -> int:
        """How many conversations have an answer that nobody has looked at since it ended."""
        for conversation in [*self._unread]:
            if self._is_in_sight(conversation):
                self._unread.discard(conversation)
        return len(self._unread)


def news_of(connection: Connection, session: Session | None, sentence: str, words: str) -> News:
    """Return what is told of a session, which may not be known."""
    profile = connection.profile.name
    title = connection.local.marks.title_of(session) if session is not None else profile
    return News(profile, sentence, title, words)
