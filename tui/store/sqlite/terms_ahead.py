"""Pipeline of the full-text index: terms of a part are made while FTS5 takes in the one before it.

What FTS5 is told of a part is one statement, in which no other thread waits for this one. So two
parts take as long as the slower half of each.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from sqlite3 import Connection
from typing import NamedTuple

from tui.store.sqlite.codec import json_text

Place = tuple[int, int]
"""Of a message in `unindexed`: the row of the index, and its own."""


class Part(NamedTuple):
    """Messages that are put into the index together."""

    texts: Sequence[tuple[int, str]]
    """Rows of the index, ascending, with unfolded texts."""
    last: Place = (0, 0)
    """Where the last of them waits."""


class TermsOfPart(NamedTuple):
    """What FTS5 is told of a part."""

    last: Place
    rows: str
    """JSON of an object: terms by the row, ascending.

    FTS5 writes out all that it holds whenever a row does not come behind the last one.
    """
    words: set[str]

    def put(self, db: Connection) -> None:
        """Let FTS5 take them in, in one statement."""
        db.execute(
            "INSERT INTO fts_text (rowid, text)"
            " SELECT CAST(key AS INTEGER), value FROM json_each(?)",
            (self.rows,),
        )


def terms_by_row(texts: Iterable[tuple[int, str]], terms: Iterable[str]) -> dict[int, str]:
    """Return the terms of texts by their rows; of those that share one together."""
    told: dict[int, str] = {}
    for (row, _), each in zip(texts, terms, strict=True):
        told[row] = f"{told[row]} {each}" if row in told else each
    return told


def terms_of_part(part: Part) -> TermsOfPart:
    """Return what FTS5 is told of a part; no database is asked."""
    # made of much, and no start waits for it
    from tui.store.sqlite.index_terms import terms_of

    terms, words = terms_of([text for _, text in part.texts])
    return TermsOfPart(part.last, json_text(terms_by_row(part.texts, terms)), words)


def made_ahead(
    parts: Iterator[Part], is_awaited: Callable[[], bool]
) -> Generator[TermsOfPart, None, None]:
    """Yield what FTS5 is told of parts, each made while the one before it is put.

    As soon as somebody waits no other is begun.
    """
    following = next(parts, None)
    if following is None:
        return
    coming = terms_of_part(following)
    pool = ThreadPoolExecutor(1, thread_name_prefix="store-terms")
    try:
        while True:
            made: Future[TermsOfPart] | None = None
            if not is_awaited() and (following := next(parts, None)) is not None:
                made = pool.submit(terms_of_part, following)
            yield coming
            if made is None:
                return
            coming = made.result()
    finally:
        # who waits does not wait for what nobody takes any more
        pool.shutdown(wait=False)
