"""Words of the full-text index: each that stands in a message once, so that parts are found."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from os import urandom
from sqlite3 import Connection

from tui.store.sqlite.codec import json_text

_MOST_KNOWN = 50_000
"""Words that are held in memory, and as many before them: those of most messages are there."""
_AT_ONCE = 1_000
"""So many are looked up in one change."""


class IndexedWords:
    """Remembers words of the file: most are not new to it."""

    def __init__(self) -> None:
        self._recent: set[str] = set()
        self._former: set[str] = set()
        """Those before them, of which some come again."""
        self._state: int | None = None
        """Of the file's words, when those that are remembered were among them."""

    def note(self, db: Connection, words: AbstractSet[str]) -> None:
        """Write the words of texts that are put into the index; in the transaction of that."""
        row = db.execute("SELECT words FROM index_state").fetchone()
        # another client may have dropped some, or a transaction was undone
        if row is None or row[0] != self._state:
            self._recent, self._former = set(), set()
        others = words - self._recent
        new = others - self._former
        if new:
            _put(db, new)
            self._state = note_other_words(db)
        self._recent |= others
        if len(self._recent) > _MOST_KNOWN:
            self._recent, self._former = set(), self._recent


def _put(db: Connection, words: Iterable[str]) -> None:
    last = db.execute("SELECT coalesce(max(id), 0) FROM word").fetchone()
    # one statement for all: while it is made, other threads go on
    put = "INSERT OR IGNORE INTO word (token) SELECT value FROM json_each(?)"
    db.execute(put, (json_text(sorted(words)),))
    # not by a trigger: FTS5 writes out all that it holds before each statement that has one
    db.execute(
        "INSERT INTO fts_word (rowid, token) SELECT id, token FROM word WHERE id > ? ORDER BY id",
        last,
    )


def note_other_words(db: Connection) -> int:
    """Let all who remember words forget them, and return by what they tell it."""
    # not of a generator that two clients may have begun alike
    state = int.from_bytes(urandom(7))
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
