"""Cursor over the matches of one search: which of them is looked at, and which comes next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from tui.conversation.timeline import Timeline
from tui.ui.search.matches import Match
from tui.values import replace


class MatchCursor:
    """Goes around the ends; where it was on no match yet, it begins at a message."""

    def __init__(self) -> None:
        self._timeline: Timeline | None = None
        self._matches: list[Match] = []
        self._at: int | None = None

    def __len__(self) -> int:
        return len(self._matches)

    @property
    def number(self) -> int | None:
        """Number of the match that is looked at, from 1; `None` for none."""
        return None if self._at is None else self._at + 1

    @property
    def current(self) -> Match | None:
        """The match that is looked at, if it was found already."""
        is_there = self._at is not None and self._at < len(self._matches)
        return self._matches[self._at] if is_there and self._at is not None else None

    def is_at_end(self, direction: int) -> bool:
        """Say whether no match is behind (1) or before (-1) the one that is looked at."""
        return self._at == (len(self._matches) - 1 if direction > 0 else 0)

    def leave(self) -> None:
        """Look at none."""
        self._at = None

    def clear(self) -> None:
        """Have no matches, because a search begins."""
        self._matches = []

    def search_in(self, timeline: Timeline) -> None:
        """Take matches of this timeline from now on."""
        self._timeline = timeline

    def add(self, matches: Sequence[Match]) -> None:
        """Add what was found behind the rest."""
        self._matches += matches

    def return_to(self, match: Match | None, current_id: Callable[[str], str]) -> None:
        """Look at a match of the search before, `None` for none, by the id it has now."""
        self._at = None
        if match is not None:
            renamed = replace(match, message_id=current_id(match.message_id))
            self._at = self._matches.index(renamed) if renamed in self._matches else None

    def is_up_to_date(self, timeline: Timeline) -> bool:
        """Say whether nothing was said since the search."""
        searched = self._timeline
        return (
            searched is not None
            and len(timeline) == len(searched)
            and (not len(timeline) or timeline[-1] is searched[-1])
        )

    def go(self, direction: int, position: int) -> Match | None:
        """Return the next (1) or previous (-1) match, the first time from a message on."""
        if not self._matches:
            return None
        if self._at is None:
            self._at = self._nearest(direction, position)
        else:
            self._at = (self._at + direction) % len(self._matches)
        return self._matches[self._at]

    def _nearest(self, direction: int, position: int) -> int:
        """Return the first match from a message on, in this direction; else the last."""
        if direction > 0:
            at = bisect_left(self._matches, position, key=self._position)
        else:
            at = bisect_right(self._matches, position, key=self._position) - 1
        return at if 0 <= at < len(self._matches) else len(self._matches) - 1

    def _position(self, match: Match) -> int:
        position = self._timeline.position(match.message_id) if self._timeline is not None else None
        return position or 0
