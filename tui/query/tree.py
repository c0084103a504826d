"""Query tree: what is looked for, as frozen values that are equal when they mean the same.

A query is a row of terms that all must hold. What each of them means is told in `matching.py`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from tui.facts import Feedback
from tui.model import Role
from tui.query.when import When


class Field(enum.StrEnum):
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


@dataclass(frozen=True, slots=True)
class Words:
    """A word, or several that stand one after the other."""

    text: str


@dataclass(frozen=True, slots=True)
class Has:
    """A field that holds a text; with an empty one, a field that holds anything."""

    field: Field
    text: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """Words are looked for in what this role says, which says something."""

    role: Role


@dataclass(frozen=True, slots=True)
class Rated:
    """Some answer was given this thumb, `None` for any."""

    feedback: Feedback | None


@dataclass(frozen=True, slots=True)
class Is:
    state: State


@dataclass(frozen=True, slots=True)
class Dated:
    bound: Bound
    when: When


@dataclass(frozen=True, slots=True)
class Counted:
    quantity: Quantity
    comparison: Comparison
    number: int


Condition = Words | Has | Says | Rated | Is | Dated | Counted


@dataclass(frozen=True, slots=True)
class Term:
    """One condition, or that it does not hold."""

    condition: Condition
    is_negated: bool = False
    start: int = field(default=0, compare=False)
    """Where it stands in the text of the query, in characters."""
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Query:
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
