"""Words of the full-text index: each that stands in a message once, so that parts are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, filterfalse
from random import getrandbits
from sqlite3 import Connection

_MOST_KNOWN = 50_000
"""Pieces that are held in memory: those of most messages are among them."""
_LONGEST_KNOWN_CHARS = 40
_AT_ONCE = 1_000
"""So many are looked up in one change."""
STRETCH_CHARS = 20_000
"""Of a longer text the pieces are made by stretches."""


class IndexedWords:
    """Makes the terms of texts, and remembers those of their pieces.

    Of most it need not be made again then, and none of their words is new to the file.
    """

    def __init__(self) -> None:
        self._terms: dict[str, str] = {}
        self._state: int | None = None
        """Of the file's words, when those of what is remembered were among them."""

    def terms(self, db: Connection, texts: Iterable[str]) -> list[str]:
        """Return what FTS5 is told of unfolded texts, and write their words; in a transaction."""
        from tui.store.sqlite.index_terms import pieces_of, terms_of

        row = db.execute("SELECT words FROM index_state").fetchone()
        # another client may have dropped some, or a transaction was undone
        if row is None or row[0] != self._state or len(self._terms) > _MOST_KNOWN:
            self._terms.clear()
        pieces = [
            pieces_of(each) if len(each) <= STRETCH_CHARS else _LongText(each) for each in texts
        ]
        new = set[str]()
        for each in pieces:
            # not all in one call: no other thread runs within one
            new.update(filterfalse(self._terms.__contains__, each))
        new_terms, words = terms_of(new)
        if words:
            _put(db, words)
            self._state = note_other_words(db)
        self._terms |= new_terms
        terms = [" ".join(map(self._terms.__getitem__, each)) for each in pieces]
        for piece in new:
            if len(piece) > _LONGEST_KNOWN_CHARS:
                del self._terms[piece]
        return terms


class _LongText:
    """Pieces of a long text, made whenever they are gone through: all at once are megabytes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __iter__(self) -> Iterator[str]:
        from tui.store.sqlite.index_terms import pieces_of

        return chain.from_iterable(map(pieces_of, self._stretches()))

    def _stretches(self) -> Iterator[str]:
        start, text = 0, self._text
        while start < len(text):
            end = text.find(" ", start + STRETCH_CHARS)
            end = len(text) if end < 0 else end
            yield text[start:end]
            start = end


def _put(db: Connection, words: Iterable[str]) -> None:
    last = db.execute("SELECT coalesce(max(id), 0) FROM word").fetchone()
    rows = [(each,) for each in sorted(words)]
    db.executemany("INSERT OR IGNORE INTO word (token) VALUES (?)", rows)
    # not by a trigger: FTS5 writes out all that it holds before each statement that has one
    new = db.execute("SELECT id, token FROM word WHERE id > ? ORDER BY id", last).fetchall()
    db.executemany("INSERT INTO fts_word (rowid, token) VALUES (?, ?)", new)


def note_other_words(db: Connection) -> int:
    """Let all who remember words forget them, and return by what they tell it."""
    state = getrandbits(62)
    db.execute("UPDATE index_state SET words = ?", (state,))
    return state


def note_former_words(db: Connection, words: Iterable[str]) -> None:
    """Have words looked up by `forget_words`, of what was dropped."""
    rows = [(each,) for each in sorted(words)]
    db.executemany("INSERT OR IGNORE INTO former_word VALUES (?)", rows)


def forget_words(db: Connection) -> bool:
    """Drop some of the words that stand in no message any more; say whether there may be others."""
    rows = db.execute("SELECT token FROM former_word LIMIT ?", (_AT_ONCE,)).fetchall()
    for (word,) in rows:
        # what a word is has no quotes in it
        held = db.execute("SELECT 1 FROM fts_text WHERE fts_text MATCH ? LIMIT 1", (f'"{word}"',))
        if held.fetchone() is None:
            _drop(db, word)
    db.executemany("DELETE FROM former_word WHERE token = ?", rows)
    if rows:
        note_other_words(db)
    return bool(rows)


def _drop(db: Connection, word: str) -> None:
    row = db.execute("SELECT id, token FROM word WHERE token = ?", (word,)).fetchone()
    if row is not None:
        db.execute("INSERT INTO fts_word (fts_word, rowid, token) VALUES ('delete', ?, ?)", row)
        db.execute("DELETE FROM word WHERE id = ?", row[:1])
