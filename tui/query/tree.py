"""Query tree: what is looked for, as frozen values that are equal when they mean the same.

A query is a row of terms that all must hold. What each of them means is told in `matching.py`.
"""

from __future__ import annotations

import enum

from msgspec import Struct

from tui.facts import Feedback
from tui.model import Role
from tui.query.when import When


class TextKey(enum.StrEnum):
    """A text of a session or an exchange, by the key that looks into it."""

    BOT = "bot"
    TITLE = "title"
    LEAD = "lead"
    TAG = "tag"
    NOTE = "note"
    DRAFT = "draft"
    LABEL = "label"
    TOOL = "tool"
    SOURCE = "source"
    ERROR = "error"
    FRUSTRATED = "frustrated"


class State(enum.StrEnum):
    """What is so or not, by its key."""

    UNREAD = "unread"
    FLAG = "flag"
    ARCHIVED = "archived"
    OWN = "own"
    """Begun here, or asked in from here: not with customers alone."""
    NO_SOURCE = "nosource"
    CUT = "cut"


class Bound(enum.StrEnum):
    AFTER = "after"
    """From this time on."""
    BEFORE = "before"
    """Earlier than this time."""


class Quantity(enum.StrEnum):
    MESSAGES = "messages"
    TOKENS = "tokens"


class Comparison(enum.StrEnum):
    MORE = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="
    EXACTLY = "="


class Words(Struct, frozen=True):
    """A word, or several that stand one after the other."""

    text: str


class Has(Struct, frozen=True):
    """A field that holds a text; with an empty one, a field that holds anything."""

    field: TextKey
    text: str = ""


class Says(Struct, frozen=True):
    """Words are looked for in what this role says, which says something."""

    role: Role


class Rated(Struct, frozen=True):
    """Some answer was given this thumb, `None` for any."""

    feedback: Feedback | None


class Is(Struct, frozen=True):
    state: State


class Dated(Struct, frozen=True):
    bound: Bound
    when: When


class Counted(Struct, frozen=True):
    quantity: Quantity
    comparison: Comparison
    number: int


Condition = Words | Has | Says | Rated | Is | Dated | Counted


class Term(Struct, frozen=True, eq=False):
    """One condition, or that it does not hold."""

    condition: Condition
    is_negated: bool = False
    start: int = 0
    """Where it stands in the text of the query, in characters."""
    end: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Term) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)

    @property
    def _said(self) -> tuple[Condition, bool]:
        # wherever it stands
        return self.condition, self.is_negated


class Query(Struct, frozen=True):
    """What is looked for; everything without terms."""

    terms: tuple[Term, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What is to be marked where it was found: each word and phrase that must stand there."""
        return tuple(
            term.condition.text
            for term in self.terms
            if isinstance(term.condition, Words) and not term.is_negated
        )
