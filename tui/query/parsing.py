"""Query parser: the line that a person types, as a tree, or what is wrong with it and where.

    words "exact phrase" -not role:user label:refund feedback:down after:7d tokens:>5000

Terms stand between blanks. `-` before one asks for the opposite. Quotes, straight or typographic,
hold blanks together, a word's or a value's; within straight ones a quote is written twice, and one
that is still open reaches to the end. `key:` alone asks whether there is anything. Text with a
colon that is no key stays a word: addresses, times of day, ports, names of code.
"""

from __future__ import annotations

import re

from msgspec import Struct

from tui.errors import BadInput
from tui.facts import Feedback
from tui.formatting.nearest import did_you_mean, nearest
from tui.model import Role
from tui.query.folding import folded_text
from tui.query.tree import (
    Bound,
    Comparison,
    Condition,
    Counted,
    Dated,
    Has,
    Is,
    Quantity,
    Query,
    Rated,
    Says,
    State,
    Term,
    TextKey,
    Words,
)
from tui.query.when import when_of
from tui.safe_text import clean_line

MAX_QUERY_CHARS = 1_000
MAX_TERMS = 50
ROLE, FEEDBACK = "role", "feedback"
KEYS = (
    *(
        ROLE,
        TextKey.BOT,
        TextKey.TITLE,
        TextKey.LABEL,
        FEEDBACK,
        TextKey.FRUSTRATED,
        State.NO_SOURCE,
    ),
    *(TextKey.ERROR, State.CUT, TextKey.LEAD, TextKey.TOOL, TextKey.SOURCE, *Bound),
    *(State.UNREAD, State.FLAG, TextKey.TAG, TextKey.NOTE, State.ARCHIVED, State.OWN),
    *(*Quantity, TextKey.DRAFT),
)
"""In the order in which they are told."""
ROLES, THUMBS = tuple(map(str, Role)), tuple(map(str, Feedback))
CLOSING = {
    '"': '"',
    "“": "”“",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "＂": "＂",
    "「": "」",
}
"""What ends a quotation, by what begins it."""

_FIELDS, _STATES, _BOUNDS = (frozenset(map(str, kind)) for kind in (TextKey, State, Bound))
_BLANKS = re.compile(r"\s*")
_BARE = re.compile(r"\S*")
_KEY = re.compile(r"([A-Za-z]{2,20})[:：]")
_NO_KEY = re.compile(r"//|[:\\]|[0-9]{1,9}(?:\s|$|/)")
"""What stands behind the colon of an address, of code, of a port."""
_COUNT = re.compile(r"(>=|<=|>|<|=|)([0-9]{1,15})")
_SHOWN_CHARS = 40
AS_WORDS = "Put it in quotes to look for it as words."


class QueryError(BadInput):
    """A query that cannot be read; what is wrong stands from `start` up to `end` in it."""

    def __init__(self, sentence: str, start: int, end: int, *, hint: str = "") -> None:
        super().__init__(sentence, hint=hint)
        self.start = start
        self.end = end


def parse(text: str) -> Query:
    """Return what a line asks for; everything, when it is blank.

    Raises:
        QueryError: a key is not known, a value is none of its key, it is too long.
    """
    if len(text) > MAX_QUERY_CHARS:
        sentence = f"A query has at most {MAX_QUERY_CHARS:,} characters."
        raise QueryError(sentence, MAX_QUERY_CHARS, len(text))
    return Query(tuple(term for token in tokens_of(text) if (term := _term(token)) is not None))


def query_in(text: str) -> Query | None:
    """Return what a line asks for, `None` for bare words: they are found as they are read.

    Raises:
        QueryError: it cannot be read.
    """
    is_bare = not any(each.key or each.is_negated or each.is_quoted for each in tokens_of(text))
    return None if is_bare else parse(text)


class Token(Struct, frozen=True):
    """One term as it is written."""

    start: int
    end: int
    key: str
    """In small letters, without its colon; empty for words."""
    value: str
    """Without its quotes."""
    value_start: int
    """Where the value begins, with its quotes."""
    is_negated: bool
    is_quoted: bool
    is_open: bool = False
    """Its quotes are not closed: it reaches to the end of the line."""

    @property
    def is_void(self) -> bool:
        """Nothing is left of what is written there: quotes around blanks, or marks alone."""
        return self.end > self.value_start and not folded_text(self.value)


def tokens_of(text: str) -> list[Token]:
    """Return the terms of a line as they are written, in their order.

    Raises:
        QueryError: a key is not known, there are too many terms.
    """
    tokens: list[Token] = []
    at = _after(_BLANKS, text, 0)
    while at < len(text):
        tokens.append(_token(text, at))
        at = _after(_BLANKS, text, tokens[-1].end)
        if len(tokens) > MAX_TERMS:
            raise QueryError(f"A query has at most {MAX_TERMS} terms.", tokens[-1].start, len(text))
    return tokens


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    blank = pattern.match(text, at)
    return at if blank is None else blank.end()


