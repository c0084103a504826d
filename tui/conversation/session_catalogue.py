"""Session catalogue of a connection: its sessions as documents, remade where they changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from tui.conversation.connection import Connection
from tui.conversation.documents import Documents
from tui.model import Session
from tui.query import Document
from tui.query.found import Catalogue
from tui.store import SessionMarks

_SLICE_ROWS = 500


class SessionCatalogue:
    """A list may be long, and mostly one mark has changed, or one session."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sessions: Sequence[Session] = ()
        self._marks: Mapping[str, SessionMarks] = {}
        self._documents: list[Document] = []
        self.every = Catalogue(())

    async def take_in(self, *, drafts: bool) -> None:
        """Bring the documents in line with what is known now; with `drafts` all of them."""
        connection = self._connection
        sessions, marks = connection.listed_sessions(), connection.local.marks.by_session
        if sessions is self._sessions and marks is self._marks and not drafts:
            return
        # of those without marks one says when all that came before counts as read
        if drafts or self._marks.get("") != marks.get(""):
            self._documents, self._sessions = [], ()
        changed = {
            each
            for each in marks.keys() | self._marks.keys()
            if marks.get(each) is not self._marks.get(each)
        }
        known = {each.session.id: each for each in self._documents}
        documents: list[Document] = []
        of = Documents(connection).document
        for start in range(0, len(sessions), _SLICE_ROWS):
            for session in sessions[start : start + _SLICE_ROWS]:
                before = known.get(session.id)
                is_same = before is not None and before.session is session
                if before is not None and is_same and session.id not in changed:
                    documents.append(before)
                else:
                    documents.append(of(session))
            await asyncio.sleep(0)
        self._documents, self._sessions, self._marks = documents, sessions, marks
        self.every = Catalogue(documents)
