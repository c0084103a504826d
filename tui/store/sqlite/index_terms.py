"""Terms of the full-text index: what of messages stands in it, and what a query looks up there.

A row of `fts_text` is a message, of which it has folded

- the words, each whole. The table `word` has every word once; where a query asks for a part of
  one, the words are looked up there that hold it.
- single characters of what is written without blanks, which are signs and scripts such as those of
  Chinese and Thai, and in which buckets its pairs are: there are many different pairs, and FTS5
  takes as long for each as for a word.

So much less stands in it than runs of characters would take. A row is named after its session and
the lowest bits of its message's row, so that the sessions in which something stands are told
without a look at the messages. What shares a row is told apart by reading it: whatever the index
gives is held against the query once more. Several messages to a row would save little room, and
common words stood together in most rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
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
_BUCKET_ROWS = bytes(0xE1 + code % 23 for code in range(256))
"""A bucket is a private character, from U+E100 to U+F7FF, whose higher byte is one of these."""
_MANY_TOKENS = 12
_WORDS_AT_ONCE = 16
"""FTS5 looks at all words of a question for each row that it gives."""
_FEW_QUESTIONS, _MANY_QUESTIONS = 8, 32


class WordLookup(Struct, frozen=True):
    """Rows of the index in which a word may stand."""

    word: str
    expressions: Sequence[str]
    """As MATCH takes them: one of them holds."""

    @property
    def is_spread(self) -> bool:
        """Each of many words would be looked up for each of some sessions."""
        return len(self.expressions) > _FEW_QUESTIONS

    @property
    def can_be_limited(self) -> bool:
        """It is looked up for many sessions in less time than their messages are read."""
        return len(self.expressions) <= _MANY_QUESTIONS

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


def terms_of(pieces: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Return what FTS5 is told of each of these pieces, and all words that are in them.

    It takes one for another what stands between blanks.
    """
    terms: dict[str, str] = {}
    short: list[str] = []
    long: list[str] = []
    for piece in pieces:
        if len(piece) > _LONGEST_CHARS:
            long.append(piece)
        elif piece.isascii() and piece.isalnum():
            terms[piece] = piece.lower()
        else:
            short.append(piece)
    words = set(terms.values())
    # long ones are mostly of scripts that stay as they are, which is seen at once if all are
    for group in filter(None, (short, long)):
        # in one go: to fold them one by one would take ten times as long
        for piece, in_common_form in zip(group, _all_folded(group), strict=True):
            in_piece, others = _terms_in(in_common_form)
            words |= in_piece
            terms[piece] = " ".join((*in_piece, *others))
    return terms, words


def _all_folded(pieces: Iterable[str]) -> Sequence[str]:
    return folded(FIELD_BREAK.join(pieces)).split(FIELD_BREAK)


def _terms_in(piece: str) -> tuple[set[str], list[str]]:
    """Return the words of a folded piece, and what else stands in the index of it."""
    words: set[str] = set()
    others: list[str] = []
    for run in _RUN.finditer(piece):
        text = run[0]
        if not run["word"]:
            # some of it again: that costs FTS5 less than to tell here what is different
            others += (" ".join(text), _buckets_of(text))
        elif len(text) <= _LONGEST_CHARS:
            words.add(text)
        else:
            others.append(_LONG)
    return words, others


def _buckets_of(text: str) -> str:
    """Return the buckets of all pairs of characters, with blanks between them.

    They are told by the lowest bytes of both. No loop goes over the characters: it would take
    longer than all else that is done with a text without blanks.
    """
    codes = text.encode("utf-32-le", "surrogatepass")
    buckets = bytearray(b"\0\0 \0" * (len(text) - 1))
    buckets[0::4] = codes[:-4:4]
    buckets[1::4] = codes[4::4].translate(_BUCKET_ROWS)
    return buckets.decode("utf-16-le")


def word_lookups(db: Connection, word: str, many_words: int = MANY_WORDS) -> Iterator[WordLookup]:
    """Yield what finds the messages in which a folded word may stand, in whatever is around it."""
    required: list[str] = []
    for run in _RUN.finditer(word):
        text = run[0]
        is_at_start, is_at_end = run.start() == 0, run.end() == len(word)
        if not run["word"]:
            # pairs first: they are rarer
            required += map(_quoted, (*_buckets_of(text).split(), *text))
        elif is_at_start or is_at_end:
            words = _words_with(db, text, many_words, is_at_start, is_at_end)
            if len(words) <= many_words:
                yield WordLookup(word, _one_of(words))
        else:
            required.append(_quoted(text if len(text) <= _LONGEST_CHARS else _LONG))
    if required:
        different = list(dict.fromkeys(required))
        # as good as all of them, and quicker
        step = -(-len(different) // _MANY_TOKENS)
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
