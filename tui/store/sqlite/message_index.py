"""Full-text index of messages, in tables of the store's file."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from sqlite3 import Connection
from typing import TYPE_CHECKING

from tui.store.sqlite.histories import messages_of, read_messages
from tui.store.sqlite.indexing import IndexedMessage, MessageIndex

if TYPE_CHECKING:
    from tui.store.sqlite.index_terms import IndexedText

VERSION = f"3 {unicodedata.unidata_version}"
"""Of what stands in the index: another one, and it is made anew."""
_AT_ONCE = 10
"""So many sessions are put in one change: nothing else waits for longer."""
_MERGED_PAGES = 500
"""So much of the index is written at once: others wait for no longer."""
_CHANGES_OF_A_STEP = 2
"""A merge that changes fewer rows has come to its end, says FTS5."""
_WHOLE = math.inf


class FullTextIndex(MessageIndex):
    """What words, facts and parts of words stand in which messages."""

    def put(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        _put(db, _within(db, messages))

    def drop(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        from tui.store.sqlite.fact_index import drop_facts

        messages = _within(db, messages)
        drop_facts(db, messages)
        texts = _texts(messages)
        # as they were put: FTS5 counts rows and terms, and takes fewer than none for a broken file
        db.executemany(
            "INSERT INTO fts_gram (fts_gram, rowid, text) VALUES ('delete', ?, ?)",
            [(each.gram_row, each.text) for each in texts],
        )
        db.executemany(
            "INSERT INTO fts_short (fts_short, rowid, text) VALUES ('delete', ?, ?)",
            _short_rows(texts),
        )
        rows: dict[int, set[int]] = {}
        for each in messages:
            rows.setdefault(each.session, set()).add(each.row)
        for session, dropped in rows.items():
            self._put_neighbours(db, session, dropped)

    def wipe_out(self, db: Connection) -> Iterator[None]:
        # what was deleted stands in its segment, and its deletion in another, until they are merged
        for table in ("fts_gram", "fts_short"):
            # fewer than none: all segments are taken, not only those that are small
            pages, before = -_MERGED_PAGES, 0
            while db.total_changes - before >= _CHANGES_OF_A_STEP or pages < 0:
                before = db.total_changes
                db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))
                pages = _MERGED_PAGES
                yield

    def discard(self, db: Connection) -> None:
        db.execute("UPDATE fts_version SET version = ''")

    def clear(self, db: Connection) -> None:
        for table in ("fts_gram", "fts_short"):
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        db.execute("DELETE FROM fact")
        db.execute("DELETE FROM fact_value")
        db.execute("DELETE FROM fts_version")
        db.execute("INSERT INTO fts_version VALUES (?, NULL)", (VERSION,))

    def make_current(self, db: Connection) -> bool:
        state = _state(db)
        if state is None:
            self.clear(db)
        elif state == _WHOLE:
            return False
        rows = db.execute(
            "SELECT id FROM session WHERE id > ? ORDER BY id LIMIT ?", (state or 0, _AT_ONCE)
        )
        sessions = [row for (row,) in rows]
        for session in sessions:
            _put(db, messages_of(db, session))
        db.execute("UPDATE fts_version SET session = ?", (max(sessions, default=None),))
        return bool(sessions)

    def is_current(self, db: Connection) -> bool:
        """Say whether all that is stored is in the index, as this Runnel makes it."""
        return _state(db) == _WHOLE

    def _put_neighbours(self, db: Connection, session: int, dropped: set[int]) -> None:
        """Put those again that shared a row with what was dropped."""
        from tui.store.sqlite.index_terms import gram_row, short_row

        ids = db.execute("SELECT id FROM message WHERE session = ?", (session,))
        left = [row for (row,) in ids if row not in dropped]
        for row_of, put in ((gram_row, _put_grams), (short_row, _put_short)):
            rows = {row_of(session, each) for each in dropped}
            neighbours = [each for each in left if row_of(session, each) in rows]
            put(db, _texts(read_messages(db, session, neighbours)))


def _state(db: Connection) -> float | None:
    """Return up to which session the index is made, `None` for one that another Runnel made."""
    row = db.execute("SELECT version, session FROM fts_version").fetchone()
    if row is None or row[0] != VERSION:
        return None
    return _WHOLE if row[1] is None else float(row[1])


def _within(db: Connection, messages: Sequence[IndexedMessage]) -> Sequence[IndexedMessage]:
    """Return the messages of sessions that are in the index; the others are put in their turn."""
    state = _state(db)
    if state is None:
        # one that another Runnel made does not know of them, and has to be made anew there too
        db.execute("UPDATE fts_version SET version = ''")
        return ()
    return [each for each in messages if each.session <= state]


def _put(db: Connection, messages: Sequence[IndexedMessage]) -> None:
    from tui.store.sqlite.fact_index import put_facts

    put_facts(db, messages)
    texts = _texts(messages)
    _put_grams(db, texts)
    _put_short(db, texts)


def _texts(messages: Iterable[IndexedMessage]) -> list[IndexedText]:
    """Return what is told of messages, in the order of their rows.

    FTS5 writes out all that it holds whenever a row of the index does not come behind the last one.
    """
    # made of much, and no start waits for it
    from tui.store.sqlite.index_terms import text_of

    in_order = sorted(messages, key=lambda each: (each.session, each.row))
    return [text_of(each.session, each.row, each.message) for each in in_order]


def _put_grams(db: Connection, texts: Iterable[IndexedText]) -> None:
    rows = [(each.gram_row, each.text) for each in texts]
    db.executemany("INSERT INTO fts_gram (rowid, text) VALUES (?, ?)", rows)


def _put_short(db: Connection, texts: Iterable[IndexedText]) -> None:
    db.executemany("INSERT INTO fts_short (rowid, text) VALUES (?, ?)", _short_rows(texts))


def _short_rows(texts: Iterable[IndexedText]) -> list[tuple[int, str]]:
    """Return what is told of each row of `fts_short`, once for all messages that share it."""
    from tui.store.sqlite.index_terms import short_tokens

    in_order = sorted(texts, key=_short_row)
    return [(row, short_tokens(group)) for row, group in groupby(in_order, _short_row)]


def _short_row(text: IndexedText) -> int:
    return text.short_row
