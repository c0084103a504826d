"""Lists for a tape that holds none: of all that is listed only the sessions are known.

Source: HardWire's documentation; the list of runs as seen on the wire.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.backends.json_reading import encode_json

_EMPTY = ("messages", "models", "workflows", "workflowRuns")


def listed(_: str, session_ids: Sequence[str]) -> bytes:
    """Return one answer for all lists: each call takes its own out of it."""
    chats = [{"id": each} for each in session_ids]
    return encode_json({"chats": chats, **{key: [] for key in _EMPTY}})
