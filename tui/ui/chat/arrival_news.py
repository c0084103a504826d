"""News of what arrives: what a saved query finds anew, and bots that have fallen silent."""

from __future__ import annotations

from tui.conversation import Connection
from tui.conversation.session_finder import SessionFinder
from tui.conversation.watching import NewExchange
from tui.formatting.plain_line import plain_line
from tui.query import Matcher, parse
from tui.ui.chat.away import FIRST_WORDS_CHARS, SILENT, news_of
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notifications import Notifications, OutsideView


class ArrivalNews:
    """Tells of new exchanges that a person wants to know of and does not look at."""

    def __init__(
        self, context: ChatContext, outside: OutsideView, notifications: Notifications
    ) -> None:
        self._context = context
        self._outside = outside
        self._notifications = notifications
        self._silent: set[str] = set()
        """The sessions in which the bot has fallen silent; that is told once."""

    def note(self, connection: Connection, new: NewExchange) -> None:
        question, session = new.exchange.messages[0], new.session
        was_silent = session.id in self._silent
        (self._silent.discard if new.is_answered else self._silent.add)(session.id)
        if question.origin is not None or self._is_in_sight(session.id):
            # asked from here, which is told otherwise
            return
        words = plain_line(question.text, FIRST_WORDS_CHARS)
        if not new.is_answered and not was_silent:
            self._notifications.tell(news_of(connection, session, SILENT, words))
        for each in SessionFinder(connection).saved() if connection.notifying else ():
            if each.name in connection.notifying and new.is_found_by(
                Matcher(parse(each.text), connection.now())
            ):
                sentence = f"New in “{each.name}”."
                self._notifications.tell(news_of(connection, session, sentence, words))

    def _is_in_sight(self, session_id: str) -> bool:
        return session_id == self._context.session_id and self._outside.has_focus()
