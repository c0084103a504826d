"""What can be known of the terminal that is written to."""

from __future__ import annotations

WAITING_WRITES = 2
"""With so many writes in the queue, the terminal takes them more slowly than they come."""


def is_behind(driver: object) -> bool:
    """Say whether a Textual driver still has earlier frames to write.

    The queue is private to Textual: where there is none by that name the answer is no.
    """
    queue = getattr(getattr(driver, "_writer_thread", None), "_queue", None)
    size = getattr(queue, "qsize", None)
    return size is not None and size() >= WAITING_WRITES
