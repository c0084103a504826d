"""Paging through a long conversation: its mounted window moves along with the reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from tui.conversation.timeline import Timeline
from tui.ui.transcript.window import (
    Edges,
    ViewportSize,
    Window,
    around,
    fitted,
    last_screen,
    moved_along,
)


class Viewport(Struct, frozen=True):
    """The part of the content that is in sight."""

    size: ViewportSize
    """A guess before the first layout."""
    top: int
    """The row of the content at the top of the view."""
    rows_below: int
    """Rows of content below the view."""
    is_laid_out: bool
    following: bool
    """It moves on with the end of the content."""


class MountedExtents(Protocol):
    @property
    def ids(self) -> Sequence[str]:
        """Of the mounted messages, in the order of the conversation."""
        ...

    def extents(self) -> Sequence[tuple[int, int]]:
        """Return the rows of the content at which each of them begins and ends."""
        ...


class Paging:
    """Chooses what to mount next, and remembers what was mounted last.

    What a person wants to go beyond the mounted rows is owed until they are there.
    """

    def __init__(self, mounted: MountedExtents, viewport: Callable[[], Viewport]) -> None:
        self._mounted = mounted
        self._viewport = viewport
        self._window = Window(0, 0)
        self._reaches_end = True
        self._owed_rows = 0
        """Up; down is negative."""

    @property
    def window(self) -> Window:
        """The positions that are mounted."""
        return self._window

    @property
    def reaches_end(self) -> bool:
        """The last message of all was mounted when the window was."""
        return self._reaches_end

    @property
    def owes_rows(self) -> bool:
        return self._owed_rows != 0

    def begin_anew(self) -> None:
        """Forget the reader's place: another conversation is shown."""
        self._reaches_end = True
        self._owed_rows = 0

    def owe(self, rows: int) -> None:
        """Go on by so many rows once they are mounted; up is positive."""
        self._owed_rows += rows

    def settle(self) -> int:
        """Return the rows that were owed; from now on none are."""
        rows, self._owed_rows = self._owed_rows, 0
        return rows

    def note_mounted(self, window: Window, timeline: Timeline) -> None:
        self._window, self._reaches_end = window, window.reaches(timeline)

    def is_due(self, timeline: Timeline) -> bool:
        """Say whether something else should be mounted, or rows are owed."""
        return self.owes_rows or self.moved_along(timeline) != self._window

    def fitted(self, timeline: Timeline) -> Window:
        """Return the window that shows what was mounted before, or the end."""
        viewport, mounted = self._viewport(), self._mounted.ids
        window = fitted(self._window, timeline, mounted, reached_end=self._reaches_end)
        if not mounted or (viewport.following and not window.reaches(timeline)):
            return last_screen(timeline, viewport.size)
        return window

    def moved_along(self, timeline: Timeline) -> Window:
        """Return the window with what the reader comes near to, and without what is far."""
        window, viewport = self.fitted(timeline), self._viewport()
        if window != self._window or not viewport.is_laid_out:
            return window
        top = viewport.top - self._owed_rows
        extents = self._mounted.extents()
        if any(begin == end for begin, end in extents):
            # what has no place yet says nothing of the room there is; after the layout it does
            return window
        edges = Edges(
            [begin - top for begin, _ in extents],
            [end - top for _, end in extents],
            viewport.top + viewport.rows_below + viewport.size.rows - top,
        )
        return moved_along(window, len(timeline), edges, viewport.size.rows)

    def around(self, position: int) -> Callable[[Timeline], Window]:
        """Return the choice of a window in which a message has a view full of others below it."""
        return lambda timeline: around(timeline, position, self._viewport().size)
