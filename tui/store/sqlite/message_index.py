"""Full-text index of messages, in tables of the store's file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from sqlite3 import Connection

from tui.store.sqlite.histories import read_messages
from tui.store.sqlite.index_terms import (
    IndexedText,
    gram_row,
    short_row,
    short_tokens,
    text_of,
)
from tui.store.sqlite.indexing import IndexedMessage, MessageIndex

VERSION = f"1 {unicodedata.unidata_version}"
"""Of what stands in the index: another one, and it is made anew."""


class FullTextIndex(MessageIndex):
    """What words, facts and parts of words stand in which messages."""

    def put(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        texts = _texts(messages)
        _put_grams(db, texts)
        _put_short(db, texts)

    def drop(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        texts = _texts(messages)
        # as they were put: FTS5 counts rows and terms, and takes fewer than none for a broken file
        db.executemany(
            "INSERT INTO fts_gram (fts_gram, rowid, text) VALUES ('delete', ?, ?)",
            [(each.gram_row, each.grams) for each in texts],
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

    def clear(self, db: Connection) -> None:
        for table in ("fts_gram", "fts_short"):
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        db.execute("DELETE FROM fts_version")
        db.execute("INSERT INTO fts_version VALUES (?)", (VERSION,))

    def is_current(self, db: Connection) -> bool:
        row = db.execute("SELECT version FROM fts_version").fetchone()
        return row is not None and row[0] == VERSION

    def _put_neighbours(self, db: Connection, session: int, dropped: set[int]) -> None:
        """Put those again that shared a row with what was dropped."""
        ids = db.execute("SELECT id FROM message WHERE session = ?", (session,))
        left = [row for (row,) in ids if row not in dropped]
        for row_of, put in ((gram_row, _put_grams), (short_row, _put_short)):
            rows = {row_of(session, each) for each in dropped}
            neighbours = [each for each in left if row_of(session, each) in rows]
            put(db, _texts(read_messages(db, session, neighbours)))


def _texts(messages: Iterable[IndexedMessage]) -> list[IndexedText]:
    """Return what is told of messages, in the order of their rows.

    FTS5 writes out all that it holds whenever a row of the index does not come behind the last one.
    """
    in_order = sorted(messages, key=lambda each: (each.session, each.row))
    return [text_of(each.session, each.row, each.message) for each in in_order]


def _put_grams(db: Connection, texts: Iterable[IndexedText]) -> None:
    rows = [(each.gram_row, each.grams) for each in texts]
    db.executemany("INSERT INTO fts_gram (rowid, text) VALUES (?, ?)", rows)


def _put_short(db: Connection, texts: Iterable[IndexedText]) -> None:
    db.executemany("INSERT INTO fts_short (rowid, text) VALUES (?, ?)", _short_rows(texts))


def _short_rows(texts: Iterable[IndexedText]) -> list[tuple[int, str]]:
    """Return what is told of each row of `fts_short`, once for all messages that share it."""
    in_order = sorted(texts, key=_short_row)
    return [(row, short_tokens(group)) for row, group in groupby(in_order, _short_row)]


def _short_row(text: IndexedText) -> int:
    return text.short_row
