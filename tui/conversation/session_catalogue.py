"""Session catalogue of a connection: its sessions as documents, remade where they changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from tui.conversation.connection import Connection
from tui.conversation.documents import Documents
from tui.conversation.told_texts import ToldTexts
from tui.model import Session
from tui.query import Document, Matcher
from tui.query.found import Catalogue
from tui.store import SessionMarks

_SLICE_ROWS = 1_000


class SessionCatalogue:
    """A list may be long, and most queries are about few of its sessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.told = ToldTexts(connection.store)
        self._marks: Mapping[str, SessionMarks] = {}
        self._known: dict[str, Document] = {}
        """By session, as they are with these marks."""
        self._every: tuple[Sequence[Session], Catalogue] | None = None

    async def every(self, *, drafts: bool = False) -> Catalogue:
        """Return all sessions: the same until something changes, with `drafts` never the same."""
        sessions = self._connection.listed_sessions()
        self._let_go(drafts=drafts)
        if self._every is not None and self._every[0] is sessions:
            return self._every[1]
        marks, documents = self._marks, list[Document]()
        for rows in _slices(sessions):
            documents += map(self._document, rows)
            await asyncio.sleep(0)
        every = Catalogue(documents)
        if self._marks is marks:
            self._every, self._known = (sessions, every), {e.session.id: e for e in documents}
        return every

    async def holding(self, matcher: Matcher, *, drafts: bool = False) -> Sequence[Document]:
        """Return those of which all holds that is asked of the session, in their order."""
        self._let_go(drafts=drafts)
        holding: list[Document] = []
        for rows in _slices(self._connection.listed_sessions()):
            if matcher.asks_for_unread:
                rows = self._connection.local.marks.unread(rows)
            # most are of another time, and need not be made
            documents = map(self._document, matcher.of_time(rows))
            holding += filter(matcher.holds_of_session, documents)
            await asyncio.sleep(0)
        return holding

    def _let_go(self, *, drafts: bool) -> None:
        """Forget the documents that are not as they were."""
        before, marks = self._marks, self._connection.local.marks.by_session
        if marks is before and not drafts:
            return
        self._marks, self._every = marks, None
        # of those without marks one says when all that came before counts as read
        if drafts or before.get("") != marks.get(""):
            self._known.clear()
        for each in marks.keys() | before.keys():
            if marks.get(each) is not before.get(each):
                self._known.pop(each, None)

    def _document(self, session: Session) -> Document:
        known = self._known.get(session.id)
        if known is None or known.session is not session:
            known = self._known[session.id] = Documents(self._connection).document(session)
        return known


def _slices(sessions: Sequence[Session]) -> Iterator[Sequence[Session]]:
    for start in range(0, len(sessions), _SLICE_ROWS):
        yield sessions[start : start + _SLICE_ROWS]
