"""Terms of the full-text index: what of messages stands in it, and what a query looks up there.

A row of `fts_text` is a message, of which it has folded

- the words, each whole. The table `word` has every word once; where a query asks for a part of
  one, the words are looked up there that hold it.
- single characters and pairs of what is written without blanks: signs, and scripts such as those of
  Chinese and Thai.

So much less stands in it than runs of characters would take. A row is named after its session and
the lowest bits of its message's row, so that the sessions in which something stands are told
without a look at the messages. What shares a row is told apart by reading it: whatever the index
gives is held against the query once more. Several messages to a row would save little room, and
common words stood together in most rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from operator import add
from sqlite3 import Connection

from msgspec import Struct

from tui.formatting.search_pattern import folded
from tui.query.document import FIELD_BREAK
from tui.store.sqlite.indexing import SLOTS

_UNSPACED = (
    r"!-/:-@\[-`{-~\x7f-\xbf\xd7\xf7\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf"
    r"\u2000-\u2bff\u2e00-\ua4cf\ua980-\uaaff\uf900-\ufaff\ufe10-\ufe6f\uff00-\uffff"
    r"\U0001f000-\U0003ffff"
)
_RUN = re.compile(f"(?P<word>[^ {FIELD_BREAK}{_UNSPACED}]+)|[{_UNSPACED}]+")
_LONGEST_CHARS = 64
"""A longer word is an encoded thing: hardly anybody looks for a part of it."""
_LONG = "\ue0ff"
"""Stands where a longer word is; a private character, which hardly a text has."""
MANY_WORDS = 2_000
"""A part that more words hold is looked for in the messages alone."""
_GRAM_CHARS = 3
"""Runs of so many tell which words may hold a longer part."""
_MANY_PAIRS = 12
_WORDS_AT_ONCE = 16
"""FTS5 looks at all words of a question for each row that it gives."""
_FEW_QUESTIONS = 8


class WordLookup(Struct, frozen=True):
    """Rows of the index in which a word may stand."""

    word: str
    expressions: Sequence[str]
    """As MATCH takes them: one of them holds."""

    @property
    def is_spread(self) -> bool:
        """Each of many words would be looked up for each of some sessions."""
        return len(self.expressions) > _FEW_QUESTIONS

    def found(self, first: int, last: int) -> tuple[str, Sequence[object]]:
        """Return what selects the rows of these sessions, some of them again."""
        bounds = first * SLOTS, (last + 1) * SLOTS - 1
        where = "fts_text MATCH asked.value AND fts_text.rowid BETWEEN ? AND ?"
        select = f"SELECT fts_text.rowid FROM json_each(?) AS asked CROSS JOIN fts_text ON {where}"
        # what is not in the index yet may have all
        waiting = "SELECT row FROM unindexed WHERE row BETWEEN ? AND ?"
        return f"{select} UNION ALL {waiting}", (json.dumps(self.expressions), *bounds, *bounds)


def pieces_of(text: str) -> list[str]:
    """Return what stands between blanks in an unfolded text, some of it again."""
    return text.replace(FIELD_BREAK, " ").split()


def terms_of(pieces: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return what FTS5 is told of each of these pieces, and all words that are in them.

    It takes one for another what stands between blanks.
    """
    terms: list[str] = []
    words: set[str] = set()
    # all in one go: to fold them one by one would take ten times as long
    for piece in folded(FIELD_BREAK.join(pieces)).split(FIELD_BREAK):
        if piece.isascii() and piece.isalnum() and len(piece) <= _LONGEST_CHARS:
            words.add(piece)
            terms.append(piece)
        else:
            in_piece, others = _terms_in(piece)
            words |= in_piece
            terms.append(" ".join(in_piece | others))
    return terms[: len(pieces)], words


def _terms_in(piece: str) -> tuple[set[str], set[str]]:
    """Return the words of a folded piece, and what else stands in the index of it."""
    words: set[str] = set()
    others: set[str] = set()
    for run in _RUN.finditer(piece):
        text = run[0]
        if not run["word"]:
            others.update(text, map(add, text, text[1:]))
        elif len(text) <= _LONGEST_CHARS:
            words.add(text)
        else:
            others.add(_LONG)
    return words, others


def word_lookups(db: Connection, word: str, many_words: int = MANY_WORDS) -> Iterator[WordLookup]:
    """Yield what finds the messages in which a folded word may stand, in whatever is around it."""
    required: list[str] = []
    for run in _RUN.finditer(word):
        text = run[0]
        is_at_start, is_at_end = run.start() == 0, run.end() == len(word)
        if not run["word"]:
            required += map(_quoted, map(add, text, text[1:]) if len(text) > 1 else text)
        elif is_at_start or is_at_end:
            words = _words_with(db, text, many_words, is_at_start, is_at_end)
            if len(words) <= many_words:
                yield WordLookup(word, _one_of(words))
        else:
            required.append(_quoted(text if len(text) <= _LONGEST_CHARS else _LONG))
    if required:
        different = list(dict.fromkeys(required))
        # as good as all of them, and quicker
        step = -(-len(different) // _MANY_PAIRS)
        yield WordLookup(word, [" AND ".join(different[::step])])


def _words_with(
    db: Connection, part: str, many: int, is_at_start: bool, is_at_end: bool
) -> Sequence[str]:
    """Return the words that may be what a part of them stands for; one more than `many` at most.

    They end with what a phrase begins with, and begin with what it ends with. FTS5 would gather all
    rows of all such words before it gives the first.
    """
    asked: list[object] = [part, many + 1]
    if not is_at_start:
        # as long as words are compared by their bytes
        source, holds = "word", "word.token >= ?1 AND word.token < ?1 || char(1114111)"
    else:
        source = "word"
        holds = "instr(word.token, ?1)" if is_at_end else "substr(word.token, -length(?1)) = ?1"
        grams = [part[at : at + _GRAM_CHARS] for at in range(len(part) - _GRAM_CHARS + 1)]
        if grams:
            source = "fts_word CROSS JOIN word ON id = fts_word.rowid AND fts_word MATCH ?3"
            asked.append(" AND ".join(map(_quoted, dict.fromkeys(grams))))
    select = f"SELECT word.token FROM {source} WHERE {holds} LIMIT ?2"
    return [word for (word,) in db.execute(select, asked)]


def _one_of(words: Sequence[str]) -> Sequence[str]:
    """Return what finds messages with one of these words, or with one too long to be told."""
    tokens = [_quoted(each) for each in (_LONG, *words)]
    starts = range(0, len(tokens), _WORDS_AT_ONCE)
    return [" OR ".join(tokens[start : start + _WORDS_AT_ONCE]) for start in starts]


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
