"""Terms of the full-text index: what of a message stands in it, and what a query looks up there.

Two tables, both of folded text, neither with the text itself:

- `fts_gram` has every run of three characters of a message. Longer words are looked up by all runs
  they hold; that misses none, but may give messages that hold the runs apart.
- `fts_short` has single characters and pairs, and what an operator knows of answers. A row there is
  16 messages, because there are few different pairs, and common ones are found at once anyway.

A row is named after its session and the lowest bits of its messages' rows, so that the sessions in
which something stands are told without a look at the messages. What shares a row is told apart by
reading it: whatever the index gives is held against the query once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add

from tui.facts import MessageFacts
from tui.model import Message, TextPart
from tui.query.document import FIELD_BREAK, searched_text
from tui.query.folding import folded_name, folded_text
from tui.query.matching import fact_texts
from tui.query.tree import (
    Comparison,
    Condition,
    Counted,
    Field,
    Has,
    Is,
    Rated,
    Says,
    State,
)

GRAM_CHARS = 3
SLOTS = 64
"""In a session; the slot of a message is the rest of its row."""
SLOTS_AT_ONCE = 16
"""That share a row of `fts_short`."""
BLOCKS = SLOTS // SLOTS_AT_ONCE
_MAX_GRAMS = 12
_TEXT_FIELDS = (Field.LABEL, Field.FRUSTRATED, Field.ERROR)
"""Their texts are looked for in `fts_gram` too; those of tools and sources stand there anyway."""
_FACT = "\ue0ff"
"""Begins what is known of an answer: a private character, which hardly a text has."""
_MOST_BITS = 50
_STRETCH_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class Lookup:
    """One thing that an exchange must have in the index."""

    table: str
    expression: str
    """As MATCH takes it."""
    rows: int
    """How many rows of the table a session has."""

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
    """What the index is told of one message."""

    gram_row: int
    short_row: int
    grams: str
    """What `fts_gram` is told."""
    text: str
    """What words are looked for in; `fts_short` is told all of its characters and pairs."""
    facts: tuple[str, ...]
    """Other tokens of `fts_short`."""


def text_of(session: int, message_row: int, message: Message) -> IndexedText:
    """Return what the index is told of a message in a row of the store."""
    text = searched_text(message)
    noted = _noted(message)
    told = [each for field in _TEXT_FIELDS for each in noted.get(field, ())]
    return IndexedText(
        gram_row(session, message_row),
        short_row(session, message_row),
        FIELD_BREAK.join([text, *told]) if told else text,
        text,
        (_FACT + message.role, *(_FACT + field for field in noted), *_fact_tokens(message.facts)),
    )


def _noted(message: Message) -> dict[Field, list[str]]:
    """Return what there is of the fields of a message, folded."""
    is_text = all(isinstance(part, TextPart) for part in message.parts)
    if is_text and message.facts is None and message.failure is None:
        # most messages are nothing but a text
        return {}
    texts = {
        field: list(filter(None, map(folded_name, fact_texts(field, message))))
        for field in (*_TEXT_FIELDS, Field.TOOL, Field.SOURCE)
    }
    return {field: each for field, each in texts.items() if each}


def short_tokens(texts: Iterable[IndexedText]) -> str:
    """Return what of messages that share a row `fts_short` is told."""
    tokens: set[str] = set()
    facts: set[str] = set()
    for each in texts:
        tokens.update(_pairs(each.text), each.text[-1:])
        facts.update(each.facts)
    # there are far fewer different pairs than characters
    tokens.update("".join(tokens), facts)
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


def lookups_of(words: Iterable[str], conditions: Iterable[Condition]) -> list[Lookup]:
    """Return what an exchange must have that holds folded words and conditions."""
    lookups = [_word_lookup(word) for word in words]
    for condition in conditions:
        lookups += _condition_lookups(condition)
    return lookups


def _word_lookup(word: str) -> Lookup:
    if len(word) < GRAM_CHARS:
        return _short_lookup([word])
    grams = [word[at : at + GRAM_CHARS] for at in range(len(word) - GRAM_CHARS + 1)]
    different = list(dict.fromkeys(grams))
    # as good as all of them, and quicker
    step = -(-len(different) // _MAX_GRAMS)
    return Lookup("fts_gram", " AND ".join(map(_quoted, different[::step])), SLOTS)


def _short_lookup(tokens: Iterable[str]) -> Lookup:
    expression = " OR ".join(map(_quoted, tokens))
    return Lookup("fts_short", expression, BLOCKS)


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _condition_lookups(condition: Condition) -> Iterator[Lookup]:
    match condition:
        case Has(field, text):
            yield _fact_lookup(field)
            if len(word := folded_text(text)) >= GRAM_CHARS:
                yield _word_lookup(word)
        case Says(role):
            yield _fact_lookup(role)
        case Rated(feedback):
            yield _fact_lookup("rated" if feedback is None else feedback)
        case Is(state):
            yield _fact_lookup(state)
        case Counted(_, comparison, number):
            yield _short_lookup(map(_bits_token, _sizes(comparison, number)))


def _fact_lookup(name: str) -> Lookup:
    return _short_lookup([_FACT + name])


def _fact_tokens(facts: MessageFacts | None) -> Iterator[str]:
    if facts is None:
        return
    if facts.feedback is not None:
        yield from (f"{_FACT}rated", _FACT + facts.feedback)
    if facts.without_source:
        yield _FACT + State.NO_SOURCE
    if facts.is_cut:
        yield _FACT + State.CUT
    if facts.total_tokens is not None:
        yield _bits_token(_bits(facts.total_tokens))


def _sizes(comparison: Comparison, number: int) -> Sequence[int]:
    """Return of how many bits a number may be."""
    match comparison:
        case Comparison.MORE | Comparison.AT_LEAST:
            return range(_bits(number), _MOST_BITS + 1)
        case Comparison.LESS | Comparison.AT_MOST:
            return range(_bits(number) + 1)
        case _:
            return (_bits(number),)


def _bits(number: int) -> int:
    return min(max(0, number).bit_length(), _MOST_BITS)


def _bits_token(bits: int) -> str:
    return f"{_FACT}bits{bits}"
