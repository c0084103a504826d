"""Steps by which the view goes on with a text that is followed: larger where nobody reads along."""

from __future__ import annotations

from collections.abc import Callable

from tui.ui.terminal.loop_time import loop_time_s

STEPS_PER_VIEW = 2
"""A text that is followed moves up by the rows of such a step at a time, and not row by row."""
FAST_STEP = 0.75
"""So much of a view is a step of a text that comes faster than anybody reads."""
READ_ROWS_A_S = 20.0
"""Nobody reads more rows in a second, not even of a table."""


class FollowedSteps:
    """Says how many rows each step has: every one is a layout, and moves all that is in sight."""

    def __init__(self, clock: Callable[[], float] = loop_time_s) -> None:
        self._clock = clock
        self._began_at = float("-inf")
        self._rows = 0
        self._may_be_read = False
        """Somebody may have read what stood in the view when the last step began."""

    @property
    def came_too_fast(self) -> bool:
        """Nobody can have read along up to here, should the text end now."""
        return self._outruns_readers and not self._may_be_read

    def fill(self, rows: int) -> int:
        """Return how many rows are left of the view, into which text comes from now on."""
        self._began_at, self._rows = self._clock(), rows
        self._may_be_read = False
        return rows

    def take(self, view_rows: int, unseen_rows: int = 0) -> int:
        """Return how many rows the next step has, which begins now.

        So many of the rows before them were never in the view.
        """
        rows, is_fast = view_rows // STEPS_PER_VIEW, self._outruns_readers
        if is_fast:
            rows = max(rows, int(view_rows * FAST_STEP))
        self.fill(rows)
        self._may_be_read = not is_fast and unseen_rows < view_rows - rows
        return rows

    @property
    def _outruns_readers(self) -> bool:
        """The last step began so short a time ago that nobody has read as many rows."""
        return self._clock() - self._began_at < self._rows / READ_ROWS_A_S
