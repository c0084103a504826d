"""Rows of the index in which one thing stands: of all sessions, or of some of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from sqlite3 import Connection
from typing import Protocol

from msgspec import Struct

from tui.query.matching import Matcher
from tui.store.sqlite.fact_index import FactLookup, fact_lookup
from tui.store.sqlite.index_terms import word_lookups
from tui.store.sqlite.indexing import SLOTS

_NEAR = 64
"""Sessions whose rows are no further apart are asked about in one go."""
_LAST = 2**50
"""No session has a row beyond it."""


class Lookup(Protocol):
    """One thing that an exchange must have in the index."""

    @property
    def word(self) -> str:
        """Which stands in a message, if all of its lookups find that; empty for a fact."""
        ...

    @property
    def is_spread(self) -> bool:
        """What it finds in few sessions takes about as long as what it finds in all."""
        ...

    @property
    def can_be_limited(self) -> bool:
        """What it finds in many sessions is found without a look at all others."""
        ...

    def found(self, first: int, last: int) -> tuple[str, Sequence[object]]:
        """Return what selects the rows that have it, of the sessions from `first` to `last`."""
        ...


def lookups_of(db: Connection, matcher: Matcher, many_words: int) -> tuple[list[Lookup], bool]:
    """Return what an exchange must have that a query finds, and whether it asks for nothing else.

    What is mostly in the fewest messages comes first.
    """
    facts = [fact_lookup(condition) for condition in matcher.conditions]
    found: list[FactLookup] = [each for each in facts if each is not None]
    # the longest word is the rarest, most often
    words = [
        lookup
        for word in sorted(matcher.words, key=len, reverse=True)
        # what is looked up at once tells how much it is worth to look for the rest
        for lookup in sorted(word_lookups(db, word, many_words), key=attrgetter("is_spread"))
    ]
    is_all = len(found) == len(facts) and matcher.asks_for_conditions_only
    return [*found, *words], is_all


class IndexRows(Struct, frozen=True, dict=True):
    """Where one thing stands."""

    lookup: Lookup
    rows: Sequence[int]
    """Ascending."""

    @cached_property
    def sessions(self) -> set[int]:
        return {row // SLOTS for row in self.rows}

    def mask(self, session: int) -> int:
        """Return in which slots of a session it may stand, as bits."""
        rows, end = self.rows, (session + 1) * SLOTS
        at = bisect_left(rows, session * SLOTS)
        mask = 0
        while at < len(rows) and rows[at] < end:
            mask |= 1 << rows[at] % SLOTS
            at += 1
        return mask


def rows_of_all(db: Connection, lookup: Lookup, most: int) -> IndexRows | None:
    """Return where one thing stands; `None` for what stands in more rows than `most`."""
    select, asked = lookup.found(0, _LAST)
    rows = db.execute(f"{select} LIMIT ?", (*asked, most + 1)).fetchall()
    return IndexRows(lookup, sorted(row for (row,) in rows)) if len(rows) <= most else None


def rows_of_some(db: Connection, lookup: Lookup, sessions: Collection[int]) -> IndexRows:
    """Return where one thing stands in these sessions, and maybe in others near them."""
    rows: list[int] = []
    for first, last in _stretches(sorted(sessions)):
        rows += (row for (row,) in db.execute(*lookup.found(first, last)))
    rows.sort()
    return IndexRows(lookup, rows)


def _stretches(sessions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of those that are near one another."""
    first = 0
    for at in range(1, len(sessions) + 1):
        if at == len(sessions) or sessions[at] - sessions[at - 1] > _NEAR:
            yield sessions[first], sessions[at - 1]
            first = at
