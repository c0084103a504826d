"""Passages: the texts of a document in which words are found, each for itself.

Those of a block are its text, or the texts of its cells, without what the layout adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from tui.ui.markdown.blocks import Body, Code, Literal, Prose, Table
from tui.ui.markdown.document import Document

SHORT_CHARS = 20_000
"""The passages of a source up to this are kept, for each letter of the words asks for them."""
KEPT_SOURCES = 2_000
"""More than a long conversation has: with fewer, each letter would read all of them again."""


def passages_of(body: Body) -> Sequence[str]:
    """Return the passages of a block, in their order."""
    match body:
        case Prose() | Literal() | Code():
            return (body.text,)
        case Table():
            return [cell[0] for cells, _, _ in body.packed_rows for cell in cells]
        case _:
            return ()


def count_of(body: Body) -> int:
    """Return how many passages a block has."""
    match body:
        case Table():
            return len(body.columns.natural) * len(body.packed_rows)
        case _:
            return len(passages_of(body))


class PassageCache:
    """Passages of sources; those of short ones are kept from one pattern to the next."""

    def __init__(self) -> None:
        self._short = lru_cache(KEPT_SOURCES)(_all_passages_in)

    def passages_in(self, source: str) -> Iterator[str | None]:
        """Yield the passages of a whole source, `None` after each step of reading."""
        yield from self._short(source) if len(source) <= SHORT_CHARS else passages_in(source)


def _all_passages_in(source: str) -> Sequence[str]:
    return [passage for passage in passages_in(source) if passage is not None]


def passages_in(source: str) -> Iterator[str | None]:
    """Yield the passages of a whole source as it is shown, `None` after each step of reading."""
    document = Document()
    document.write(source)
    document.finish()
    while document.advance():
        yield None
    for block in document.blocks:
        yield from passages_of(block.body)
