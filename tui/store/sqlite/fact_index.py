"""Index of facts: which messages have what is told of answers, each by its value.

A fact that a query names by a text has its different texts, folded, in `fact_value`: labels and
tools are few, whatever number of messages has them. All others have a number.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from sqlite3 import Connection

from msgspec import Struct

from tui.facts import Feedback
from tui.model import Message, Role, TextPart
from tui.query.folding import folded_name, folded_text
from tui.query.matching import fact_texts
from tui.query.tree import Comparison, Condition, Counted, Has, Is, Rated, Says, State, TextKey
from tui.store.base import MOST_TEXTS
from tui.store.sqlite.indexing import SLOTS, IndexedMessage
from tui.store.sqlite.rows import bound, unbound

_MOST = 2**63 - 1
"""No number in the file is more."""
_LOOKED_AT = 200
"""So many messages that have a text tell whether an account has it."""
_FIELDS = (TextKey.LABEL, TextKey.TOOL, TextKey.SOURCE, TextKey.ERROR, TextKey.FRUSTRATED)


class _Kind(enum.IntEnum):
    """What a fact is about, by its number in the file."""

    LABEL = 0
    TOOL = 1
    SOURCE = 2
    ERROR = 3
    FRUSTRATED = 4
    NO_SOURCE = 5
    CUT = 6
    THUMB = 7
    """Its value is the place of the thumb in `Feedback`."""
    TOKENS = 8
    """Its value is how many."""
    ROLE = 9
    """Of a role that is rare; its value is the place in `Role`."""


_KINDS = dict(zip(_FIELDS, _Kind, strict=False))
_THUMBS, _ROLES = tuple(Feedback), tuple(Role)
_Fact = tuple[_Kind, int | str]


class FactLookup(Struct, frozen=True):
    """Messages of which a condition holds: all of them, and no others."""

    kind: _Kind
    values: str
    """What holds of the value, as SQL."""
    asked: Sequence[object]
    """What is bound in that."""
    is_spread: bool = False
    word = ""

    @property
    def can_be_limited(self) -> bool:
        return not self.is_spread

    def found(self, first: int, last: int) -> tuple[str, Sequence[object]]:
        """Return what selects the rows of such messages of these sessions, in any order."""
        where = f"kind = ? AND value {self.values} AND session BETWEEN ? AND ?"
        row = f"session * {SLOTS} + message % {SLOTS}"
        return f"SELECT {row} FROM fact WHERE {where}", (self.kind, *self.asked, first, last)


def fact_lookup(condition: Condition) -> FactLookup | None:
    """Return what finds the messages of which a condition holds; `None` where most are."""
    match condition:
        case Has(field, text) if field in _KINDS:
            kind = _KINDS[field]
            texts = "SELECT id FROM fact_value WHERE kind = ? AND instr(text, ?)"
            return FactLookup(kind, f"IN ({texts})", (kind, bound(folded_text(text))))
        case Is(State.NO_SOURCE):
            return FactLookup(_Kind.NO_SOURCE, "= ?", (0,))
        case Is(State.CUT):
            return FactLookup(_Kind.CUT, "= ?", (0,))
        case Rated(thumb):
            thumbs = [at for at, each in enumerate(_THUMBS) if thumb in (None, each)]
            return FactLookup(_Kind.THUMB, f"IN ({', '.join('?' * len(thumbs))})", thumbs)
        case Counted(_, Comparison.EXACTLY, number):
            return FactLookup(_Kind.TOKENS, "= ?", (number,))
        case Counted(_, comparison, number):
            return FactLookup(_Kind.TOKENS, f"{comparison} ?", (number,), is_spread=True)
        case Says(Role.SYSTEM):
            return FactLookup(_Kind.ROLE, "= ?", (_ROLES.index(Role.SYSTEM),))
    return None


def told_texts(db: Connection, account: int, field: TextKey) -> Sequence[str]:
    """Return the texts that messages of an account have of a field, folded, in their order.

    Where most that have one are of other accounts, it may be missing.
    """
    rows = db.execute(
        "SELECT text FROM fact_value WHERE kind = ?1 AND EXISTS ("
        "  SELECT 1 FROM (SELECT session FROM fact WHERE kind = ?1 AND value = fact_value.id"
        "   ORDER BY session DESC LIMIT ?4) JOIN session ON session.id = session"
        "  WHERE account = ?2"
        ") ORDER BY text LIMIT ?3",
        (_KINDS[field], account, MOST_TEXTS, _LOOKED_AT),
    )
    return [unbound(text) for (text,) in rows]


def put_facts(db: Connection, messages: Iterable[IndexedMessage]) -> None:
    """Take in what is told of messages that are not in the index."""
    # few texts are told of many messages
    number_of = lru_cache(None)(partial(_made_number, db))
    rows = [
        (kind, number_of(kind, value), each.session, each.row)
        for each in messages
        if _may_tell(each.message)
        for kind, value in _facts_of(each.message)
    ]
    # two labels may be the same when they are folded
    db.executemany("INSERT OR IGNORE INTO fact VALUES (?, ?, ?, ?)", rows)


def drop_facts(db: Connection, messages: Iterable[IndexedMessage]) -> None:
    """Take out what is told of messages, and the texts that no other has."""
    rows = [
        (kind, _number(db, kind, value), each.session, each.row)
        for each in messages
        if _may_tell(each.message)
        for kind, value in _facts_of(each.message)
    ]
    db.executemany(
        "DELETE FROM fact WHERE kind = ? AND value = ? AND session = ? AND message = ?", rows
    )
    texts = {row[:2] for row in rows if row[0] in _KINDS.values()}
    db.executemany(
        "DELETE FROM fact_value WHERE kind = ?1 AND id = ?2"
        " AND NOT EXISTS (SELECT 1 FROM fact WHERE kind = ?1 AND value = ?2)",
        list(texts),
    )


def _may_tell(message: Message) -> bool:
    """Say whether there may be facts of a message: most are nothing but a text."""
    match message.parts:
        case (TextPart(),):
            is_more = message.facts is not None or message.failure is not None
            return is_more or message.role is Role.SYSTEM
    return True


def _facts_of(message: Message) -> Iterator[_Fact]:
    if message.role is Role.SYSTEM:
        yield _Kind.ROLE, _ROLES.index(message.role)
    facts = message.facts
    for field in _fields_with_texts(message):
        for text in filter(None, map(folded_name, fact_texts(field, message))):
            yield _KINDS[field], text
    if facts is None:
        return
    if facts.without_source:
        yield _Kind.NO_SOURCE, 0
    if facts.is_cut:
        yield _Kind.CUT, 0
    if facts.feedback is not None:
        yield _Kind.THUMB, _THUMBS.index(facts.feedback)
    if facts.total_tokens is not None:
        yield _Kind.TOKENS, max(-_MOST, min(facts.total_tokens, _MOST))


def _fields_with_texts(message: Message) -> Iterator[TextKey]:
    """Yield the fields of which a message may have texts: of most it has none."""
    facts = message.facts
    if facts is not None and facts.labels:
        yield TextKey.LABEL
    if facts is not None and facts.frustration:
        yield TextKey.FRUSTRATED
    if message.failure is not None or (facts is not None and facts.error):
        yield TextKey.ERROR
    if not all(isinstance(part, TextPart) for part in message.parts):
        yield TextKey.TOOL
        yield TextKey.SOURCE


def _number(db: Connection, kind: _Kind, value: int | str) -> int | None:
    """Return the number of a value, `None` for a text that has none."""
    if isinstance(value, int):
        return value
    row = db.execute("SELECT id FROM fact_value WHERE kind = ? AND text = ?", (kind, bound(value)))
    found = row.fetchone()
    return None if found is None else int(found[0])


def _made_number(db: Connection, kind: _Kind, value: int | str) -> int:
    """Return the number of a value; a text that has none is given one."""
    if (known := _number(db, kind, value)) is not None:
        return known
    row = (kind, bound(str(value)))
    made = db.execute("INSERT INTO fact_value (kind, text) VALUES (?, ?)", row)
    assert made.lastrowid is not None
    return made.lastrowid
