"""Lists for a tape that holds none: of all that is listed only sessions and bots are known.

Source: the vendor's API reference.
"""

from __future__ import annotations

from tui.backends.json_reading import Object, encode_json
from tui.tapes.sessions import TapedRows, TapedSession

_EMPTY = frozenset({"messages", "data-sources"})


def listed(path: str, rows: TapedRows) -> bytes | None:
    """Return what the server may have answered a list at a path of its API with."""
    resource = path.partition("?")[0].rpartition("/")[2]
    match resource:
        case "sessions":
            return encode_json([_record(each) for each in rows.sessions])
        case "chatbots":
            return encode_json([{"uuid": each} for each in rows.bots])
        case _:
            return b"[]" if resource in _EMPTY else None


def _record(session: TapedSession) -> Object:
    asked_at = session.asked_at
    moment = {} if asked_at is None else {"created_at": asked_at.isoformat()}
    return {"uuid": session.id, **moment}
