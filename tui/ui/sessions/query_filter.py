"""Query filter of a session list: what is found stays listed until the query changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from tui.model import Session
from tui.query import Query, QueryError, query_in

Find = Callable[[Query], Awaitable[Sequence[str]]]
"""Returns the ids of the sessions that a query finds."""


async def find_nothing(query: Query) -> Sequence[str]:
    return ()


class QueryFilter:
    """Holds which sessions a query has found, for a list that is looked through.

    A session that was found stays in it though it is read or answered meanwhile: whoever goes
    through the list sees what is done, and nothing moves under the cursor.
    """

    def __init__(self) -> None:
        self._query: Query | None = None
        self.error: QueryError | None = None
        """Why the line cannot be read, while it cannot."""
        self._found: Mapping[str, None] | None = None
        self._found_by: Query | None = None
        self._matching: tuple[object, Sequence[Session]] = (None, ())

    @property
    def query(self) -> Query | None:
        """What was asked for last; `None` where bare words filter the list, or nothing does."""
        return self._query

    @property
    def has_found(self) -> bool:
        return self._found is not None

    @property
    def is_looking(self) -> bool:
        """What was found is of another query; of this one it is not known yet."""
        return self._query is not None and self._query is not self._found_by

    def use(self, text: str) -> bool:
        """Take what stands in the line now; say whether something else is to be found."""
        try:
            query, self.error = query_in(text), None
        except QueryError as error:
            # what was found before stays until the line can be read again
            self.error = error
            return False
        if query == self._query:
            return False
        self._query = query
        if query is None:
            self._found = None
        return query is not None

    async def look(self, find: Find) -> None:
        """Find what the query finds by now: with what it found before, in place of another's."""
        query = self._query
        if query is None:
            return
        found = dict.fromkeys(await find(query))
        if query is not self._query:
            return
        before = self._found if query is self._found_by else None
        if before is None or not found.keys() <= before.keys():
            self._found, self._found_by = {**(before or {}), **found}, query

    def matching(self, sessions: Sequence[Session]) -> Sequence[Session]:
        """Return those that were found, in their order: the same object until it changes."""
        found = self._found
        if found is None:
            return ()
        if self._matching[0] is None or not _is_same(self._matching[0], (sessions, found)):
            matching = [each for each in sessions if each.id in found]
            self._matching = (sessions, found), matching
        return self._matching[1]


def _is_same(before: object, now: tuple[object, object]) -> bool:
    return isinstance(before, tuple) and before[0] is now[0] and before[1] is now[1]
