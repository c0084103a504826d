"""Lists and histories that a tape does not hold: sessions and bots, and what was asked again.

Source: the vendor's API reference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, as_list, as_object, encode_json, text_at
from tui.errors import RunnelError
from tui.tapes.sessions import TapedRows, TapedSession

_EMPTY = frozenset({"messages", "data-sources"})


def make_list(path: str, rows: TapedRows) -> bytes | None:
    """Return what the server may have answered a list at a path of its API with."""
    resource = path.partition("?")[0].rpartition("/")[2]
    match resource:
        case "sessions":
            return encode_json([_record(each) for each in rows.sessions])
        case "chatbots":
            return encode_json([{"uuid": each} for each in rows.bots])
        case _:
            return b"[]" if resource in _EMPTY else None


def add_asked(path: str, history: bytes, asked: Sequence[bytes]) -> bytes:
    """Return a history of the tape with what was sent to its session since, one body for each.

    The last exchange of it stands there once more for each, for its answer came again.
    """
    if path.partition("?")[0].rpartition("/")[2] != "messages":
        return history
    try:
        records = [as_object(each) for each in as_list(decode_json(history))]
        questions = [text_at(as_object(decode_json(each)), "query") for each in asked]
    except (ValueError, RunnelError):
        return history
    if not records:
        return history
    last = records[-1]
    again = [
        {**last, "uuid": _other_id(text_at(last, "uuid"), number), "query": question}
        for number, question in enumerate(questions, 1)
    ]
    return encode_json([*records, *again])


def _other_id(known_id: str, number: int) -> str:
    """Return the same id for the same number each time, unlike any on the tape."""
    return hashlib.sha256(f"{known_id} {number}".encode()).hexdigest()[:32]


def _record(session: TapedSession) -> Object:
    asked_at = session.asked_at
    moment = {} if asked_at is None else {"created_at": asked_at.isoformat()}
    return {"uuid": session.id, **moment}
