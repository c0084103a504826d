"""Text of a query: `parse` reads the same query of it."""

from __future__ import annotations

from tui.query.parsing import FEEDBACK, ROLE, QueryError, parse
from tui.query.tree import Condition, Counted, Dated, Has, Is, Query, Rated, Says, Term, Words
from tui.query.when import text_of_when


def text_of(query: Query) -> str:
    """Return what a person would write for it."""
    return " ".join(map(text_of_term, query.terms))


def text_of_term(term: Term) -> str:
    """Return what a person would write for a term, in quotes only where it needs them."""
    sign = "-" if term.is_negated else ""
    key, value = _key_and_value(term.condition)
    start = f"{sign}{key}:" if key else sign
    bare = f"{start}{value}"
    try:
        if parse(bare) == Query((term,)):
            return bare
    except QueryError:
        pass
    in_quotes = value.replace('"', '""')
    return f'{start}"{in_quotes}"'


def _key_and_value(condition: Condition) -> tuple[str, str]:
    match condition:
        case Words(text):
            return "", text
        case Has(field, text):
            return field, text
        case Says(role):
            return ROLE, role
        case Rated(feedback):
            return FEEDBACK, feedback or ""
        case Is(state):
            return state, ""
        case Dated(bound, when):
            return bound, text_of_when(when)
        case Counted(quantity, comparison, number):
            return quantity, f"{'' if comparison == '=' else comparison}{number}"
