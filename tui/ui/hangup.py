"""Noticing that the terminal is gone."""

from __future__ import annotations

import select

CHECK_S = 5.0
"""How often to look; a terminal that a session controls tells of its end by a signal at once."""


def is_gone(file_number: int) -> bool:
    """Say whether the other end of the terminal at `file_number` has been closed."""
    poll = select.poll()
    poll.register(file_number, 0)
    return any(state & (select.POLLHUP | select.POLLNVAL) for _, state in poll.poll(0))
