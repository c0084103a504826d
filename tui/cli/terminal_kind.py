"""Kind of the terminal as TERM tells it: whether its cursor can be moved."""

from __future__ import annotations

import os

_PLAIN = ("", "dumb", "unknown")


def is_plain_terminal() -> bool:
    """Say whether what was written stays: no line can be written over."""
    return os.environ.get("TERM", "") in _PLAIN
