"""Styled text: what every block and every row of the screen is made of."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from msgspec import Struct

StyleNames = tuple[str, ...]
"""Names of styles, the outermost first: `.name` of the widget's own, `~token` of code."""


class Piece(NamedTuple):
    """A stretch of one row in one style."""

    text: str
    styles: StyleNames = ()
    href: str = ""
    """The address a click opens, empty for what is no link."""


Row = tuple[Piece, ...]
_ONE_STYLE: tuple[tuple[int], tuple[StyleNames], tuple[str]] = ((0,), ((),), ("",))


class StyledText(Struct, frozen=True):
    """A text and the styles of its stretches, without gaps or overlaps."""

    text: str = ""
    starts: tuple[int, ...] = ()
    """Where each stretch begins, ascending, the first at 0."""
    styles: tuple[StyleNames, ...] = ()
    hrefs: tuple[str, ...] = ()

    def between(self, start: int, end: int) -> Row:
        """Return the pieces from `start` to `end`, both counted in characters."""
        if start >= end:
            return ()
        at = bisect_right(self.starts, start) - 1
        pieces = []
        while start < end:
            stop = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.text)
            pieces.append(Piece(self.text[start : min(stop, end)], self.styles[at], self.hrefs[at]))
            start = stop
            at += 1
        return tuple(pieces)

    def without_start(self, chars: int) -> StyledText:
        """Return this text less its first `chars` characters."""
        return join_pieces(self.between(chars, len(self.text)))


def in_one_style(text: str, *styles: str) -> StyledText:
    """Return a text in one style: the names of it, the outermost first."""
    return StyledText(text, (0,), (styles,), ("",)) if text else StyledText()


def join_pieces(pieces: Row) -> StyledText:
    """Join pieces; neighbours that look the same become one stretch."""
    starts: list[int] = []
    merged: list[Piece] = []
    at = 0
    for piece in pieces:
        if not piece.text:
            continue
        if not merged or merged[-1][1:] != piece[1:]:
            starts.append(at)
            merged.append(piece)
        at += len(piece.text)
    text = "".join(piece.text for piece in pieces)
    if len(merged) == 1 and not merged[0].styles and not merged[0].href:
        # of what is most frequent there is one copy
        return StyledText(text, *_ONE_STYLE)
    return StyledText(
        text,
        tuple(starts),
        tuple(piece.styles for piece in merged),
        tuple(piece.href for piece in merged),
    )


def shared_chars(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
