"""Hits of a query with filters, as rows of the search of everything."""

from __future__ import annotations

from tui.formatting.speakers import SPEAKERS
from tui.query import Matcher
from tui.query.found import Found
from tui.query.snippets import WordMarks, snippet_of
from tui.ui.search.hits import Hit, SearchResult


def hits_of(found: Found, matcher: Matcher) -> list[Hit]:
    """Return a row for each exchange that was found, and for each session found without any."""
    marks = WordMarks.of(matcher)
    hits: list[Hit] = []
    for each in found.sessions:
        session = each.document.session
        title = each.document.marks.title or session.label
        for number, exchange in enumerate(each.hit.exchanges):
            snippet = snippet_of(exchange, matcher)
            hits.append(
                Hit(
                    SearchResult(session.id, snippet.message.id),
                    title,
                    snippet.text,
                    pattern=marks,
                    sign=SPEAKERS[snippet.message.role].sign,
                    is_first=number == 0,
                )
            )
        if not each.hit.exchanges:
            hits.append(Hit(SearchResult(session.id), title, session.preview, pattern=marks))
    return hits
