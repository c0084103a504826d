"""Search in the store's file: what the index suggests, held against the query."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import TypeVar

from msgspec import Struct

from tui.query.document import Document
from tui.query.found import Catalogue, Collector, Found, Page
from tui.query.matching import Matcher, SessionHit
from tui.store.sqlite.index_rows import (
    IndexRows,
    Lookup,
    lookups_of,
    rows_of_all,
    rows_of_some,
)
from tui.store.sqlite.index_terms import MANY_WORDS
from tui.store.sqlite.message_index import FullTextIndex
from tui.store.sqlite.rows import bound, unbound
from tui.store.sqlite.session_search import EVERYWHERE, SessionSearch, Suggested, standing_together
from tui.store.sqlite.text_filter import can_filter, slots_with
from tui.values import replace

T = TypeVar("T")
_SPARSE = 4
"""Where fewer than one of so many sessions are left, each is asked about by itself."""

_RARE = 4
"""Where fewer than one of so many sessions has a hit, those that come are read together."""


class SearchLimits(Struct, frozen=True):
    """What is worth how much: no hit depends on it, but the time that a search takes."""

    many_rows: int = 20_000
    """What stands in more rows of the index is looked for where sessions are looked at."""
    few_sessions: int = 500
    """So few are looked at, rather than that the index is asked for another word."""
    patience: int = 10
    """So many sessions and hits are read when the page is full, for the count alone."""
    few_documents: int = 1_000
    """In so few sessions nothing is asked of the whole index."""
    few_texts: int = 32
    """So few are read, rather than that the file is asked in which of them a phrase may stand."""
    many_words: int = MANY_WORDS
    sessions_at_once: range = range(16, 513)
    """So many are looked at together, from the fewest to the most."""
    spread_at_once: int = 128
    """So many at least, where that which is asked of the index takes long for few."""


LIMITS = SearchLimits()


def search(
    db: Connection,
    account: int,
    matcher: Matcher,
    catalogue: Catalogue,
    collector: Collector,
    limits: SearchLimits = LIMITS,
) -> Found:
    """Return what a query finds among the messages of an account; in a transaction."""
    return _Search(db, account, matcher, catalogue, limits, collector).run()


class _Plan(Struct, frozen=True):
    """What is asked of the index."""

    rare: Sequence[IndexRows]
    """Where each thing stands that stands in few messages."""
    common: Sequence[Lookup]
    """What is looked for where sessions are looked at."""
    is_told: bool
    """The index tells which sessions are found: of their messages none is to be read."""


class _Place(Struct, frozen=True):
    """A session of the catalogue in which there may be a hit."""

    at: int
    session: int
    """Its row, 0 where nothing of it is stored or nothing is asked of that."""
    count: int = 0
    """How many of its messages are stored; 0 where nobody asks."""


class _Search(Struct, frozen=True):
    db: Connection
    account: int
    matcher: Matcher
    catalogue: Catalogue
    limits: SearchLimits
    collector: Collector

    @property
    def page(self) -> Page:
        return self.collector.page

    def run(self) -> Found:
        collector = self.collector
        plan = self._plan()
        titled = set(self.catalogue.titled(self.matcher))
        needs_suggestion = self.matcher.asks_of_exchanges
        beyond = session_count = 0
        for places in self._places(plan, titled):
            suggested = self._suggested(plan, places)
            if (
                session_count > self.limits.few_texts
                and collector.count * _RARE <= session_count
                and not plan.is_told
            ):
                suggested = SessionSearch(self.db, self.matcher).standing(suggested)
            session_count += len(suggested)
            has_page = collector.has_page
            for place in places:
                found = suggested.get(place.session)
                is_left_out = found is None and needs_suggestion and place.at not in titled
                if is_left_out and not has_page:
                    # most of them, in a search for what is rare
                    continue
                if collector.has_enough or beyond > self.limits.patience:
                    return collector.found(is_all=False)
                if is_left_out:
                    beyond += 1
                    continue
                document = self.catalogue.documents[place.at]
                hit = self._hit(document, place, found, plan, is_by_title=place.at in titled)
                beyond += max(1, len(hit.exchanges) if hit else 0) * has_page
                if hit is not None:
                    collector.add(document, hit)
                    has_page = collector.has_page
        return collector.found(is_all=True)

    def _plan(self) -> _Plan:
        if not FullTextIndex().is_current(self.db):
            return _Plan((), (), is_told=False)
        lookups, is_all = lookups_of(self.db, self.matcher, self.limits.many_words)
        rare: list[IndexRows] = []
        common: list[Lookup] = []
        has_few = len(self.catalogue.documents) <= self.limits.few_documents
        is_known = False
        # of what is common its text tells more than many other words that are asked for
        told = {each.word for each in lookups if can_filter(each.word) and not each.is_spread}
        for lookup in lookups:
            if is_known and lookup.word:
                # where there are few sessions to look at, they are read more quickly
                continue
            if not (has_few or is_known) or lookup.is_spread:
                most = self.limits.many_rows
                if lookup.is_spread and lookup.word in told:
                    # that many more are not found in less time than those there are are read
                    most = min((most, *(2 * len(each.rows) for each in rare)))
                rows = rows_of_all(self.db, lookup, most)
                if rows is not None:
                    rare.append(rows)
                    is_known = len(rows.sessions) <= self.limits.few_sessions
                    continue
            if lookup.can_be_limited and not (lookup.is_spread and lookup.word in told):
                common.append(lookup)
        if is_known:
            # also what was put off before
            common = [each for each in common if not each.word]
        fewest = min((len(each.sessions) for each in rare), default=0)
        if rare and fewest < len(self.catalogue.documents) // _SPARSE:
            # the sessions left are far from one another
            common = [each for each in common if not each.is_spread]
        is_one = len(rare) + len(common) == len(lookups) == 1
        is_told = self.page.is_by_session and is_all and is_one
        return _Plan(rare, common, is_told)

    def _places(self, plan: _Plan, titled: set[int]) -> Iterator[Sequence[_Place]]:
        """Yield where in the catalogue there may be hits, in order: some, then more together."""
        positions: Sequence[int] = range(len(self.catalogue.documents))
        if not plan.rare:
            yield from map(list, map(self._placed, self._in_parts(positions, plan)))
            return
        sessions = set.intersection(*(each.sessions for each in plan.rare))
        if len(sessions) <= max(self.limits.few_sessions, len(positions) // _SPARSE):
            positions = sorted(titled.union(self._listed(sessions)))
        for part in self._in_parts(positions, plan):
            placed = self._placed(part)
            yield [each for each in placed if each.session in sessions or each.at in titled]

    def _in_parts(self, items: Sequence[T], plan: _Plan) -> Iterator[Sequence[T]]:
        fewest = self.limits.sessions_at_once.start
        if any(each.is_spread for each in plan.common):
            fewest = self.limits.spread_at_once
        first, size = 0, fewest
        while first < len(items):
            yield items[first : first + size]
            first, size = first + size, min(2 * size, self.limits.sessions_at_once.stop)
            if self.collector.count:
                # as many as may fill the page, if hits come as before
                enough = first * self.collector.missing // self.collector.count
                size = max(fewest, min(size, enough))

    def _placed(self, positions: Sequence[int]) -> Iterator[_Place]:
        """Yield those of which all holds that is asked of the session, in their order."""
        matcher, documents = self.matcher, self.catalogue.documents
        if matcher.asks_of_sessions and not matcher.asks_of_count:
            positions = [at for at in positions if matcher.holds_of_session(documents[at])]
        sessions: Mapping[str, int] = {}
        if matcher.asks_of_exchanges or matcher.asks_of_count:
            keys = [bound(documents[at].session.id) for at in positions]
            rows = self.db.execute(
                "SELECT key, id FROM session WHERE account = ?"
                f" AND key IN ({', '.join('?' * len(keys))})",
                (self.account, *keys),
            )
            sessions = {unbound(key): session for key, session in rows}
        counts: Mapping[int, int] = {}
        if matcher.asks_of_count:
            counts = dict(self._counts(sessions.values()))
        for at in positions:
            session = sessions.get(documents[at].session.id, 0)
            yield _Place(at, session, counts.get(session, 0))

    def _counts(self, sessions: Collection[int]) -> Iterator[tuple[int, int]]:
        """Yield these sessions with how many of their messages are stored."""
        places = ", ".join("?" * len(sessions))
        select = "SELECT session, count(*) FROM message"
        yield from self.db.execute(f"{select} WHERE session IN ({places}) GROUP BY 1", [*sessions])

    def _listed(self, sessions: Iterable[int]) -> Iterator[int]:
        """Yield where in the catalogue these sessions stand."""
        rows = self.db.execute(
            "SELECT session.key FROM json_each(?) AS asked"
            " CROSS JOIN session ON session.id = asked.value WHERE account = ?",
            (json.dumps([*sessions]), self.account),
        )
        for (key,) in rows:
            if (at := self.catalogue.positions.get(unbound(key))) is not None:
                yield at

    def _rows(self, plan: _Plan, places: Sequence[_Place]) -> Iterator[IndexRows]:
        """Yield where the common things stand in these sessions."""
        sessions = {each.session for each in places if each.session}
        for lookup in plan.common:
            rows = rows_of_some(self.db, lookup, sessions)
            sessions &= rows.sessions
            yield rows

    def _suggested(self, plan: _Plan, places: Sequence[_Place]) -> Mapping[int, Suggested]:
        """Return what is suggested of these sessions, by them, without those where nothing is."""
        rows = [*plan.rare, *self._rows(plan, places)]
        asked_about = {each.session for each in places}
        # of all sessions, most are left out without a look at what stands where in them
        left = asked_about.intersection(*(each.sessions for each in rows))
        suggested = {session: Suggested.of(session, rows) for session in left}
        suggested = {at: each for at, each in suggested.items() if all(each.masks)}
        if plan.is_told:
            return suggested
        for word in filter(can_filter, self.matcher.words):
            # of which nothing is told, it may be in any message
            asked = {at: each.words.get(word, EVERYWHERE) for at, each in suggested.items()}
            if sum(map(int.bit_count, asked.values())) > self.limits.few_texts:
                held = slots_with(self.db, word, asked)
                suggested = {at: suggested[at].with_word(word, held[at]) for at in held}
        return standing_together(self.db, self.matcher, suggested)

    def _hit(
        self,
        document: Document,
        place: _Place,
        suggested: Suggested | None,
        plan: _Plan,
        *,
        is_by_title: bool,
    ) -> SessionHit | None:
        session = place.session
        if self.matcher.asks_of_count:
            document = replace(document, kept_count=place.count)
        if self.matcher.asks_of_sessions and not self.matcher.holds_of_session(document):
            return None
        if not self.matcher.asks_of_exchanges:
            return SessionHit()
        may_hold = session and suggested is not None
        if plan.is_told:
            return SessionHit() if may_hold else None
        search = SessionSearch(self.db, self.matcher)
        held = search.exchanges(session, suggested) if session and suggested else iter(())
        exchanges = tuple(islice(held, 1) if self.page.is_by_session else held)
        return SessionHit(exchanges, is_by_title) if exchanges or is_by_title else None
