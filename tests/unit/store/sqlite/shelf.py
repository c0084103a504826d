"""Sessions in the tables of a store and beside them, to search in both."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from tui.model import Message, Session
from tui.query import Document, Marks, Matcher
from tui.query.found import Catalogue, Collector, Found
from tui.safe_text import clean
from tui.store import StoredMessage
from tui.store.base import AccountKey
from tui.store.sqlite.histories import drop_messages, put_messages
from tui.store.sqlite.message_index import FullTextIndex
from tui.store.sqlite.opening import open_in_memory
from tui.store.sqlite.rows import made_account_row, made_session_row
from tui.store.sqlite.searching import LIMITS, SearchLimits, search
from tui.values import replace


class Shelf:
    """Sessions in the tables of a store, and beside them as they should be there."""

    def __init__(self) -> None:
        self.db: Connection = open_in_memory()
        self.index = FullTextIndex()
        self.make_index()
        self.account = made_account_row(self.db, AccountKey("api", "url"))
        self.kept: dict[str, dict[str, StoredMessage]] = {}

    def make_index(self) -> None:
        while self.index.make_current(self.db):
            pass

    def change(self, kind: str, session: str, stored: Sequence[StoredMessage]) -> None:
        row = made_session_row(self.db, self.account, session)
        kept = self.kept.setdefault(session, {})
        if kind == "put":
            put_messages(self.db, self.index, row, stored)
            # where two stand in one place, the order in which they came counts
            before = dict(kept)
            for each in stored:
                known = before.get(each.message.id)
                kept[each.message.id] = each.knowing(known.message) if known else each
        elif kind == "drop":
            ids = [each.message.id for each in stored]
            drop_messages(self.db, self.index, row, ids)
            self.kept[session] = {key: kept[key] for key in kept if key not in ids}
        elif kind == "index":
            self.index.make_current(self.db)
        else:
            self.index.discard(self.db)

    def messages(self, session: str) -> list[Message]:
        order = dict(
            self.db.execute(
                "SELECT message.key, message.id FROM message JOIN session ON session = session.id"
                " WHERE session.key = ?",
                (session,),
            ).fetchall()
        )
        rows = self.kept.get(session, {}).values()
        return [
            each.message
            for each in sorted(rows, key=lambda each: (each.position, order[each.message.id]))
        ]

    def catalogue(self) -> Catalogue:
        titles = {"s": "Café refund", "t": "", "u": "退款"}
        marks = {"t": Marks("A-17")}
        return Catalogue(
            Document(Session(key, clean(title)), marks=marks.get(key, Marks()), first_question="")
            for key, title in titles.items()
        )

    def searched(self, matcher: Matcher, into: Collector, limits: SearchLimits = LIMITS) -> Found:
        """Return what the index finds."""
        catalogue = self.catalogue()
        return search(self.db, self.account, matcher, catalogue, into, limits)

    def scanned(self, matcher: Matcher, collector: Collector) -> Found:
        for document in self.catalogue().documents:
            hit = matcher.hit(replace(document, messages=self.messages(document.session.id)))
            if hit is not None:
                collector.add(document, hit)
        return collector.found(is_all=True)