def token_before(text: str, cursor: int) -> Token | None:
    """Return the term that the cursor is in or right behind, `None` where a new one may begin.

    Keys that are not known are words here, for they may not be whole yet.
    """
    at = _after(_BLANKS, text, 0)
    while at < cursor:
        token = _token(text, at, is_strict=False)
        if cursor <= token.end:
            return token
        at = _after(_BLANKS, text, token.end)
    return None


def _token(text: str, start: int, *, is_strict: bool = True) -> Token:
    following = text[start + 1 : start + 2]
    # `-` alone and `--option` are words
    is_negated = text[start] == "-" and following not in ("", "-") and not following.isspace()
    at = start + is_negated
    key = _key_at(text, at, is_strict=is_strict)
    value_start = at + (len(key) + 1 if key else 0)
    is_quoted = text[value_start : value_start + 1] in CLOSING
    is_open = False
    if is_quoted:
        value, end, is_open = _quoted(text, value_start)
    else:
        end = _after(_BARE, text, value_start)
        value = text[value_start:end]
    value = value.strip()
    return Token(start, end, key.lower(), value, value_start, is_negated, is_quoted, is_open)


def _key_at(text: str, at: int, *, is_strict: bool) -> str:
    """Return the key that is written there, empty where a word begins."""
    found = _KEY.match(text, at)
    if found is None:
        return ""
    key = found[1].lower()
    if _NO_KEY.match(text, found.end()) and not (key in KEYS and text[found.end()].isdigit()):
        return ""
    if key in KEYS:
        return found[1]
    if not is_strict:
        return ""
    near = nearest(key, KEYS)
    is_prose = found.end() == len(text) or text[found.end()].isspace()
    if is_prose and not near:
        return ""
    end = _after(_BARE, text, at)
    sentence = f"“{key}:” is no filter{did_you_mean(key, KEYS)}"
    raise QueryError(sentence if near else f"{sentence}.", at, end, hint=AS_WORDS)


def _quoted(text: str, start: int) -> tuple[str, int, bool]:
    """Return what is quoted from there on, where it has ended, and whether nothing closed it."""
    closing = CLOSING[text[start]]
    pieces: list[str] = []
    at = start + 1
    while True:
        ends = [end for each in closing if (end := text.find(each, at)) >= 0]
        end = min(ends, default=len(text))
        pieces.append(text[at:end])
        if closing != '"' or text[end : end + 2] != '""':
            return "".join(pieces), min(end + 1, len(text)), end == len(text)
        pieces.append('"')
        at = end + 2


def _term(token: Token) -> Term | None:
    condition = _condition(token)
    if condition is None:
        return None
    return Term(condition, token.is_negated, token.start, token.end)


def _condition(token: Token) -> Condition | None:
    """Return what a token asks for, `None` for nothing, as empty quotes do."""
    key, value = token.key, token.value
    if not key:
        return Words(value) if folded_text(value) else None
    if key in _FIELDS:
        return Has(TextKey(key), value if folded_text(value) else "")
    if key in _STATES:
        if value:
            hint = f"Write “-{key}:” for the opposite, and blanks between terms."
            raise _wrong(token, f"“{key}:” takes no value.", hint)
        return Is(State(key))
    if key == FEEDBACK and not value:
        return Rated(None)
    if not value:
        raise _wrong(token, f"“{key}:” needs a value.", _FORMS[key])
    return _valued(token)


_FORMS: dict[str, str] = {
    ROLE: f"Write one of {', '.join(ROLES)}.",
    FEEDBACK: f"Write one of {', '.join(THUMBS)}, or nothing for either.",
    **dict.fromkeys(
        Bound, "Write 2h, 7d or 2w for that long ago, today, yesterday, or 2026-11-01."
    ),
    **dict.fromkeys(Quantity, "Write a number, or one behind >, >=, < or <=."),
}
"""What a value looks like, by key."""


def _valued(token: Token) -> Condition:
    key, value = token.key, token.value
    if key == ROLE:
        if value.lower() not in ROLES:
            raise _unknown(token, "role", ROLES)
        return Says(Role(value.lower()))
    if key == FEEDBACK:
        if value.lower() not in THUMBS:
            raise _unknown(token, "feedback", THUMBS)
        return Rated(Feedback(value.lower()))
    if key in _BOUNDS:
        try:
            return Dated(Bound(key), when_of(value))
        except ValueError:
            raise _unknown(token, "time") from None
    count = _COUNT.fullmatch(value)
    if count is None:
        raise _unknown(token, "number")
    return Counted(Quantity(key), Comparison(count[1] or "="), int(count[2]))


def _unknown(token: Token, kind: str, known: tuple[str, ...] = ()) -> QueryError:
    sentence = f"“{clean_line(token.value, _SHOWN_CHARS)}” is no {kind}"
    near = did_you_mean(token.value.lower(), known)
    return _wrong(token, f"{sentence}{near or '.'}", _FORMS[token.key])


def _wrong(token: Token, sentence: str, hint: str) -> QueryError:
    return QueryError(sentence, token.start + token.is_negated, token.end, hint=hint)
