"""Place of a view that follows the end of its content, in rows. Pure functions."""

from __future__ import annotations

from msgspec import Struct


class ContentEnd(Struct, frozen=True):
    """The end of the content, and the view on it."""

    row: int
    """Where all that is laid out ends."""
    empty_rows: int
    """The last of them, in which nothing stands yet."""
    view_rows: int

    @property
    def lowest(self) -> int:
        """The scroll position at which all that is laid out ends with the view."""
        return self.row - self.view_rows


def followed_row(top: int, end: ContentEnd, empty_below: int) -> int:
    """Return the scroll position at which the end is followed: `top`, as long as it is in sight.

    So must the empty rows be, for nothing is laid out when a text goes into them. `empty_below`
    are the rows of the view below the end when it was laid out last; there are no more of them
    than that.
    """
    row = end.lowest - end.empty_rows
    if top < row:
        return end.lowest
    kept = min(top, max(0, row + empty_below)) if row > 0 else 0
    return max(kept, end.lowest) if end.empty_rows > 0 else kept


def lowest_row(end: ContentEnd, empty_below: int) -> int:
    """Return the lowest scroll position, with no more empty rows below than there were."""
    return max(0, end.lowest, end.lowest - end.empty_rows + empty_below)


def settled_row(top: int, beginning: int, end: ContentEnd, *, at_once: bool) -> int:
    """Return the scroll position at which no row is empty below a text that is cut off above.

    `beginning` is the row of the content at which that text begins. With `at_once` only where all
    of it is in sight then: a longer one would be moved under its reader's eyes.
    """
    fits = end.row - beginning <= end.view_rows
    if top <= beginning or (at_once and not fits):
        return top
    return min(top, max(0, beginning, end.lowest))
