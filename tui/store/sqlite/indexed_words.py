"""Words of the full-text index: each that stands in a message once, so that parts are found."""

from __future__ import annotations

from collections.abc import Iterable
from random import getrandbits
from sqlite3 import Connection

_MOST_KNOWN = 30_000
"""Words that are held in memory: those of most messages are among them."""
_AT_ONCE = 1_000
"""So many are looked up in one change."""


class KnownWords:
    """Writes words that are new to the file, and remembers many that are not."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._state: int | None = None
        """Of the file's words, when those that are remembered were among them."""

    def add(self, db: Connection, blocks: Iterable[set[str]]) -> None:
        """Take in words; in a transaction."""
        row = db.execute("SELECT words FROM fts_version").fetchone()
        # another client may have dropped some, or a transaction was undone
        if row is None or row[0] != self._state or len(self._words) > _MOST_KNOWN:
            self._words.clear()
        new = set[str]().union(*blocks) - self._words
        if not new:
            return
        db.executemany(
            "INSERT OR IGNORE INTO word (token) VALUES (?)", [(each,) for each in sorted(new)]
        )
        self._words |= new
        self._state = note_other_words(db)


def note_other_words(db: Connection) -> int:
    """Let all who remember words forget them, and return by what they tell it."""
    state = getrandbits(62)
    db.execute("UPDATE fts_version SET words = ?", (state,))
    return state


def note_former_words(db: Connection, blocks: Iterable[set[str]]) -> None:
    """Have words looked up by `forget_words`, of what was dropped."""
    words = sorted(set[str]().union(*blocks))
    db.executemany("INSERT OR IGNORE INTO former_word VALUES (?)", [(each,) for each in words])


def forget_words(db: Connection) -> bool:
    """Drop some of the words that stand in no message any more; say whether there may be others."""
    db.execute("BEGIN IMMEDIATE")
    rows = db.execute("SELECT token FROM former_word LIMIT ?", (_AT_ONCE,)).fetchall()
    for (word,) in rows:
        # what a word is has no quotes in it
        held = db.execute("SELECT 1 FROM fts_block WHERE fts_block MATCH ? LIMIT 1", (f'"{word}"',))
        if held.fetchone() is None:
            _drop(db, word)
    db.executemany("DELETE FROM former_word WHERE token = ?", rows)
    if rows:
        note_other_words(db)
    db.execute("COMMIT")
    return bool(rows)


def _drop(db: Connection, word: str) -> None:
    told = db.execute("SELECT id, token FROM word WHERE token = ?", (word,)).fetchone()
    if told is not None:
        db.execute("INSERT INTO fts_word (fts_word, rowid, token) VALUES ('delete', ?, ?)", told)
        db.execute("DELETE FROM word WHERE id = ?", told[:1])
