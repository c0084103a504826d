"""Texts of stored messages as words are looked for in them, without the messages around them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from sqlite3 import Connection
from typing import NamedTuple

import msgspec
from msgspec import Struct

from tui.query.document import MAX_SEARCHED_CHARS, unfolded_text
from tui.query.folding import folded_text
from tui.query.spelling import has_other_ideographs, is_of_ideographs
from tui.safe_text import clean
from tui.store.sqlite.codec import VERSION
from tui.store.sqlite.histories import JSON, TEXT, read_messages
from tui.store.sqlite.indexing import SLOTS
from tui.store.sqlite.rows import signed, unbound

TEXT_BREAK = "\x02"
"""Between the texts of two messages: in none of them."""
_CHARS_AT_ONCE = 50_000
_PART = '"is":'
_TEXTS_OF_SOME = f"""WITH asked (session, slots) AS MATERIALIZED (
        SELECT value ->> 0, value ->> 1 FROM json_each(?)
    )
    SELECT message.session, id, format, value FROM asked
    CROSS JOIN message ON message.session = asked.session
    WHERE (slots >> (id % {SLOTS})) & 1"""


class SearchedTexts(NamedTuple):
    """Texts of some messages of a session."""

    rows: Sequence[int]
    """Of the messages in the table."""
    joined: str
    """Folded, with breaks between them, beside which there may be a blank."""


class _Part(Struct):
    kind: str = msgspec.field(name="is")
    text: str = ""


class _Parts(Struct):
    """What `codec` writes of a message, as far as most have words in it."""

    v: int
    parts: list[_Part]


_decoded_parts = msgspec.json.Decoder(_Parts).decode


def searched_texts(
    db: Connection, asked: Mapping[int, int], roles: Iterable[int], words: Sequence[str] = ()
) -> Iterator[tuple[int, SearchedTexts]]:
    """Yield the texts of the messages of sessions in these slots, as bits, of these roles.

    Those of a session come together, in parts where they are long. What surely has none of some
    folded words may be left out.
    """
    places = json.dumps([(session, signed(slots)) for session, slots in asked.items()])
    select = f"{_TEXTS_OF_SOME} AND role IN ({', '.join(map(str, roles))})"
    are_ideographs = bool(words) and all(map(is_of_ideographs, words))
    for session, messages in groupby(db.execute(select, (places,)), itemgetter(0)):
        rows: list[int] = []
        texts: list[str] = []
        size = 0
        for _, row, form, value in messages:
            if are_ideographs and not _may_hold(value, words):
                continue
            text = text_in(db, session, row, form, value)
            if text is None:
                continue
            rows.append(row)
            texts.append(text)
            size += len(text)
            if size > _CHARS_AT_ONCE:
                yield session, folded_together(rows, texts)
                rows, texts, size = [], [], 0
        if rows:
            yield session, folded_together(rows, texts)


def _may_hold(value: object, words: Iterable[str]) -> bool:
    """Say whether a text may have one of some words of ideographs, as the value of a message."""
    if not isinstance(value, str) or any(word in value for word in words):
        return True
    # one text in parts, or with letters that are told by their numbers
    is_taken_apart = value.count(_PART) > 1 or "\\u" in value
    return is_taken_apart or has_other_ideographs(value)


def folded_together(rows: Sequence[int], texts: Iterable[str]) -> SearchedTexts:
    """Return texts of messages in these rows, as they are written, folded."""
    # to fold them one by one would take twice as long
    return SearchedTexts(rows, folded_text(TEXT_BREAK.join(texts)))


def stored_text(db: Connection, session: int, row: int) -> str:
    """Return what words are looked for in of a message in this row of the table, as it is written.

    Empty for one that is not there or cannot be read.
    """
    stored = db.execute("SELECT format, value FROM message WHERE id = ?", (row,)).fetchone()
    return "" if stored is None else text_in(db, session, row, *stored) or ""


def text_in(db: Connection, session: int, row: int, form: object, value: object) -> str | None:
    """Return what words are looked for in of a message in this row of the table, as it is written.

    `None` for one that cannot be read.
    """
    text = None
    with suppress(UnicodeDecodeError):
        if form == JSON and isinstance(value, str):
            text = _text_in(value)
        elif form == TEXT and isinstance(value, str | bytes):
            text = unbound(value)
    if text is not None:
        return clean(text, len(text))[:MAX_SEARCHED_CHARS]
    messages = read_messages(db, session, [row])
    return unfolded_text(messages[0].message) if messages else None


def _text_in(value: str) -> str | None:
    """Return the text of a message that is nothing else; `None` for all others."""
    try:
        message = _decoded_parts(value)
    except msgspec.MsgspecError:
        return None
    if message.v != VERSION or any(each.kind != "text" for each in message.parts):
        return None
    return "".join(each.text for each in message.parts)
