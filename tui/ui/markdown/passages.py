"""Passages: the texts of a document in which words are found, each for itself.

Those of a block are its text, or the texts of its cells, without what the layout adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.ui.markdown.blocks import Body, Code, Literal, Prose, Table
from tui.ui.markdown.document import MarkdownDocument

SHORT_CHARS = 20_000
"""The passages of a source up to this are kept, for each letter of the words asks for them."""
KEPT_CHARS = 4_000_000
"""More than the histories that are kept in memory have: with fewer, each letter and each search
would read all of them again."""


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

    def __init__(self, kept_chars: int = KEPT_CHARS) -> None:
        self._kept_chars = kept_chars
        self._chars = 0
        self._short: dict[str, Sequence[str]] = {}
        """By source, that asked for longest ago first."""

    @property
    def kept(self) -> Sequence[str]:
        """The sources of which the passages are kept, that asked for longest ago first."""
        return list(self._short)

    def passages_in(self, source: str) -> Iterator[str | None]:
        """Yield the passages of a whole source, `None` after each step of reading."""
        if len(source) > SHORT_CHARS:
            yield from passages_in(source)
            return
        passages = self._short.pop(source, None)
        if passages is None:
            passages = _all_passages_in(source)
            self._chars += len(source)
        self._short[source] = passages
        while self._chars > self._kept_chars:
            oldest = next(iter(self._short))
            self._chars -= len(oldest)
            del self._short[oldest]
        yield from passages


def _all_passages_in(source: str) -> Sequence[str]:
    return [passage for passage in passages_in(source) if passage is not None]


def passages_in(source: str) -> Iterator[str | None]:
    """Yield the passages of a whole source as it is shown, `None` after each step of reading."""
    document = MarkdownDocument()
    document.write(source)
    document.finish()
    while document.advance():
        yield None
    for block in document.blocks:
        yield from passages_of(block.body)
