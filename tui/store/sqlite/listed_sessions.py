"""Sessions of lists as they stand in the file: JSON of `codec`, read many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText, clean
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


def sessions_in(values: Sequence[str]) -> Iterator[Session]:
    """Yield the sessions that can be read of rows of a list, in their order."""
    for start in range(0, len(values), _AT_ONCE):
        rows = values[start : start + _AT_ONCE]
        # what is written hides nothing, so no text in it does: only an escape could
        is_plain = _is_plain("".join(rows))
        for value in rows:
            session = _plainly_read(value) if is_plain or _is_plain(value) else None
            if session is None:
                with suppress(Unreadable):
                    session = decoded(Session, value)
            if session is not None:
                yield session


def _is_plain(value: str) -> bool:
    return "\\" not in value and clean(value, len(value)) == value


def _plainly_read(value: str) -> Session | None:
    """Return the session in a row, ten times as fast as `codec` does; `None` where it has to."""
    try:
        row = _decoded_row(value)
    except msgspec.MsgspecError:
        return None
    if row.v != VERSION:
        return None
    told = row.facts
    facts = None
    if told is not None:
        facts = SessionFacts(
            told.lead, told.auth_data, told.message_count, told.last_question, told.labels
        )
    return Session(
        row.id, row.title, row.preview, row.created_at, row.updated_at, facts, row.gone_at
    )
