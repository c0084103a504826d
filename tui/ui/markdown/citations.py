"""Citations in a text: the `[3.4]` that names a source of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from tui.ui.markdown.styled_text import Row

_MARKER = re.compile(r"\[([^\[\]\s]{1,40})\]")
_NO_CITATIONS = frozenset({".fence", ".code"})


class CitationSpan(NamedTuple):
    """Where a row shows a citation, in its characters."""

    start: int
    end: int
    marker: str


def citations_in(row: Row, markers: Collection[str]) -> Iterator[CitationSpan]:
    """Yield what a row shows of citations of these sources; none in code, and no links."""
    at = 0
    for piece in row:
        if not piece.href and _NO_CITATIONS.isdisjoint(piece.styles):
            for each in _MARKER.finditer(piece.text):
                if each[1] in markers:
                    yield CitationSpan(at + each.start(), at + each.end(), each[1])
        at += len(piece.text)
