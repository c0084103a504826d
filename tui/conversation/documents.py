"""Documents of an account: its sessions as queries are asked about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.conversation.connection import Connection
from tui.model import Message, Session
from tui.query import Document, Marks, Matcher
from tui.query.found import Catalogue, Found, Page
from tui.store import SessionMarks

_NO_MARKS = SessionMarks()


@dataclass(frozen=True, slots=True)
class Documents:
    """Makes documents of the sessions of a connection."""

    _connection: Connection
    _marks: Mapping[str, SessionMarks]

    def document(self, session: Session, messages: Sequence[Message] = ()) -> Document:
        """Return a session with these messages as a query is asked about it."""
        connection = self._connection
        bot = connection.bots.get(connection.bot_id)
        bots = (connection.bot_id, bot.name) if bot is not None else (connection.bot_id,)
        return Document(
            session,
            messages,
            bots if connection.backend.capabilities.sessions_belong_to_bot else (),
            Marks(self._marks.get(session.id, _NO_MARKS).title),
            connection.local.draft(session.id),
        )

    def catalogue(self, sessions: Sequence[Session]) -> Catalogue:
        """Return sessions, in their order, for a search in what is kept of them here."""
        return Catalogue(map(self.document, sessions))


async def documents_of(connection: Connection) -> Documents:
    return Documents(connection, await connection.store.marks())


async def find(connection: Connection, matcher: Matcher, page: Page) -> Found:
    """Return a page of what a query finds in what is kept here of the listed sessions.

    The server is not asked.
    """
    documents = await documents_of(connection)
    catalogue = documents.catalogue(connection.listed_sessions())
    return await connection.store.find(matcher, catalogue, page)
