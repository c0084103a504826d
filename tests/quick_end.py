"""End of a forked process that does not free what it has imported.

Freeing copies every page that it shares with those that were forked from the same process, and the
system takes back all of them anyway.
"""

from __future__ import annotations

import atexit
import os
import sys


class QuickEnd:
    """Ends the process behind all that is registered later to be done at its end."""

    def __init__(self) -> None:
        self._status: int | None = None
        atexit.register(self._end)

    def after(self, status: int) -> int:
        """Return the exit status of what has been done: the interpreter may end with it."""
        self._status = status
        return status

    def _end(self) -> None:
        # what measures coverage has been registered before, and writes down at the very end
        if self._status is None or "coverage" in sys.modules:
            return
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except (OSError, ValueError):
            # the interpreter tells it, with a status of its own
            return
        os._exit(self._status)
