"""Query line: one grammar for the list, the search, the export and all that picks sessions."""

from tui.query.document import Document, Exchange, Marks
from tui.query.matching import Matcher, SessionHit, matches
from tui.query.parsing import QueryError, parse, query_in
from tui.query.tree import Query
from tui.query.writing import text_of

__all__ = [
    "Document",
    "Exchange",
    "Marks",
    "Matcher",
    "Query",
    "QueryError",
    "SessionHit",
    "matches",
    "parse",
    "query_in",
    "text_of",
]
