"""Rows of wrapped text, whole or growing at its end."""

from __future__ import annotations

from typing import Protocol

from tui.ui.markdown.styled_text import Piece, Row, StyledText
from tui.ui.markdown.wrap import Break, wrap_words


class Rows(Protocol):
    """The rows of one block without what stands before them; made when they are asked for."""

    def __len__(self) -> int: ...

    def row(self, y: int) -> Row: ...


class TextRows:
    """Wrapped text, whole or growing at its end."""

    __slots__ = ("_breaks", "_width", "text")

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self._width = width
        self._breaks = tuple(self._broken(0))

    def __len__(self) -> int:
        return len(self._breaks)

    def row(self, y: int) -> Row:
        start, end = self._breaks[y]
        return (Piece(self.text[start:end]),)

    def grow(self, text: str) -> int | None:
        """Take over a longer text; return how many rows stay, `None` when it is another text."""
        if not text.startswith(self.text):
            return None
        # what comes on may change the last row, and the one above where a blank that belonged to
        # neither of them gets an accent
        stay = len(self._breaks) - 1
        start, _ = self._breaks[stay]
        if stay and start == len(self.text) and not self.text.endswith("\n"):
            stay -= 1
            start, _ = self._breaks[stay]
        self.text = text
        self._breaks = (*self._breaks[:stay], *self._broken(start))
        return stay

    def offset(self, y: int, x: int) -> int:
        """Return the place in the text of a character of a row."""
        start, end = self._breaks[y]
        return min(start + max(0, x), end)

    def _broken(self, start: int) -> list[Break]:
        return wrap_words(self.text, self._width, start)


class ProseRows(TextRows):
    """Wrapped text with styles."""

    __slots__ = ("_styled",)

    def __init__(self, styled: StyledText, width: int) -> None:
        super().__init__(styled.text, width)
        self._styled = styled

    def row(self, y: int) -> Row:
        return self._styled.between(*self._breaks[y])
