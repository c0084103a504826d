"""Documents read and laid out without an app."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.ui.markdown.document import MarkdownDocument
from tui.ui.markdown.page_layout import PageLayout
from tui.ui.markdown.styled_text import Piece, Row

WIDTH = 60


class Drawn:
    """A page that follows a document as the widget does."""

    def __init__(self, width: int = WIDTH) -> None:
        self.document = MarkdownDocument()
        self.layout = PageLayout(width)

    def write(self, text: str) -> int:
        """Add a text; return the first row that changed."""
        self.document.write(text)
        return self.read()

    def finish(self) -> int:
        self.document.finish()
        return self.read()

    def replace(self, text: str) -> int:
        self.document.replace(text)
        self.document.finish()
        return self.read()

    def read(self) -> int:
        first = self.layout.height
        goes_on = True
        while goes_on:
            goes_on = self.document.advance()
            changed = self.layout.show(self.document.blocks, self.document.take_changed())
            first = min(first, changed)
        return first

    @property
    def rows(self) -> Sequence[Row]:
        return [self.layout.row(y) for y in range(self.layout.height)]

    @property
    def lines(self) -> Sequence[str]:
        return [text_of(row) for row in self.rows]

    @property
    def pieces(self) -> Sequence[Piece]:
        return [piece for row in self.rows for piece in row]


def drawn(*pieces: str, width: int = WIDTH) -> Drawn:
    """Return a whole text that came in pieces."""
    layout = Drawn(width)
    for piece in pieces:
        layout.write(piece)
    layout.finish()
    return layout


def lines(text: str, width: int = WIDTH) -> Sequence[str]:
    """Return the rows of a whole text without the blanks at their ends."""
    return [line.rstrip() for line in drawn(text, width=width).lines]


def text_of(row: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in row)
