"""Search in one session of the store: where the index suggests, held against the query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from sqlite3 import Connection

from msgspec import Struct

from tui.model import Role
from tui.query.document import Exchange
from tui.query.matching import Matcher
from tui.store.sqlite.histories import ROLES, read_messages
from tui.store.sqlite.index_rows import IndexRows
from tui.store.sqlite.indexing import SLOTS
from tui.store.sqlite.rows import signed
from tui.store.sqlite.searched_texts import TEXT_BREAK, searched_texts

_USER = ROLES.index(Role.USER)
EVERYWHERE = 2**SLOTS - 1
"""All slots of a session, as bits."""
_Roles = Sequence[tuple[int, int]]
"""The rows of messages in their order, each with the number of its role."""


class Suggested(Struct, frozen=True):
    """Slots of a session in which something may stand, as bits."""

    facts: Sequence[int]
    """Of each fact: none other has it."""
    words: Mapping[str, int]
    """Of each word that the index tells of: none other has it, some of these may not."""

    @classmethod
    def of(cls, session: int, rows: Iterable[IndexRows]) -> Suggested:
        facts: list[int] = []
        words: dict[str, int] = {}
        for each in rows:
            mask, word = each.mask(session), each.lookup.word
            if word:
                # what a word is told by stands in one message
                words[word] = words.get(word, mask) & mask
            else:
                facts.append(mask)
        return cls(facts, words)

    def with_word(self, word: str, mask: int) -> Suggested:
        """Return this with a word in these slots alone."""
        return Suggested(self.facts, {**self.words, word: mask})

    @property
    def masks(self) -> Sequence[int]:
        """Of each thing that an exchange must have."""
        return [*self.facts, *self.words.values()]


class SessionSearch(Struct, frozen=True):
    """Finds the exchanges of a session that hold all that a query asks of one."""

    db: Connection
    matcher: Matcher

    def exchanges(self, session: int, suggested: Suggested) -> Iterator[Exchange]:
        """Yield them, oldest first."""
        masks, words = suggested.masks, suggested.words
        slots = EVERYWHERE
        are_told = bool(words) and all(word in words for word in self.matcher.words)
        if suggested.facts or len(masks) > 1:
            # several things stand in most sessions that have all, and in no exchange together;
            # a word that the index does not tell of may stand in any message of an exchange
            is_all_told = are_told or not self.matcher.words
            roles = self._roles(session, reduce(or_, masks) if is_all_told else EVERYWHERE)
            slots = _slots_of(row for rows in _together(roles, masks) for row in rows)
        if are_told:
            slots &= reduce(or_, words.values())
        if slots and self.matcher.words:
            masks = [*suggested.facts, *self._held(session, slots)]
        if not slots or not all(masks):
            return
        for rows in _together(self._roles(session), masks):
            messages = read_messages(self.db, session, rows)
            exchange = Exchange(tuple(each.message for each in messages))
            if self.matcher.holds_of_exchange(exchange):
                yield exchange

    def _held(self, session: int, slots: int) -> Iterable[int]:
        """Return of these slots those with each word, beside none that must not stand there."""
        held = dict.fromkeys(self.matcher.words, 0)
        absent = self.matcher.absent_words
        roles = [at for at, role in enumerate(ROLES) if self.matcher.listens_to(role)]
        for rows, joined in searched_texts(self.db, session, slots, roles):
            words = [word for word in held if word in joined]
            if not words:
                # what is suggested is mostly not there
                continue
            for row, text in zip(rows, joined.split(TEXT_BREAK), strict=True):
                if not any(word in text for word in absent):
                    for word in words:
                        if word in text:
                            held[word] |= 1 << row % SLOTS
        return held.values()

    def _roles(self, session: int, slots: int = EVERYWHERE) -> _Roles:
        """Return all questions of a session and what else of it is in these slots, as bits."""
        return self.db.execute(
            f"SELECT id, role FROM message WHERE session = ?"
            f" AND (role = {_USER} OR (? >> (id % {SLOTS})) & 1) ORDER BY position, id",
            (session, signed(slots)),
        ).fetchall()


def _slots_of(rows: Iterable[int]) -> int:
    return reduce(or_, (1 << row % SLOTS for row in rows), 0)


def _together(roles: _Roles, masks: Sequence[int]) -> Iterator[list[int]]:
    """Yield the rows of each exchange that has a slot of every mask."""
    rarest, *others = sorted(masks, key=int.bit_count) or (-1,)
    held: list[int] = []
    slots = 0
    for row, role in roles:
        if role == _USER and held:
            if slots & rarest and all(slots & mask for mask in others):
                yield held
            held, slots = [], 0
        held.append(row)
        slots |= 1 << row % SLOTS
    if slots & rarest and all(slots & mask for mask in others):
        yield held
