"""Message finder: what a query finds in all that is kept here of a connection's sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tui.conversation.connection import Connection
from tui.conversation.documents import may_be_kept
from tui.conversation.session_catalogue import SessionCatalogue
from tui.query import Document, Matcher, Query
from tui.query.found import Catalogue, Collector, Found, FoundSession, Page
from tui.query.tree import Has, TextKey
from tui.values import replace


class MessageFinder:
    """Looks where the store does, and in what stands there in no history yet.

    That is what is asked and answered just now, and what failed or was never sent. `catalogue` is
    that of the connection: of a long list one is enough.
    """

    def __init__(self, connection: Connection, catalogue: SessionCatalogue) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._kept: tuple[Catalogue, Mapping[str, datetime], Catalogue] | None = None
        """All sessions, which of them were forgotten, and those that are left."""

    def matcher(self, query: Query) -> Matcher:
        """Return what answers a query as it is meant now."""
        return Matcher(query, self._connection.now())

    async def find(self, query: Query, page: Page) -> Found:
        """Return a page of what a query finds; it begins with the first hit.

        Whoever is cancelled while it waits stops the search.
        """
        conditions = [term.condition for term in query.terms]
        asks_of_drafts = any(isinstance(e, Has) and e.field is TextKey.DRAFT for e in conditions)
        matcher, catalogue = self.matcher(query), await self._kept_here(drafts=asks_of_drafts)
        found = await self._connection.store.find(matcher, catalogue, page)
        await self._catalogue.told.take_in(query)
        live = self._live_documents(catalogue)
        return _with_live(found, live, matcher, catalogue, page) if live else found

    async def _kept_here(self, *, drafts: bool) -> Catalogue:
        """Return the sessions without those of which only the list tells, as they were forgotten.

        The same until something changes.
        """
        every = await self._catalogue.every(drafts=drafts)
        if not (forgotten := self._connection.local.forgotten):
            return every
        if self._kept is None or self._kept[0] is not every or self._kept[1] is not forgotten:
            kept = (e for e in every.documents if may_be_kept(self._connection, e.session))
            self._kept = every, forgotten, Catalogue(kept)
        return self._kept[2]

    def _live_documents(self, catalogue: Catalogue) -> list[Document]:
        """Return the sessions of which more is known than the store's histories hold."""
        return [
            replace(catalogue.documents[at], messages=tuple(each.timeline))
            for each in self._connection.unsettled
            if (at := catalogue.positions.get(each.id)) is not None
        ]


def _with_live(
    found: Found, live: list[Document], matcher: Matcher, catalogue: Catalogue, page: Page
) -> Found:
    sessions = {each.document.session.id: each for each in found.sessions}
    count = found.count
    for document in live:
        session_id = document.session.id
        if (before := sessions.pop(session_id, None)) is not None:
            count -= max(1, len(before.hit.exchanges))
        if (hit := matcher.hit(document)) is not None:
            sessions[session_id] = FoundSession(document, hit)
            count += max(1, len(hit.exchanges))
    collector = Collector(page)
    for each in sorted(
        sessions.values(), key=lambda each: catalogue.positions[each.document.session.id]
    ):
        collector.add(each.document, each.hit)
    return replace(collector.found(is_all=found.is_all), count=count)
