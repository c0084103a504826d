"""Texts of stored messages as words are looked for in them, without the messages around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from sqlite3 import Connection
from typing import NamedTuple

import msgspec
from msgspec import Struct

from tui.model import Role
from tui.query.document import MAX_SEARCHED_CHARS, unfolded_text
from tui.query.folding import folded_text
from tui.safe_text import clean
from tui.store.sqlite.codec import VERSION
from tui.store.sqlite.histories import JSON, ROLES, TEXT, read_messages
from tui.store.sqlite.indexing import SLOTS
from tui.store.sqlite.rows import signed, unbound


class SearchedText(NamedTuple):
    row: int
    """Of the message in the table."""
    role: Role
    text: str
    """Folded."""


class _Part(Struct):
    kind: str = msgspec.field(name="is")
    text: str = ""


class _Parts(Struct):
    """What `codec` writes of a message, as far as most have words in it."""

    v: int
    parts: list[_Part]


_decoded_parts = msgspec.json.Decoder(_Parts).decode


def searched_texts(db: Connection, session: int, slots: int) -> Iterator[SearchedText]:
    """Yield the texts of the messages of a session that are in these slots, as bits."""
    rows = db.execute(
        "SELECT id, role, format, value FROM message"
        f" WHERE session = ? AND (? >> (id % {SLOTS})) & 1",
        (session, signed(slots)),
    ).fetchall()
    for row, role, form, value in rows:
        text = text_in(db, session, row, form, value)
        if text is not None:
            yield SearchedText(row, ROLES[role], folded_text(text))


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
