"""Empty rows below a text that grows: what comes into them moves nothing."""

from __future__ import annotations

from collections.abc import Callable


class EmptyRows:
    """Counts the rows to lay out below a text; `rows_ahead` says how many when there are none."""

    def __init__(self, rows_ahead: Callable[[], int]) -> None:
        self._rows_ahead = rows_ahead
        self._count = 0
        self._laid_out_height = 0
        """Rows of the text and the empty ones, when they were last laid out."""

    def lay_out(self, text_height: int) -> int:
        """Return the height of a text of so many rows with the empty ones below it."""
        self._laid_out_height = text_height + self._count
        return self._laid_out_height

    def left(self, text_height: int) -> int:
        """Return how many are laid out below a text; less than 0 where it waits for a layout."""
        return self._laid_out_height - text_height

    def take(self, rows: int, *, is_whole: bool) -> bool:
        """Let the text be so many rows longer; say whether what is below it must move.

        None are left below a text that is whole.
        """
        left = self._count - rows
        if is_whole:
            self._count = 0
            return left != 0
        self._count = left if left >= 0 else self._rows_ahead()
        return left < 0
