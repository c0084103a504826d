"""Search in the store's file: what the index suggests, held against the query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from sqlite3 import Connection

from tui.model import Role
from tui.query.document import Document, Exchange
from tui.query.found import Catalogue, Collector, Found, Page
from tui.query.matching import Matcher, SessionHit
from tui.store.sqlite.histories import ROLES, read_messages
from tui.store.sqlite.index_terms import Lookup, lookups_of, slot_of
from tui.store.sqlite.message_index import FullTextIndex
from tui.store.sqlite.rows import session_row, unbound


@dataclass(frozen=True, slots=True)
class Limits:
    """What is worth how much: no hit depends on it, but the time that a search takes."""

    many_rows: int = 20_000
    """What stands in as many rows of the index is looked for session by session."""
    few_sessions: int = 500
    """So few are read at once, rather than that the index is asked for all of another word."""
    patience: int = 10
    """So many sessions are read when the page is full, for the count alone."""
    few_documents: int = 1_000
    """In so few sessions all is looked for session by session."""


LIMITS = Limits()
Masks = Mapping[int, int]
"""By session: the slots in which something may stand, as bits."""


def search(
    db: Connection,
    account: int,
    matcher: Matcher,
    catalogue: Catalogue,
    collector: Collector,
    limits: Limits = LIMITS,
) -> Found:
    """Return what a query finds among the messages of an account; in a transaction."""
    return _Search(db, account, matcher, catalogue, limits, collector.page).run(collector)


@dataclass(frozen=True, slots=True)
class _Search:
    db: Connection
    account: int
    matcher: Matcher
    catalogue: Catalogue
    limits: Limits
    page: Page

    def run(self, collector: Collector) -> Found:
        gathered, common = self._gathered()
        titled = set(self.catalogue.titled(self.matcher))
        beyond = 0
        for at, session in self._places(gathered, titled):
            if collector.has_enough or beyond > self.limits.patience:
                return collector.found(is_all=False)
            beyond += collector.has_page
            document = self.catalogue.documents[at]
            hit = self._hit(document, session, gathered, common, is_by_title=at in titled)
            if hit is not None:
                collector.add(document, hit)
        return collector.found(is_all=True)

    def _gathered(self) -> tuple[list[Masks], list[Lookup]]:
        """Return where each thing stands that stands in few messages, and what is all over."""
        if not FullTextIndex().is_current(self.db):
            return [], []
        lookups = lookups_of(self.matcher.words, self.matcher.conditions)
        if len(self.catalogue.documents) <= self.limits.few_documents:
            return [], lookups
        gathered: list[Masks] = []
        common: list[Lookup] = []
        # the longest word is the rarest, most often
        for lookup in sorted(lookups, key=lambda each: len(each.expression), reverse=True):
            if any(len(masks) <= self.limits.few_sessions for masks in gathered):
                common.append(lookup)
                continue
            rows = self.db.execute(
                f"SELECT rowid FROM {lookup.table} WHERE {lookup.table} MATCH ? LIMIT ?",
                (lookup.expression, self.limits.many_rows),
            ).fetchall()
            if len(rows) == self.limits.many_rows:
                common.append(lookup)
            else:
                gathered.append(_masks(lookup, rows))
        return gathered, common

    def _places(
        self, gathered: Sequence[Masks], titled: set[int]
    ) -> Iterator[tuple[int, int | None]]:
        """Yield where in the catalogue there may be a hit, in order; with the session, if known."""
        if not gathered:
            yield from ((at, None) for at in range(len(self.catalogue.documents)))
            return
        fewest = min(gathered, key=len)
        sessions = [each for each in fewest if all(each in masks for masks in gathered)]
        places: dict[int, int | None] = dict.fromkeys(titled)
        places |= dict(self._listed(sessions))
        yield from sorted(places.items())

    def _listed(self, sessions: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield where in the catalogue these sessions stand."""
        positions = self.catalogue.positions
        if len(sessions) > self.limits.few_sessions:
            wanted = set(sessions)
            rows = self.db.execute("SELECT id, key FROM session WHERE account = ?", (self.account,))
            keys = [(row, key) for row, key in rows if row in wanted]
        else:
            keys = [(each, self._key_of(each)) for each in sessions]
        for session, key in keys:
            if key is not None and (at := positions.get(unbound(key))) is not None:
                yield at, session

    def _key_of(self, session: int) -> str | bytes | None:
        row = self.db.execute(
            "SELECT key FROM session WHERE id = ? AND account = ?", (session, self.account)
        ).fetchone()
        return None if row is None else row[0]

    def _hit(
        self,
        document: Document,
        session: int | None,
        gathered: Sequence[Masks],
        common: Sequence[Lookup],
        *,
        is_by_title: bool,
    ) -> SessionHit | None:
        if session is None:
            is_needed = self.matcher.asks_of_exchanges or self.matcher.asks_of_count
            key = document.session.id
            session = session_row(self.db, self.account, key) if is_needed else 0
        if self.matcher.asks_of_count and session:
            count = self.db.execute("SELECT count(*) FROM message WHERE session = ?", (session,))
            document = replace(document, kept_count=count.fetchone()[0])
        if not self.matcher.holds_of_session(document):
            return None
        if not self.matcher.asks_of_exchanges:
            return SessionHit()
        masks = [each.get(session, 0) for each in gathered]
        held = self._exchanges(session, masks, common) if session else iter(())
        exchanges = tuple(islice(held, 1) if self.page.is_by_session else held)
        return SessionHit(exchanges, is_by_title) if exchanges or is_by_title else None

    def _exchanges(
        self, session: int, masks: list[int], common: Sequence[Lookup]
    ) -> Iterator[Exchange]:
        """Yield the exchanges of a session that hold all, oldest first."""
        for lookup in common:
            if not all(masks):
                return
            masks.append(self._mask(lookup, session))
        if not all(masks):
            return
        for rows in self._rows_of_exchanges(session):
            own = 0
            for row in rows:
                own |= 1 << slot_of(row)
            if all(own & mask for mask in masks):
                messages = read_messages(self.db, session, rows)
                exchange = Exchange(tuple(each.message for each in messages))
                if self.matcher.holds_of_exchange(exchange):
                    yield exchange

    def _mask(self, lookup: Lookup, session: int) -> int:
        first = session * lookup.rows
        rows = self.db.execute(
            f"SELECT rowid FROM {lookup.table} WHERE {lookup.table} MATCH ?"
            " AND rowid BETWEEN ? AND ?",
            (lookup.expression, first, first + lookup.rows - 1),
        ).fetchall()
        return _masks(lookup, rows).get(session, 0)

    def _rows_of_exchanges(self, session: int) -> Iterator[list[int]]:
        held: list[int] = []
        rows = self.db.execute(
            "SELECT id, role FROM message WHERE session = ? ORDER BY position, id", (session,)
        ).fetchall()
        for row, role in rows:
            if role == _USER and held:
                yield held
                held = []
            held.append(row)
        if held:
            yield held


_USER = ROLES.index(Role.USER)


def _masks(lookup: Lookup, rows: Sequence[tuple[int]]) -> Masks:
    masks: dict[int, int] = {}
    for (row,) in rows:
        session = row // lookup.rows
        masks[session] = masks.get(session, 0) | lookup.mask(row)
    return masks
