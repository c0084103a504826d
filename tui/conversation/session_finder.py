"""Session finder: which of the listed sessions a query finds, and how many of each saved query."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from tui.conversation.connection import Connection
from tui.conversation.documents import Documents
from tui.model import Session
from tui.query import Document, Matcher, Query, parse
from tui.query.found import COUNTED, Catalogue, Page
from tui.query.tree import Field, Has, Is, State

_SLICE_ROWS = 500
_LOOKED_AT = 100
"""So many sessions tell whether it is a bot of which more is told than its messages."""
_OPERATORS: Mapping[str, str] = {
    "Unread": "unread:",
    "No source": "nosource: after:7d",
    "Frustrated": "frustrated: after:7d",
    "👎": "feedback:down after:7d",
}
"""What is told of a bot to whoever runs it, unless the settings name other queries."""


@dataclass(frozen=True, slots=True)
class FoundIds:
    """The sessions that a query finds, in the order of the list."""

    ids: Sequence[str] = ()
    is_all: bool = True
    """There are no more than those."""


@dataclass(frozen=True, slots=True)
class SavedQuery:
    name: str
    text: str
    found: FoundIds = FoundIds()


class SessionFinder:
    """Looks in what is kept here of the sessions of a connection; the server is not asked.

    What a person has put in the archive is found only where a query names that.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._basis: object = None
        self._known: tuple[Sequence[Session], Sequence[str]] = ((), ())
        self._every = self._current = Catalogue(())

    @property
    def basis(self) -> tuple[Sequence[Session], int, int]:
        """What results depend on: the same until something else may be found."""
        connection = self._connection
        index = connection.session_index
        return connection.listed_sessions(), connection.local.marks.version, index.digests_noted

    def saved(self) -> Sequence[SavedQuery]:
        """Return the saved queries: as they are configured, else those that tell of a bot."""
        texts = self._connection.queries
        if texts is None:
            rows = self._connection.listed_sessions()
            texts = _OPERATORS if any(each.facts is not None for each in rows[:_LOOKED_AT]) else {}
        return [SavedQuery(*each) for each in texts.items()]

    async def count(self) -> Sequence[SavedQuery]:
        """Return the saved queries with what they find by now."""
        return [
            SavedQuery(each.name, each.text, await self.find(parse(each.text)))
            for each in self.saved()
        ]

    async def find(self, query: Query) -> FoundIds:
        """Return the sessions that a query finds, the first `COUNTED` where messages are asked."""
        matcher = Matcher(query, self._connection.now())
        catalogue = await self._catalogue(query)
        if not matcher.asks_of_exchanges and not matcher.asks_of_count:
            return FoundIds([each async for each in _holding(matcher, catalogue.documents)])
        page = Page(COUNTED, is_by_session=True)
        found = await self._connection.store.find(matcher, catalogue, page)
        ids = [each.document.session.id for each in found.sessions]
        return FoundIds(ids, found.is_all and found.count <= len(ids))

    def known(self) -> Mapping[str, Sequence[str]]:
        """Values that a query may name, by its key, as far as the list tells of them."""
        rows = self._connection.listed_sessions()
        if self._known[0] is not rows:
            labels = Counter(
                each for row in rows if row.facts is not None for each in row.facts.labels
            )
            self._known = rows, [label for label, _ in labels.most_common()]
        tags = self._connection.local.marks.tags
        bots = [bot.name for bot in self._connection.bots.values()]
        return {Field.LABEL: self._known[1], Field.TAG: tags, Field.BOT: bots}

    async def find_ids(self, query: Query) -> Sequence[str]:
        return (await self.find(query)).ids

    async def _catalogue(self, query: Query) -> Catalogue:
        conditions = [term.condition for term in query.terms]
        asks_of_drafts = any(isinstance(e, Has) and e.field is Field.DRAFT for e in conditions)
        # drafts change with every key
        if self._basis != (basis := self.basis) or asks_of_drafts:
            await self._make(basis[0])
            self._basis = basis
        return self._every if Is(State.ARCHIVED) in conditions else self._current

    async def _make(self, sessions: Sequence[Session]) -> None:
        """Make documents of all sessions, a few at a time."""
        documents = Documents(self._connection)
        every: list[Document] = []
        for start in range(0, len(sessions), _SLICE_ROWS):
            every += map(documents.document, sessions[start : start + _SLICE_ROWS])
            await asyncio.sleep(0)
        self._every = self._current = Catalogue(every)
        if self._connection.local.marks.archived:
            self._current = Catalogue(each for each in every if not each.marks.is_archived)


async def _holding(matcher: Matcher, documents: Sequence[Document]) -> AsyncIterator[str]:
    for start in range(0, len(documents), _SLICE_ROWS):
        for each in documents[start : start + _SLICE_ROWS]:
            if matcher.holds_of_session(each):
                yield each.session.id
        await asyncio.sleep(0)
