"""Terms of the full-text index: what of a message stands in it, and what a query looks up there.

Two tables, both of folded text, neither with the text itself:

- `fts_gram` has every run of three characters of a message. Longer words are looked up by all runs
  they hold; that misses none, but may give messages that hold the runs apart.
- `fts_short` has single characters and pairs. A row there is 16 messages, because there are few
  different pairs, and common ones are found at once anyway.

A row is named after its session and the lowest bits of its messages' rows, so that the sessions in
which something stands are told without a look at the messages. What shares a row is told apart by
reading it: whatever the index gives is held against the query once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add

from tui.model import Message
from tui.query.document import searched_text
from tui.store.sqlite.fact_index import SLOTS

GRAM_CHARS = 3
SLOTS_AT_ONCE = 16
"""That share a row of `fts_short`."""
BLOCKS = SLOTS // SLOTS_AT_ONCE
_MAX_GRAMS = 12
_STRETCH_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class WordLookup:
    """Rows of the index in which a word may stand."""

    table: str
    expression: str
    """As MATCH takes it."""
    rows: int
    """How many rows of the table a session has."""
    is_spread = False

    def found(self, first: int, last: int) -> tuple[str, Sequence[object]]:
        """Return what selects the rows of these sessions, ascending."""
        where = f"{self.table} MATCH ? AND rowid BETWEEN ? AND ?"
        bounds = first * self.rows, (last + 1) * self.rows - 1
        return f"SELECT rowid FROM {self.table} WHERE {where}", (self.expression, *bounds)

    def mask(self, row: int) -> int:
        """Return the slots that a row stands for, as bits."""
        place = row % self.rows
        if self.rows == SLOTS:
            return 1 << place
        return ((1 << SLOTS_AT_ONCE) - 1) << (SLOTS_AT_ONCE * place)


def slot_of(message_row: int) -> int:
    return message_row % SLOTS


def gram_row(session: int, message_row: int) -> int:
    return session * SLOTS + slot_of(message_row)


def short_row(session: int, message_row: int) -> int:
    return session * BLOCKS + slot_of(message_row) // SLOTS_AT_ONCE


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What the index is told of the text of one message."""

    gram_row: int
    short_row: int
    text: str
    """`fts_gram` is told all of it, `fts_short` all of its characters and pairs."""


def text_of(session: int, message_row: int, message: Message) -> IndexedText:
    """Return what the index is told of the text of a message in a row of the store."""
    rows = gram_row(session, message_row), short_row(session, message_row)
    return IndexedText(*rows, searched_text(message))


def short_tokens(texts: Iterable[IndexedText]) -> str:
    """Return what of messages that share a row `fts_short` is told."""
    tokens: set[str] = set()
    for each in texts:
        tokens.update(_pairs(each.text), each.text[-1:])
    # there are far fewer different pairs than characters
    tokens.update("".join(tokens))
    # some hold blanks, and become others: cheaper than to look for them
    return " ".join(tokens)


def _pairs(text: str) -> Iterator[str]:
    """Yield all pairs of characters of a text, some of them again."""
    # a stretch has few different words; those of all of a long text would take much room
    for at in range(0, len(text), _STRETCH_CHARS):
        words = text[at : at + _STRETCH_CHARS + 1].split(" ")
        for word in set(words):
            yield from map(add, word, word[1:])
        yield from (f"{word[-1:]} " for word in set(words[:-1]))
        yield from (f" {word[:1]}" for word in set(words[1:]))


def word_lookup(word: str) -> WordLookup:
    """Return what finds the messages in which a folded word may stand."""
    if len(word) < GRAM_CHARS:
        return WordLookup("fts_short", _quoted(word), BLOCKS)
    grams = [word[at : at + GRAM_CHARS] for at in range(len(word) - GRAM_CHARS + 1)]
    different = list(dict.fromkeys(grams))
    # as good as all of them, and quicker
    step = -(-len(different) // _MAX_GRAMS)
    return WordLookup("fts_gram", " AND ".join(map(_quoted, different[::step])), SLOTS)


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
