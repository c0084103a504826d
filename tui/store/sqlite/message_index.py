"""Full-text index of messages, in tables of the store's file."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from operator import itemgetter
from sqlite3 import Connection

from tui.store.sqlite.fresh_texts import FreshTexts
from tui.store.sqlite.histories import messages_of, read_messages
from tui.store.sqlite.indexed_words import IndexedWords, forget_words, note_former_words
from tui.store.sqlite.indexing import SLOTS, IndexedMessage, MessageIndex, index_row
from tui.store.sqlite.part_size import PartSize
from tui.store.sqlite.terms_ahead import PartTerms, TermsAhead, Texts, part_terms, terms_by_row

VERSION = f"11 {unicodedata.unidata_version}"
"""Of what stands in the index: another one, and it is made anew."""
_SESSIONS_AT_ONCE, _MESSAGES_AT_ONCE = 20, 1_000
"""So many are put in one change: nothing else waits for longer."""
_CHARS_OF_A_PART = 2_000_000
"""Messages that are taken in together have not many more characters."""
_MERGED_SEGMENTS = 8
"""So many of about the same size become one: the fewer, the more often all is written again."""
_MERGED_PAGES = 500
"""So much of the index is written at once: others wait for no longer."""
_CHANGES_OF_A_STEP = 2
"""A merge that changes fewer rows has come to its end, says FTS5."""
_WHOLE = math.inf


def _never() -> bool:
    return False


class FullTextIndex(MessageIndex):
    """What words and facts stand in which messages.

    Those that wait are taken in in parts of this size, of texts that are held since they were
    written or read again.
    """

    def __init__(self, size: PartSize | None = None, fresh: FreshTexts | None = None) -> None:
        self._size = PartSize() if size is None else size
        self._words = IndexedWords()
        self._fresh = FreshTexts() if fresh is None else fresh
        self._ahead = TermsAhead()
        self._wiping: Iterator[None] | None = None

    def put(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        from tui.store.sqlite.fact_index import put_facts

        messages = _within(db, messages)
        put_facts(db, messages)
        self._fresh.hold(db, messages)
        # FTS5 takes longer the fewer it is given at once
        db.executemany("INSERT OR IGNORE INTO unindexed VALUES (?, ?)", _places(messages))

    def drop(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        from tui.store.sqlite.fact_index import drop_facts

        messages = _within(db, messages)
        if messages:
            self._fresh.doubt()
        drop_facts(db, messages)
        indexed = _indexed(db, messages)
        db.executemany("DELETE FROM unindexed WHERE row = ? AND message = ?", _places(messages))
        if indexed:
            self._drop_texts(db, indexed)

    def _drop_texts(self, db: Connection, messages: Sequence[IndexedMessage]) -> None:
        from tui.store.sqlite.index_terms import terms_of

        texts = _texts(messages)
        terms, words = terms_of([text for _, text in texts])
        # as they were put: FTS5 counts rows and terms, and takes fewer than none for a broken file
        db.executemany(
            "INSERT INTO fts_text (fts_text, rowid, text) VALUES ('delete', ?, ?)",
            terms_by_row(texts, terms).items(),
        )
        note_former_words(db, words)
        rows: dict[int, set[int]] = {}
        for each in messages:
            rows.setdefault(each.session, set()).add(each.row)
        for session, dropped in rows.items():
            self._put_neighbours(db, session, dropped)

    def wipe_out(self, db: Connection) -> Iterator[None]:
        forgotten = _forgotten(db)
        while forget_words(db):
            yield
        # what was deleted stands in its segment, and its deletion in another, until they are merged
        for table in ("fts_text", "fts_word"):
            # fewer than none: all segments are taken, not only those that are small
            pages, before = -_MERGED_PAGES, 0
            while db.total_changes - before >= _CHANGES_OF_A_STEP or pages < 0:
                before = db.total_changes
                db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))
                pages = _MERGED_PAGES
                yield
        db.execute("UPDATE index_state SET forgotten = NULL WHERE forgotten = ?", (forgotten,))

    def note_forgotten(self, db: Connection) -> None:
        db.execute("UPDATE index_state SET forgotten = random()")

    def discard(self, db: Connection) -> None:
        db.execute("UPDATE index_state SET version = ''")

    def _begin_anew(self, db: Connection) -> None:
        for table in ("fts_text", "fts_word"):
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        db.execute(
            "INSERT INTO fts_text (fts_text, rank) VALUES ('automerge', ?)", (_MERGED_SEGMENTS,)
        )
        for table in ("unindexed", "word", "former_word", "fact", "fact_value", "index_state"):
            db.execute(f"DELETE FROM {table}")
        db.execute("INSERT INTO index_state VALUES (?, NULL, random(), NULL)", (VERSION,))

    def make_current(self, db: Connection, is_awaited: Callable[[], bool] = _never) -> bool:
        from tui.store.sqlite.fact_index import put_facts

        state = _state(db)
        if state == _WHOLE:
            return self._take_in(db, is_awaited) or self._wipe_some(db)
        if state is None:
            self._begin_anew(db)
        rows = db.execute(
            "SELECT id FROM session WHERE id > ? ORDER BY id LIMIT ?",
            (state or 0, _SESSIONS_AT_ONCE),
        )
        messages: list[IndexedMessage] = []
        last: int | None = None
        for (last,) in rows.fetchall():
            messages += messages_of(db, last)
            if len(messages) >= _MESSAGES_AT_ONCE:
                break
        put_facts(db, messages)
        self._put_texts(db, _texts(messages))
        db.execute("UPDATE index_state SET session = ?", (last,))
        # what was written meanwhile is left
        return True

    def is_current(self, db: Connection) -> bool:
        """Say whether all that is stored is in the index, as this Runnel makes it."""
        return _state(db) == _WHOLE

    def _take_in(self, db: Connection, is_awaited: Callable[[], bool]) -> bool:
        """Put a part of those that wait; say whether there may be more."""
        if is_awaited():
            self._size.note(is_awaited=True)
        most = self._size.now
        waiting = _waiting(db, (-1, -1), most)
        texts = self._waiting_texts(db, waiting)
        is_more = len(texts) < len(waiting) or len(texts) == most
        if texts:
            last = waiting[len(texts) - 1]
            terms = self._ahead.terms(texts)
            if is_more and not is_awaited():
                self._begin_next(db, last)
            self._put_terms(db, terms)
            db.execute("DELETE FROM unindexed WHERE (row, message) <= (?, ?)", last)
            self._fresh.let_go(message for _, message in waiting[: len(texts)])
        if is_more:
            self._size.note(is_awaited=is_awaited())
        else:
            self._fresh.begin()
        return is_more

    def _begin_next(self, db: Connection, last: tuple[int, int]) -> None:
        """Have the terms of the next part made, where nothing is to be read for that."""
        waiting = _waiting(db, last, self._size.following)
        if waiting and (texts := self._held_texts(db, waiting)):
            self._ahead.begin(texts)

    def _held_texts(self, db: Connection, waiting: Sequence[tuple[int, int]]) -> Texts | None:
        """Return the rows and texts of the first that wait; `None` where some are to be read."""
        held = self._fresh.all_held(db, (message for _, message in waiting))
        if held is None:
            return None
        last = bisect_right(list(accumulate(map(len, held))), _CHARS_OF_A_PART)
        return list(zip((row for row, _ in waiting[: last + 1]), held, strict=False))

    def _waiting_texts(self, db: Connection, waiting: Sequence[tuple[int, int]]) -> Texts:
        """Return the rows and the texts of the first messages of those that wait."""
        from tui.store.sqlite.searched_texts import stored_text

        if (all_held := self._held_texts(db, waiting)) is not None:
            return all_held
        fresh = self._fresh.held(db)
        texts: list[tuple[int, str]] = []
        size = 0
        for row, message in waiting:
            text = fresh.get(message)
            if text is None:
                text = stored_text(db, row // SLOTS, message)
            texts.append((row, text))
            size += len(text)
            if size > _CHARS_OF_A_PART:
                break
        return texts

    def _wipe_some(self, db: Connection) -> bool:
        """Go on with wiping out where something was forgotten; say whether there is more."""
        # not kept while it goes on: where a step fails, all of it is begun anew
        wiping, self._wiping = self._wiping, None
        if wiping is None:
            if _forgotten(db) is None:
                return False
            wiping = self.wipe_out(db)
        is_over = next(wiping, True)
        self._wiping = None if is_over else wiping
        return True

    def _put_neighbours(self, db: Connection, session: int, dropped: set[int]) -> None:
        """Put those again that shared a row with what was dropped."""
        ids = db.execute("SELECT id FROM message WHERE session = ?", (session,))
        left = [row for (row,) in ids if row not in dropped]
        rows = {index_row(session, each) for each in dropped}
        neighbours = [each for each in left if index_row(session, each) in rows]
        self._put_texts(db, _texts(_indexed(db, read_messages(db, session, neighbours))))

    def _put_texts(self, db: Connection, texts: Sequence[tuple[int, str]]) -> None:
        self._put_terms(db, part_terms(texts))

    def _put_terms(self, db: Connection, terms: PartTerms) -> None:
        self._words.note(db, terms.words)
        terms.put(db)


def _state(db: Connection) -> float | None:
    """Return up to which session the index is made, `None` for one that another Runnel made."""
    row = db.execute("SELECT version, session FROM index_state").fetchone()
    if row is None or row[0] != VERSION:
        return None
    return _WHOLE if row[1] is None else float(row[1])


def _forgotten(db: Connection) -> int | None:
    row = db.execute("SELECT forgotten FROM index_state").fetchone()
    return None if row is None else row[0]


def _waiting(db: Connection, after: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """Return the next that wait behind a row of `unindexed`."""
    select = "SELECT row, message FROM unindexed WHERE (row, message) > (?, ?)"
    return db.execute(f"{select} ORDER BY row, message LIMIT ?", (*after, most)).fetchall()


def _within(db: Connection, messages: Sequence[IndexedMessage]) -> Sequence[IndexedMessage]:
    """Return the messages of sessions that are in the index; the others are put in their turn."""
    state = _state(db)
    if state is None:
        # one that another Runnel made does not know of them, and has to be made anew there too
        db.execute("UPDATE index_state SET version = ''")
        return ()
    return [each for each in messages if each.session <= state]


def _places(messages: Iterable[IndexedMessage]) -> list[tuple[int, int]]:
    """Return the rows of `unindexed` of messages."""
    return [(each.index_row, each.row) for each in messages]


def _indexed(db: Connection, messages: Sequence[IndexedMessage]) -> Sequence[IndexedMessage]:
    """Return those of which the words are in the index."""
    select = "SELECT 1 FROM unindexed WHERE row = ? AND message = ?"
    are_waiting = (db.execute(select, place).fetchone() for place in _places(messages))
    return [each for each, waits in zip(messages, are_waiting, strict=True) if waits is None]


def _texts(messages: Iterable[IndexedMessage]) -> list[tuple[int, str]]:
    """Return the rows of the index that messages have, with their texts, in order."""
    # made of much, and no start waits for it
    from tui.query.document import unfolded_text

    texts = [(each.index_row, unfolded_text(each.message)) for each in messages]
    return sorted(texts, key=itemgetter(0))
