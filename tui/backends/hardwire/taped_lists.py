"""Lists for a tape that holds none: of all that is listed only sessions and models are known.

Source: HardWire's documentation; the list of runs as seen on the wire.
"""

from __future__ import annotations

from tui.backends.json_reading import Object, encode_json
from tui.tapes.sessions import TapedRows, TapedSession

_EMPTY = ("messages", "workflows", "workflowRuns")


def make_list(_: str, rows: TapedRows) -> bytes:
    """Return one answer for all lists: each call takes its own out of it."""
    chats = [_record(each) for each in rows.sessions]
    models = [{"id": each} for each in rows.bots]
    return encode_json({"chats": chats, "models": models, **{key: [] for key in _EMPTY}})


def _record(session: TapedSession) -> Object:
    asked_at = session.asked_at
    moment = {} if asked_at is None else {"createdAt": asked_at.isoformat()}
    return {"id": session.id, **({"title": session.title} if session.title else {}), **moment}
