"""Terms of the full-text index made ahead: those of a part while FTS5 takes in the one before it.

FTS5 takes a part in with one statement, during which this thread holds nothing that another one
waits for. With a statement for each row each thread would wait for the other all the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from sqlite3 import Connection
from threading import Thread
from typing import NamedTuple

from tui.store.sqlite.codec import json_octets

Texts = Sequence[tuple[int, str]]
"""Rows of the index, ascending, with unfolded texts; some share a row."""


class PartTerms(NamedTuple):
    """What FTS5 is told of some texts."""

    rows: bytes
    """JSON of an object: terms by the row, ascending.

    FTS5 writes out all that it holds whenever a row does not come behind the last one.
    """
    words: set[str]

    def put(self, db: Connection) -> None:
        """Have FTS5 take them in."""
        db.execute(
            "INSERT INTO fts_text (rowid, text)"
            " SELECT CAST(key AS INTEGER), value FROM json_each(CAST(? AS TEXT))",
            (self.rows,),
        )


def part_terms(texts: Texts) -> PartTerms:
    """Return what FTS5 is told of texts; no database is asked."""
    # made of much, and no start waits for it
    from tui.store.sqlite.index_terms import terms_of

    terms, words = terms_of([text for _, text in texts])
    return PartTerms(json_octets(terms_by_row(texts, terms)), words)


def terms_by_row(texts: Texts, terms: Sequence[str]) -> dict[int, str]:
    """Return the terms of texts by their rows; of those that share one together."""
    told: dict[int, str] = {}
    for (row, _), each in zip(texts, terms, strict=True):
        told[row] = f"{told[row]} {each}" if row in told else each
    return told


class TermsAhead:
    """Gives what FTS5 is told of texts, made before where it was begun."""

    def __init__(self) -> None:
        self._begun: tuple[Texts, Future[PartTerms]] | None = None

    def begin(self, texts: Texts) -> None:
        """Make what FTS5 is told of texts in another thread: they are asked for next, mostly."""
        made: Future[PartTerms] = Future()
        # no end of the program waits for it
        thread = Thread(target=_make, args=(texts, made), name="store-terms", daemon=True)
        # where no other one can be started, they are made when they are asked for
        with suppress(RuntimeError):
            thread.start()
            self._begun = texts, made

    def terms(self, texts: Texts) -> PartTerms:
        """Return what FTS5 is told of texts, whether they were begun or others."""
        begun, self._begun = self._begun, None
        if begun is not None and begun[0] == texts:
            return begun[1].result()
        return part_terms(texts)


def _make(texts: Texts, made: Future[PartTerms]) -> None:
    try:
        made.set_result(part_terms(texts))
    except BaseException as error:  # noqa: BLE001 - it is raised where the terms are asked for
        made.set_exception(error)
