"""Text with looks: what every block and every row of the screen is made of."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

Look = tuple[str, ...]
"""Names of styles, the outermost first: `.name` of the widget's own, `~token` of code."""


class Piece(NamedTuple):
    """A stretch of one row in one look."""

    text: str
    look: Look = ()
    target: str = ""
    """The address a click opens, empty for what is no link."""


Row = tuple[Piece, ...]
_ONE_LOOK: tuple[tuple[int], tuple[Look], tuple[str]] = ((0,), ((),), ("",))


@dataclass(frozen=True, slots=True)
class Runs:
    """A text and the looks of its stretches, without gaps or overlaps."""

    text: str = ""
    starts: tuple[int, ...] = ()
    """Where each stretch begins, ascending, the first at 0."""
    looks: tuple[Look, ...] = ()
    targets: tuple[str, ...] = ()

    def between(self, start: int, end: int) -> Row:
        """Return the pieces from `start` to `end`, both counted in characters."""
        if start >= end:
            return ()
        at = bisect_right(self.starts, start) - 1
        pieces = []
        while start < end:
            stop = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.text)
            pieces.append(
                Piece(self.text[start : min(stop, end)], self.looks[at], self.targets[at])
            )
            start = stop
            at += 1
        return tuple(pieces)

    def without_start(self, chars: int) -> Runs:
        """Return these runs less their first `chars` characters."""
        return of_pieces(self.between(chars, len(self.text)))


def plain(text: str, *look: str) -> Runs:
    """Return a text in one look."""
    return Runs(text, (0,), (look,), ("",)) if text else Runs()


def of_pieces(pieces: Row) -> Runs:
    """Join pieces; neighbours that look the same become one stretch."""
    starts: list[int] = []
    kept: list[Piece] = []
    at = 0
    for piece in pieces:
        if not piece.text:
            continue
        if not kept or kept[-1][1:] != piece[1:]:
            starts.append(at)
            kept.append(piece)
        at += len(piece.text)
    text = "".join(piece.text for piece in pieces)
    if len(kept) == 1 and not kept[0].look and not kept[0].target:
        # of what is most frequent there is one copy
        return Runs(text, *_ONE_LOOK)
    return Runs(
        text,
        tuple(starts),
        tuple(piece.look for piece in kept),
        tuple(piece.target for piece in kept),
    )
