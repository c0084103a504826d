"""Sessions of lists as they stand in the file: JSON of `codec`, read many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText, clean, clean_json
from tui.store.sqlite.codec import VERSION, Unreadable, decoded

_AT_ONCE = 200
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


_decoded_row = msgspec.json.Decoder(_Row).decode


def sessions_in(values: Sequence[bytes]) -> Iterator[Session]:
    """Yield the sessions that can be read of rows of a list, in their order."""
    for start in range(0, len(values), _AT_ONCE):
        rows = [(value, _row_in(value)) for value in values[start : start + _AT_ONCE]]
        # one that hides something is rare, and looked for in all of them together
        is_safe = _is_safe(row for _, row in rows if row is not None)
        for value, row in rows:
            if row is not None and (is_safe or _is_safe([row])):
                yield _session_of(row)
                continue
            with suppress(Unreadable, UnicodeDecodeError):
                yield decoded(Session, value.decode())


def _row_in(value: bytes) -> _Row | None:
    """Return the fields of a row, a tenth of what `codec` takes; `None` where it has to."""
    try:
        row = _decoded_row(value)
    except msgspec.MsgspecError:
        return None
    return row if row.v == VERSION else None


def _is_safe(rows: Iterable[_Row]) -> bool:
    """Say whether no text in rows has to be cleaned."""
    texts = "".join(text for row in rows for text in _texts_of(row))
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
