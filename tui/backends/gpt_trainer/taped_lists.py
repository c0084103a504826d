"""Lists for a tape that holds none: of all that is listed only the sessions are known.

Source: the vendor's API reference.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.backends.json_reading import encode_json


def listed(path: str, session_ids: Sequence[str]) -> bytes:
    """Return what the server may have answered a list at a path of its API with."""
    is_of_sessions = path.partition("?")[0].endswith("/sessions")
    return encode_json([{"uuid": each} for each in session_ids if is_of_sessions])
