"""Completion of a query line: keys, and the values that are known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from tui.query.folding import folded_name
from tui.query.parsing import FEEDBACK, KEYS, ROLE, ROLES, THUMBS, Token, token_before
from tui.query.tree import Bound, Has, Term, TextKey
from tui.query.when import NamedDay
from tui.query.writing import text_of_term

_TIMES = (*map(str, NamedDay), "24h", "7d", "30d")
_FIXED: Mapping[str, Iterable[str]] = {
    ROLE: ROLES,
    FEEDBACK: THUMBS,
    **dict.fromkeys(map(str, Bound), _TIMES),
}
_FIELDS = {field.value: field for field in TextKey}


class Completions(Struct, frozen=True):
    """What may stand from `start` up to `end` of a line in place of what stands there."""

    start: int
    end: int
    candidates: tuple[str, ...] = ()
    """As they are to be put there: a key with its colon, a value in quotes where it needs them."""


def completions(text: str, cursor: int, known: Mapping[str, Iterable[str]]) -> Completions:
    """Return what may be meant at a place of a query line.

    `known` are the values that there are, by key, those first that are to be told first.
    """
    token = token_before(text, cursor)
    if token is None:
        return Completions(cursor, cursor, tuple(f"{key}:" for key in KEYS))
    word_start = token.start + token.is_negated
    if token.key and cursor >= token.value_start:
        values = _FIXED.get(token.key, known.get(token.key, ()))
        typed = text[token.value_start + token.is_quoted : cursor]
        told = tuple(_value_text(token.key, value) for value in _matching(values, typed))
        return Completions(token.value_start, token.end, told)
    if token.is_quoted:
        return Completions(cursor, cursor)
    return _keys(token, word_start, text[word_start:cursor].lower())


def _keys(token: Token, start: int, typed: str) -> Completions:
    candidates = tuple(f"{key}:" for key in KEYS if key.startswith(typed))
    # what is a key already gives way to another, and its value stays
    return Completions(start, token.value_start if token.key else token.end, candidates)


def _matching(values: Iterable[str], typed: str) -> list[str]:
    """Return the values that hold what was typed, those first that begin with it."""
    word = folded_name(typed)
    holding = [value for value in dict.fromkeys(values) if word in folded_name(value)]
    return sorted(holding, key=lambda value: not folded_name(value).startswith(word))


def _value_text(key: str, value: str) -> str:
    field = _FIELDS.get(key)
    if field is None:
        return value
    return text_of_term(Term(Has(field, value))).removeprefix(f"{key}:")
