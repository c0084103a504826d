"""Session finder: which of the listed sessions a query finds, and how many of each saved query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.session_catalogue import SessionCatalogue
from tui.model import Session
from tui.query import Matcher, Query, QueryError, parse
from tui.query.found import COUNTED, Catalogue, Page
from tui.query.saved import OF_OPERATORS
from tui.query.tree import Condition, Dated, Has, Is, State, TextKey

_LOOKED_AT = 100
"""So many sessions tell whether it is a bot of which more is told than its messages."""
_OWN_FIELDS = {TextKey.TITLE, TextKey.TAG, TextKey.NOTE, TextKey.DRAFT}
_OWN_STATES = {State.UNREAD, State.FLAG, State.ARCHIVED, State.OWN}
_LISTED_FIELDS = {TextKey.BOT, TextKey.LEAD, TextKey.TAG, TextKey.NOTE, TextKey.DRAFT}


class FoundIds(Struct, frozen=True):
    """The sessions that a query finds, in the order of the list."""

    ids: Sequence[str] = ()
    is_all: bool = True
    """There are no more than those among what is kept here."""
    is_known: bool = True
    """Of each session that it may find it is known here what stands in it."""


class SavedQuery(Struct, frozen=True):
    name: str
    text: str
    found: FoundIds = FoundIds(is_known=False)
    """Nothing that is known, until it is counted."""


class SessionFinder:
    """Looks in what is kept here of the sessions of a connection; the server is not asked.

    What a person has put in the archive is found only where a query names that.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.catalogue = SessionCatalogue(connection)
        self._found: dict[Query, FoundIds] = {}
        """Of queries about messages and nothing that a person marks, on one basis."""
        self._found_on: object = None
        self._known: tuple[Sequence[Session], Sequence[str]] = ((), ())

    @property
    def basis(self) -> tuple[Sequence[Session], int, int]:
        """What results depend on: the same until something else may be found."""
        connection = self._connection
        index = connection.session_index
        return (
            connection.listed_sessions(),
            index.digests.times_noted,
            connection.local.marks.version,
        )

    def saved(self) -> Sequence[SavedQuery]:
        """Return the saved queries: as they are configured, else those that tell of a bot."""
        texts = self._connection.queries
        if texts is None:
            rows = self._connection.listed_sessions()[:_LOOKED_AT]
            texts = OF_OPERATORS if any(each.facts is not None for each in rows) else {}
        return [SavedQuery(*each) for each in texts.items()]

    async def count(self) -> Sequence[SavedQuery]:
        """Return the saved queries with what they find by now."""
        return [
            SavedQuery(each.name, each.text, await self.find(parse(each.text)))
            for each in self.saved()
        ]

    async def find(self, query: Query) -> FoundIds:
        """Return the sessions that a query finds, the first `COUNTED` where messages are asked."""
        await self.catalogue.told.take_in(query)
        found = await self._find(query)
        archived = self._connection.local.marks.archived
        if not archived or any(term.condition == Is(State.ARCHIVED) for term in query.terms):
            return found
        ids = [each for each in found.ids if each not in archived]
        return FoundIds(ids, found.is_all, found.is_known)

    async def _find(self, query: Query) -> FoundIds:
        now = self._connection.now()
        matcher = Matcher(query, now)
        if not matcher.asks_of_exchanges and not matcher.asks_of_count:
            documents = await self.catalogue.holding(matcher, drafts=_asks_of_drafts(query))
            return FoundIds([each.session.id for each in documents])
        if _asks_of_own(query):
            return await self._ask(matcher, drafts=_asks_of_drafts(query))
        sessions, digests_noted, _ = self.basis
        # what is asked since some days ago is another with the time
        if self._found_on != (basis := (sessions, digests_noted, now.replace(second=0))):
            self._found, self._found_on = {}, basis
        found = self._found.get(query)
        if found is None:
            found = self._found[query] = await self._ask(matcher)
        return found

    async def _ask(self, matcher: Matcher, *, drafts: bool = False) -> FoundIds:
        """Ask the store about the sessions of which all that is asked of themselves holds."""
        if matcher.asks_of_sessions and not matcher.asks_of_count:
            catalogue = Catalogue(await self.catalogue.holding(matcher, drafts=drafts))
        else:
            catalogue = await self.catalogue.every(drafts=drafts)
        page = Page(COUNTED, is_by_session=True)
        found = await self._connection.store.find(matcher, catalogue, page)
        ids = [each.document.session.id for each in found.sessions]
        return FoundIds(ids, found.is_all and found.count <= len(ids), await self._knows(matcher))

    async def _knows(self, matcher: Matcher) -> bool:
        """Say whether there are copies of all sessions of the time that is asked for."""
        connection, index = self._connection, self._connection.session_index
        await index.digests.recall()
        return all(
            index.digests.is_known(each.id) or each.id in connection.unmade
            for each in matcher.of_time(connection.listed_sessions())
        )

    def known(self) -> Mapping[str, Sequence[str]]:
        """Return values that a query may name, by its key, as far as they are known at once."""
        rows = self._connection.listed_sessions()
        if self._known[0] is not rows:
            labels = Counter(
                each for row in rows if row.facts is not None for each in row.facts.labels
            )
            self._known = rows, [label for label, _ in labels.most_common()]
        told, tags = self.catalogue.told.by_field, self._connection.local.marks.tags
        bots = [bot.name for bot in self._connection.bots.values()]
        return {**told, TextKey.LABEL: self._known[1], TextKey.TAG: tags, TextKey.BOT: bots}

    async def find_ids(self, query: Query) -> Sequence[str]:
        return (await self.find(query)).ids


def _asks_of_drafts(query: Query) -> bool:
    conditions = (term.condition for term in query.terms)
    return any(isinstance(each, Has) and each.field is TextKey.DRAFT for each in conditions)


def _asks_of_own(query: Query) -> bool:
    """Say whether it matters what a person marked, named or wrote; words stand in names too."""
    conditions = [term.condition for term in query.terms]
    return bool(query.words) or any(
        (isinstance(each, Has) and each.field in _OWN_FIELDS)
        or (isinstance(each, Is) and each.state in _OWN_STATES)
        for each in conditions
    )


def asked_of_histories(text: str, sessions: Sequence[Session], now: datetime) -> Sequence[Session]:
    """Return those of which a query asks what neither the list nor a mark tells.

    None for what is no query, and none of a time that is not asked for.
    """
    try:
        query = parse(text)
    except QueryError:
        return ()
    if all(_is_listed(term.condition) for term in query.terms):
        return ()
    return Matcher(query, now).of_time(sessions)


def _is_listed(condition: Condition) -> bool:
    match condition:
        case Has(field):
            return field in _LISTED_FIELDS
        case Is(state):
            return state in _OWN_STATES
        case _:
            return isinstance(condition, Dated)
