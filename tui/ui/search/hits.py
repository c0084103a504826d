"""Hits of the search of everything, as rows under the titles of their sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from textual.content import Content

from tui.formatting.counts import counted
from tui.formatting.marked_units import Span
from tui.formatting.search_pattern import folded
from tui.formatting.speakers import SPEAKERS
from tui.formatting.times import relative_time
from tui.query import Exchange, Matcher
from tui.query.found import FoundSession
from tui.query.snippets import WordMarks, snippet_of
from tui.ui.dialogs.pick import Choice
from tui.ui.widgets.highlighting import highlighted

TIME_CELLS = 8
"""Of the longest: `Mar 2024`."""
BESIDE_CELLS = TIME_CELLS + 6
"""Of a row: what stands before the words."""


class SearchResult(Struct, frozen=True):
    session_id: str
    message_id: str = ""
    """Empty when the session was found by what it is called, or by facts of its own."""


class Hit(Choice[SearchResult], frozen=True):
    """One exchange that was found, or a session; of several in a session the first has the title.

    `detail` is what stands around the words.
    """

    marks: tuple[Span, ...] = ()
    """Where the words stand in `detail`."""
    sign: str = ""
    """Whose message it is; empty for a session that was found without any."""
    time: str = ""
    """When that was said, in a few characters."""
    changed: str = ""
    """When the session changed last."""
    count: int = 0
    """How many exchanges were found in the session."""
    is_first: bool = True

    def prompt(self, width_cells: int) -> Content:
        is_alone = self.count < 2
        is_title = self.is_first and _is_same(self.title, self.detail)
        name = max(self.title, self.detail, key=len) if is_title else self.title
        time = self.time if is_alone or is_title else self.changed
        told = "" if is_alone else f"{counted(self.count, 'hit')} · "
        title = _muted(f"{time:>{TIME_CELLS}}  {told}")
        title += _marked(name, self.pattern.spans(name) if self.pattern is not None else (), "bold")
        if is_title:
            return title
        detail = _muted(f"{'' if is_alone else self.time:>{TIME_CELLS}}  {self.sign or ' '} ")
        detail += _marked(self.detail, self.marks, "$foreground-muted")
        return Content("\n").join([title, detail]) if self.is_first else detail


def hits_of(
    found: FoundSession, matcher: Matcher, now: datetime, around_chars: int, listed: int = 0
) -> Iterator[Hit]:
    """Yield a row for each exchange that was found, or one for a session found without any.

    The first ones are left out as far as they are `listed`.
    """
    marks = WordMarks.of(matcher)
    document, exchanges = found.document, found.hit.exchanges
    changed = relative_time(document.changed_at, now)
    session = document.session
    title = document.marks.title or session.label
    for number, exchange in enumerate(exchanges[listed:], listed):
        snippet = snippet_of(exchange, matcher, around_chars)
        yield Hit(
            SearchResult(session.id, snippet.message.id),
            title,
            snippet.text,
            pattern=marks if number == 0 else None,
            marks=snippet.marks,
            sign=SPEAKERS[snippet.message.role].sign,
            time=relative_time(_said_at(exchange), now) or changed,
            changed=changed,
            count=len(exchanges),
            is_first=number == 0,
        )
    if not exchanges and not listed:
        said = tuple(marks.spans(session.preview))
        yield Hit(
            SearchResult(session.id), title, session.preview, False, marks, said, time=changed
        )


def _marked(text: str, spans: Sequence[Span], style: str) -> Content:
    return highlighted(Content.styled(text, style), spans, None)


def _muted(text: str) -> Content:
    return Content.styled(text, "$foreground-muted")


def _is_same(title: str, detail: str) -> bool:
    """Say whether both are one text, whichever of them is cut."""
    # most titles are the first question, which would stand there twice
    whole = detail.strip("…")
    if folded(whole) == folded(title) or (whole != detail and folded(whole) in folded(title)):
        return True
    return title.endswith("…") and folded(detail).startswith(folded(title.rstrip("…")))


def _said_at(exchange: Exchange) -> datetime | None:
    return next((each.created_at for each in exchange.messages if each.created_at), None)
