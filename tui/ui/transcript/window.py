"""Window of a long conversation: which of its messages are mounted.

Pure functions over positions, no widgets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tui.conversation.timeline import Timeline
from tui.model import Message, NotePart, TextPart, ToolPart

MOST_MOUNTED = 60
"""Messages; a few more only on a screen so tall that so many short ones do not fill it."""
STEP = 12
"""Messages mounted in one go when the reader nears an edge."""
FIRST_STEP = 24
"""Messages mounted at most when a conversation opens."""


class ViewportSize(Struct, frozen=True):
    """The size of the view, in cells."""

    columns: int
    rows: int


class Window(Struct, frozen=True):
    """Positions of the mounted messages: from `first` up to, not including, `end`."""

    first: int
    end: int

    def reaches(self, timeline: Timeline) -> bool:
        """Say whether the last message is mounted."""
        return self.end >= len(timeline)


class Edges(Struct, frozen=True):
    """Where the mounted messages stand, in rows from the top of the view."""

    tops: Sequence[int]
    bottoms: Sequence[int]
    end: int
    """Where the content ends."""


def last_screen(timeline: Timeline, size: ViewportSize) -> Window:
    """Return the window that fills the view from the end upwards."""
    end = len(timeline)
    first = end - _filling(reversed(range(max(0, end - FIRST_STEP), end)), timeline, size)
    return Window(first, end)


def around(timeline: Timeline, position: int, size: ViewportSize) -> Window:
    """Return the window in which a message has a view full of others below it."""
    ahead = range(position, min(len(timeline), position + FIRST_STEP))
    end = position + _filling(ahead, timeline, size)
    return Window(max(0, position - 1), end)


def fitted(
    window: Window, timeline: Timeline, mounted: Iterable[str], *, reached_end: bool
) -> Window:
    """Return the window for a conversation that has changed, around what stays mounted.

    `mounted` are the ids in it. One that reached the end goes on doing so, but takes in only so
    much at once.
    """
    positions = [at for each in mounted if (at := timeline.position(each)) is not None]
    if not positions:
        return Window(min(window.first, len(timeline)), min(window.end, len(timeline)))
    first, end = min(positions), max(positions) + 1
    if reached_end:
        end = min(len(timeline), end + STEP)
    return Window(max(first, end - MOST_MOUNTED - STEP), end)


def moved_along(window: Window, count: int, edges: Edges, view_rows: int) -> Window:
    """Return the window that has a view full of rows mounted above and below the view.

    `count` is that of all messages. What would soon be mounted again is not unmounted.
    """
    first, end = window.first, window.end
    if edges.tops and edges.tops[0] > -view_rows:
        first = max(0, first - STEP)
    if edges.end < 2 * view_rows:
        end = min(count, end + STEP)
    above, below = first, end
    far_above = sum(bottom < -2 * view_rows for bottom in edges.bottoms)
    far_below = sum(top > 3 * view_rows for top in edges.tops)
    if first == window.first:
        above = first + min(far_above, max(0, end - first - MOST_MOUNTED))
    if end == window.end:
        below = end - min(far_below, max(0, end - above - MOST_MOUNTED))
    return Window(above, below)


def _filling(positions: Iterable[int], timeline: Sequence[Message], size: ViewportSize) -> int:
    """Return how many messages, taken in this order, fill the view."""
    rows = count = 0
    for at in positions:
        if rows > size.rows:
            break
        rows += estimated_rows(timeline[at], size.columns)
        count += 1
    return count


def estimated_rows(message: Message, columns: int) -> int:
    """Return about how many rows a message takes, rather too few than too many."""
    rows = 2
    for part in message.parts:
        match part:
            case TextPart(text) | NotePart(text):
                rows += max(text.count("\n") + 1, len(text) // max(1, columns))
            case ToolPart():
                rows += 1
            case _:
                pass
    return rows
