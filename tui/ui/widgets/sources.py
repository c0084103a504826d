"""The sources an answer names."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from tui.model import Citation, CitationsPart
from tui.ui.widgets.folding_panel import FoldingPanel
from tui.ui.widgets.plain import Plain


class Sources(FoldingPanel):
    """A folded list: marker, title, address and excerpt of each source."""

    def __init__(self, part: CitationsPart) -> None:
        super().__init__(_title(part), collapsed=True)
        self.part = part

    def compose(self) -> ComposeResult:
        yield self._title
        with self.Contents():
            yield Plain(_listing(self.part), classes="listing")

    def show(self, part: CitationsPart) -> None:
        self.part = part
        self.retitle(_title(part))
        self.query_one(".listing", Plain).update(_listing(part))


def _title(part: CitationsPart) -> Content:
    count = len(part.citations)
    return Content.assemble(("❝", "$secondary"), " ", f"{count} source{'s' * (count != 1)}")


def _listing(part: CitationsPart) -> Content:
    return Content("\n").join(_entry(citation) for citation in part.citations)


def _entry(citation: Citation) -> Content:
    return Content.assemble(
        (f"[{citation.marker}] " if citation.marker else "• ", "$secondary"),
        (citation.title or citation.url or "untitled", "bold"),
        ("\n" + citation.url if citation.url and citation.title else "", "$foreground-muted"),
        ("\n" + citation.excerpt if citation.excerpt else ""),
    )
