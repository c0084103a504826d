"""Sessions of lists as they stand in the file: JSON of `codec`, of which little is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText, clean, clean_json
from tui.store.session_rows import SessionRows
from tui.store.sqlite.codec import VERSION, Unreadable, decoded

_Time = Annotated[datetime, Meta(tz=True)]


class _Facts(Struct):
    """Fields of `SessionFacts`, in its order."""

    lead: tuple[tuple[SafeText, SafeText], ...] = ()
    auth_data: Any = None
    message_count: int | None = None
    last_question: SafeText = SafeText("")
    labels: tuple[SafeText, ...] = ()


class _Row(Struct):
    """Fields of `Session`, in its order, and the version of all."""

    id: str
    title: SafeText = SafeText("")
    preview: SafeText = SafeText("")
    created_at: _Time | None = None
    updated_at: _Time | None = None
    facts: _Facts | None = None
    gone_at: _Time | None = None
    v: int = 0


class _Head(Struct):
    """What tells whether there is a session in a row."""

    id: str
    v: int = 0


_decoded_row = msgspec.json.Decoder(_Row).decode
_decoded_head = msgspec.json.Decoder(_Head).decode


def sessions_in(values: Iterable[bytes]) -> SessionRows:
    """Return the sessions that can be read of rows of a list, in their order.

    Of one whose fields turn out to be no such values, when they are asked for, there is the id.
    """
    ids: list[str] = []
    rows: list[Session | bytes] = []
    for value in values:
        row: Session | bytes | None = value
        session_id = _id_in(value)
        if session_id is None:
            row = _by_codec(value)
            session_id = row.id if row is not None else ""
        if row is not None:
            ids.append(session_id)
            rows.append(row)
    return SessionRows(ids, rows, _session_in)


def _id_in(value: bytes) -> str | None:
    """Return the id in a row, a tenth of all that is read of it; `None` where `codec` has to."""
    try:
        head = _decoded_head(value)
    except msgspec.MsgspecError:
        return None
    return head.id if head.v == VERSION else None


def _session_in(session_id: str, value: bytes) -> Session:
    row = _row_in(value)
    if row is not None and _is_safe(row):
        return _session_of(row)
    return _by_codec(value) or Session(session_id)


def _by_codec(value: bytes) -> Session | None:
    with suppress(Unreadable, UnicodeDecodeError):
        return decoded(Session, value.decode())
    return None


def _row_in(value: bytes) -> _Row | None:
    """Return the fields of a row, a tenth of what `codec` takes; `None` where it has to."""
    try:
        row = _decoded_row(value)
    except msgspec.MsgspecError:
        return None
    return row if row.v == VERSION else None


def _is_safe(row: _Row) -> bool:
    """Say whether no text of a row has to be cleaned."""
    texts = "".join(_texts_of(row))
    return clean(texts, len(texts)) == texts


def _texts_of(row: _Row) -> Iterator[str]:
    yield row.title
    yield row.preview
    if (facts := row.facts) is not None:
        for pair in facts.lead:
            yield from pair
        yield facts.last_question
        yield from facts.labels


def _session_of(row: _Row) -> Session:
    told, facts = row.facts, None
    if told is not None:
        auth_data = clean_json(told.auth_data)
        facts = SessionFacts(
            told.lead, auth_data, told.message_count, told.last_question, told.labels
        )
    return Session(
        row.id, row.title, row.preview, row.created_at, row.updated_at, facts, row.gone_at
    )
