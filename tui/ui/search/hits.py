"""Hits of the search of everything, as rows under the titles of their sessions."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from tui.formatting.search_pattern import folded
from tui.ui.dialogs.pick import Choice
from tui.ui.widgets.highlighting import highlighted


@dataclass(frozen=True, slots=True)
class SearchResult:
    session_id: str
    message_id: str = ""
    """Empty when the words stand in title or preview, and in no message that was read."""


@dataclass(frozen=True, slots=True)
class Hit(Choice[SearchResult]):
    """One message with the words, or a title; of several in a session the first has the title.

    `detail` is what stands around the words.
    """

    sign: str = ""
    """Whose message it is; empty for a title."""
    is_first: bool = True

    @property
    def prompt(self) -> Content:
        title = self._marked(self.title, "bold")
        # most titles are the first question, which would stand there twice
        if self.is_first and folded(self.detail.strip("…")) in folded(self.title):
            return title
        sign = Content.styled(f"  {self.sign} " if self.sign else "    ", "$foreground-muted")
        detail = sign + self._marked(self.detail, "$foreground-muted")
        return Content("\n").join([title, detail]) if self.is_first else detail

    def _marked(self, text: str, style: str) -> Content:
        spans = self.pattern.spans(text) if self.pattern is not None else ()
        return highlighted(Content.styled(text, style), spans, None)
