"""Search in one session of the store: where the index suggests, held against the query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import itemgetter, or_
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
EVERYWHERE = (1 << SLOTS) - 1
"""All slots of a session, as bits."""
_Roles = Sequence[tuple[int, int, int, int]]
"""Messages of a session in their order: session, position, row, number of the role."""
_ROLES_OF_SOME = f"""WITH asked (session, slots) AS MATERIALIZED (
        SELECT value ->> 0, value ->> 1 FROM json_each(?)
    )
    SELECT message.session, position, id, role FROM asked
    CROSS JOIN message ON message.session = asked.session
    WHERE role = {_USER} OR (slots >> (id % {SLOTS})) & 1"""
_POSITION = "FROM message WHERE session = asked.value ORDER BY position"
_ORDERS = f"""SELECT asked.value,
        (SELECT position {_POSITION} LIMIT 1), (SELECT position {_POSITION} DESC LIMIT 1), (
            SELECT min(id - position) || ' ' || max(id - position)
                || ' ' || coalesce(group_concat(iif(role = {_USER}, id, NULL), ' '), '')
            FROM message WHERE session = asked.value
        )
    FROM json_each(?) AS asked"""
"""To read a row of each message takes twice as long."""


class Suggested(Struct, frozen=True):
    """Slots of a session in which something may stand, as bits."""

    facts: Sequence[int]
    """Of each fact: none other has it."""
    words: Mapping[str, int]
    """Of each word that the index tells of: none other has it, some of these may not."""
    slots: int = EVERYWHERE
    """Of exchanges that may have all of it."""

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

    def with_words(self, words: Mapping[str, int]) -> Suggested:
        """Return this with each word in these slots alone."""
        return Suggested(self.facts, words, self.slots)

    def with_word(self, word: str, mask: int) -> Suggested:
        """Return this with a word in these slots alone."""
        return Suggested(self.facts, {**self.words, word: mask}, self.slots)

    def in_slots(self, slots: int) -> Suggested:
        """Return this with exchanges in these slots alone."""
        return Suggested(self.facts, self.words, slots)

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
        masks, slots = suggested.masks, self._slots(suggested)
        if slots and self.matcher.words:
            masks = [*suggested.facts, *self._held({session: slots})[session].values()]
        if not slots or not all(masks):
            return
        for rows in _together(self._roles(session), masks):
            messages = read_messages(self.db, session, rows)
            exchange = Exchange(tuple(each.message for each in messages))
            if self.matcher.holds_of_exchange(exchange):
                yield exchange

    def standing(self, suggested: Mapping[int, Suggested]) -> Mapping[int, Suggested]:
        """Return of these sessions those in which all words stand, with where each does.

        Their messages are read in one go, in two thirds of the time that each takes by itself.
        """
        if not self.matcher.words:
            return suggested
        asked = {session: self._slots(each) for session, each in suggested.items()}
        held = self._held({session: slots for session, slots in asked.items() if slots})
        return {
            session: suggested[session].with_words(words)
            for session, words in held.items()
            if all(words.values())
        }

    def _slots(self, suggested: Suggested) -> int:
        """Return in which slots an exchange may have a word."""
        is_told = _are_told(self.matcher, suggested)
        return suggested.slots & (reduce(or_, suggested.words.values()) if is_told else EVERYWHERE)

    def _held(self, asked: Mapping[int, int]) -> Mapping[int, Mapping[str, int]]:
        """Return which of these slots of sessions have each word, beside none that must not be."""
        held: dict[int, dict[str, int]] = {
            each: dict.fromkeys(self.matcher.words, 0) for each in asked
        }
        absent = self.matcher.absent_words
        roles = [at for at, role in enumerate(ROLES) if self.matcher.listens_to(role)]
        for session, (rows, joined) in searched_texts(self.db, asked, roles, self.matcher.words):
            words = [word for word in held[session] if word in joined]
            if not words:
                # what is suggested is mostly not there
                continue
            for row, text in zip(rows, joined.split(TEXT_BREAK), strict=True):
                if not any(word in text for word in absent):
                    for word in words:
                        if word in text:
                            held[session][word] |= 1 << row % SLOTS
        return held

    def _roles(self, session: int) -> _Roles:
        return self.db.execute(
            "SELECT session, position, id, role FROM message WHERE session = ?"
            " ORDER BY position, id",
            (session,),
        ).fetchall()


def standing_together(
    db: Connection, matcher: Matcher, suggested: Mapping[int, Suggested]
) -> Mapping[int, Suggested]:
    """Return of these sessions those with an exchange in which all may stand, with its slots.

    Several things stand in most sessions that have all, and in no exchange together. `suggested`
    tells of the same things in each.
    """
    example = next(iter(suggested.values()), None)
    if example is None or not (example.facts or len(example.masks) > 1):
        return suggested
    # a word that the index does not tell of may stand in any message of an exchange
    is_all_told = _are_told(matcher, example) or not matcher.words
    together: dict[int, Suggested] = {}
    others: list[int] = []
    for session, first, last, told in db.execute(_ORDERS, (json.dumps([*suggested]),)):
        if told is None:
            continue
        least, most, *users = map(int, told.split())
        if least != most or last - first >= SLOTS:
            others.append(session)
            continue
        # messages come in the order of their rows, each in a slot of its own
        first += least
        begun = reduce(or_, (1 << row - first for row in users), 0)
        each = suggested[session]
        if slots := _in_exchanges(begun, [_turned(mask, first) for mask in each.masks]):
            together[session] = each.in_slots(_turned(slots, -first))
    asked = [
        (session, signed(reduce(or_, suggested[session].masks) if is_all_told else EVERYWHERE))
        for session in others
    ]
    rows = db.execute(_ROLES_OF_SOME, (json.dumps(asked),)) if asked else ()
    for session, roles in groupby(rows, itemgetter(0)):
        each = suggested[session]
        exchanges = _together(sorted(roles), each.masks)
        if slots := _slots_of(row for rows in exchanges for row in rows):
            together[session] = each.in_slots(slots)
    return together


def _turned(slots: int, by: int) -> int:
    """Return slots with another one first, as bits."""
    by %= SLOTS
    return (slots >> by | slots << (SLOTS - by)) & EVERYWHERE


def _in_exchanges(begun: int, masks: Sequence[int]) -> int:
    """Return all of the exchanges that have a bit of every mask.

    One begins with each of `begun`; the bits are in the order of the messages.
    """
    rarest, *others = sorted(masks, key=int.bit_count)
    slots = 0
    while rarest:
        found = (rarest & -rarest).bit_length()
        start = (begun & (1 << found) - 1).bit_length()
        behind = begun >> found
        end = found - 1 + (behind & -behind).bit_length() if behind else SLOTS
        exchange = (1 << end) - (1 << max(start - 1, 0))
        if all(exchange & mask for mask in others):
            slots |= exchange
        rarest = rarest >> end << end
    return slots


def _are_told(matcher: Matcher, suggested: Suggested) -> bool:
    """Say whether of each word it is suggested where it stands."""
    return bool(suggested.words) and all(word in suggested.words for word in matcher.words)


def _slots_of(rows: Iterable[int]) -> int:
    return reduce(or_, (1 << row % SLOTS for row in rows), 0)


def _together(roles: _Roles, masks: Sequence[int]) -> Iterator[list[int]]:
    """Yield the rows of each exchange that has a slot of every mask."""
    rarest, *others = sorted(masks, key=int.bit_count) or (-1,)
    held: list[int] = []
    slots = 0
    for _, _, row, role in roles:
        if role == _USER and held:
            if slots & rarest and all(slots & mask for mask in others):
                yield held
            held, slots = [], 0
        held.append(row)
        slots |= 1 << row % SLOTS
    if slots & rarest and all(slots & mask for mask in others):
        yield held
