"""Documents of an account: its sessions as queries are asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.model import Message, Session
from tui.query import Document, Marks, Matcher
from tui.query.found import Catalogue, Found, Page
from tui.store import NO_MARKS

_READ, _UNREAD = Marks(), Marks(is_unread=True)


class Documents(Struct, frozen=True):
    """Makes documents of the sessions of a connection."""

    _connection: Connection

    def document(self, session: Session, messages: Sequence[Message] = ()) -> Document:
        """Return a session with these messages as a query is asked about it."""
        connection = self._connection
        bots = _bots(connection.bot_id, connection.bot_name(connection.bot_id))
        return Document(
            session,
            messages,
            bots if connection.backend.capabilities.sessions_belong_to_bot else (),
            self.marks(session),
            connection.local.draft(session.id) or connection.local.draft_elsewhere(session.id),
        )

    def marks(self, session: Session) -> Marks:
        """Return what a person noted about a session and its exchanges."""
        local = self._connection.local.marks
        marks = local.of(session.id)
        if marks is NO_MARKS:
            # as most are: a list is long
            return _UNREAD if local.is_unread(session) else _READ
        exchanges = marks.exchanges
        return Marks(
            marks.title,
            local.is_unread(session),
            marks.is_flagged or any(each.is_flagged for each in exchanges),
            marks.is_archived,
            tuple(dict.fromkeys([*marks.tags, *(tag for each in exchanges for tag in each.tags)])),
            "\n".join(filter(None, (marks.note, *(each.note for each in exchanges)))),
            marks.is_ours,
        )

    def catalogue(self, sessions: Sequence[Session]) -> Catalogue:
        """Return sessions, in their order, for a search in what is kept of them here."""
        return Catalogue(map(self.document, sessions))


@lru_cache(maxsize=8)
def _bots(bot_id: str, name: str) -> tuple[str, ...]:
    return (bot_id, name) if name else (bot_id,)


async def find(connection: Connection, matcher: Matcher, page: Page) -> Found:
    """Return a page of what a query finds in what is kept here of the listed sessions.

    The server is not asked. Of what was forgotten nothing is kept here.
    """
    listed = connection.listed_sessions()
    if connection.local.forgotten:
        listed = [each for each in listed if may_be_kept(connection, each)]
    catalogue = Documents(connection).catalogue(listed)
    return await connection.store.find(matcher, catalogue, page)


def may_be_kept(connection: Connection, session: Session) -> bool:
    """Say whether something may be kept of a session; what is written in it since, always."""
    local = connection.local
    return (
        not local.is_forgotten(session)
        or bool(local.draft(session.id) or local.draft_elsewhere(session.id))
        or local.marks.of(session.id).is_by_hand
    )
