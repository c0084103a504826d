"""Terms of the full-text index: what of messages stands in it, and what a query looks up there.

A row of `fts_text` is a message, of which it has folded

- the words, each whole. The table `word` has every word once; where a query asks for a part of
  one, the words are looked up there that hold it.
- characters of what is written without blanks, which are signs and scripts such as those of Chinese
  and Thai, each with a class of the one behind it before it: there are many different pairs, and
  FTS5 takes as long for each as for a word. Behind it the class would fall into few slots of the
  hash table that FTS5 gathers its terms in, and each would take three times as long.

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
from functools import lru_cache
from sqlite3 import Connection

from msgspec import Struct

from tui.formatting.search_pattern import folded
from tui.query.document import FIELD_BREAK
from tui.store.sqlite.code_pages import CodePages
from tui.store.sqlite.indexing import SLOTS

_UNSPACED = (
    r"!-/:-@\[-`{-~\x7f-\x84\x86-\xbf\xd7\xf7\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf"
    r"\u2000-\u2027\u202a-\u2bff\u2e00-\ua4cf\ua980-\uaaff\uf900-\ufaff\ufe10-\ufe6f\uff00-\uffff"
    r"\U0001f000-\U0003ffff"
)
_RUN = re.compile(f"(?P<word>[^ {FIELD_BREAK}{_UNSPACED}]+)|[{_UNSPACED}]+")
UNSPACED_RUN = f"[{_UNSPACED}]+"
"""What matches characters that are written without blanks."""
_UNSPACED_RUN = re.compile(f"({UNSPACED_RUN})")
_CODE_PAGES = CodePages(_UNSPACED_RUN)
_ASCII = "".join(map(chr, range(128)))
_WORDS_ALONE = _UNSPACED_RUN.sub(lambda run: " " * len(run[0]), _ASCII).encode().ljust(256)
_SIGNS_ALONE = re.sub(f"[^{_UNSPACED}]", " ", _ASCII).encode().ljust(256)
"""What becomes of each ASCII character where words, or runs of signs, are wanted alone."""
STRETCH_CHARS = 20_000
"""A longer text is told by stretches."""
_PAIR = "\0\0 ".encode("utf-32-le")
"""The class of its neighbour, a character, and a blank."""
_FEW_SIGNS = 8
"""Shorter runs stand again and again."""
_LONGEST_CHARS = 64
"""A longer word is an encoded thing: hardly anybody looks for a part of it."""
_LONG = "\ue0ff"
"""Stands where a longer word is; a private character, which hardly a text has."""
MANY_WORDS = 3_000
"""A part that more words hold is looked for in the messages alone."""
_GRAM_CHARS = 3
"""Runs of so many tell which words may hold a longer part."""
_SMALL_SCRIPTS = {0x0E, 0x0F, 0x10, 0x17, 0x19, 0x1A, 0xA9, 0xAA}
"""Higher bytes of scripts with few letters, of which each has many neighbours."""
_CLASS_BITS = bytes(0x1F if byte in _SMALL_SCRIPTS else 0x0F for byte in range(256))
"""So many of the lowest bits of a neighbour are told, by the higher byte of a character."""
_CLASSES = "0123456789abcdefghijklmnopqrstuv"
_CLASS_LETTERS = _CLASSES.encode().ljust(256)
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


def terms_of(texts: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return what FTS5 is told of each of these unfolded texts, and all words that are in them."""
    words: set[str] = set()
    terms = [
        " ".join(_terms_in(each, words) for each in _stretches(text))
        if len(text) > STRETCH_CHARS
        else _terms_in(text, words)
        for text in texts
    ]
    long = {each for each in words if len(each) > _LONGEST_CHARS}
    if long:
        words -= long
        terms = list(map(_without_long_words, terms))
    return terms, words


def _stretches(text: str) -> Iterator[str]:
    """Yield a long text in parts: the words of all of it at once are megabytes."""
    start = 0
    while start < len(text):
        end = text.find(" ", start + STRETCH_CHARS)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end


def _terms_in(text: str, words: set[str]) -> str:
    """Return what FTS5 is told of an unfolded text, and add its words to those there are.

    Some of it is told again: that costs FTS5 less than to tell here what is different.
    """
    text = text.replace(FIELD_BREAK, " ")
    is_ascii = text.isascii()
    taken_apart = None if is_ascii else _CODE_PAGES.words_and_signs(text)
    if taken_apart is not None:
        pieces, runs = map(str.split, taken_apart)
    elif is_ascii or (text := folded(text)).isascii():
        codes = text.lower().encode()
        pieces = codes.translate(_WORDS_ALONE).decode().split()
        runs = codes.translate(_SIGNS_ALONE).decode().split()
    else:
        parts = _UNSPACED_RUN.split(text)
        pieces, runs = " ".join(parts[::2]).split(), parts[1::2]
    words.update(pieces)
    for run in runs:
        pieces.append(_known_signs(run) if len(run) < _FEW_SIGNS else _signs_in(run))
    return " ".join(pieces)


def _without_long_words(terms: str) -> str:
    return " ".join(each if len(each) <= _LONGEST_CHARS else _LONG for each in terms.split(" "))


def _signs_in(run: str) -> str:
    """Return the characters of what is written without blanks, each with a class of the next one.

    No loop goes over the characters: it would take longer than all else that is done with a text
    without blanks.
    """
    codes = run.encode("utf-32-le", "surrogatepass")
    terms = bytearray(_PAIR * (len(run) - 1))
    for byte in range(3):
        terms[4 + byte :: 12] = codes[byte:-4:4]
    bits = int.from_bytes(codes[1:-4:4].translate(_CLASS_BITS), "little")
    classes = int.from_bytes(codes[4::4], "little") & bits
    terms[::12] = classes.to_bytes(len(run) - 1, "little").translate(_CLASS_LETTERS)
    return (terms + codes[-4:]).decode("utf-32-le", "surrogatepass")


def _signs_asked(run: str, *, is_whole: bool) -> list[str]:
    """Return what rows have in which such a run stands, all of it; or more behind it."""
    *pairs, last = _signs_in(run).split(" ")
    asked = list(map(_quoted, pairs))
    if is_whole:
        return [*asked, _quoted(last)]
    count = _CLASS_BITS[ord(last) >> 8 & 0xFF] + 1
    tokens = [last, *(each + last for each in _CLASSES[:count])]
    return [*asked, f"({' OR '.join(map(_quoted, tokens))})"]


_known_signs = lru_cache(10_000)(_signs_in)


def word_lookups(db: Connection, word: str, many_words: int = MANY_WORDS) -> Iterator[WordLookup]:
    """Yield what finds the messages in which a folded word may stand, in whatever is around it."""
    required: list[str] = []
    for run in _RUN.finditer(word):
        text = run[0]
        is_at_start, is_at_end = run.start() == 0, run.end() == len(word)
        if not run["word"]:
            required += _signs_asked(text, is_whole=not is_at_end)
        elif is_at_start and not is_at_end and text.isascii() and len(text) == 1:
            # most messages have a word that ends so, and all words are read to tell which do
            continue
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
