"""Walk through hits: from one to the next in a conversation, and on through other sessions."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from msgspec import Struct

from tui.ui.search.match_cursor import MatchCursor
from tui.ui.search.matches import Match
from tui.ui.search.trail import HitTrail


class _Step(Struct, frozen=True):
    """To the next (1) or previous (-1) hit, the first time from a message on."""

    direction: int
    position: int
    arrives: bool = False
    """It stays in this conversation, whatever is found there."""


class Departure(Struct, frozen=True):
    """The next (1) or previous (-1) hit stands in the session where the trail is now."""

    direction: int


class HitWalk:
    """Takes each step that was asked for, in their order.

    A step waits while hits are looked for, and while a step before it opens another session.
    """

    def __init__(self) -> None:
        self.matches = MatchCursor()
        """Those in the conversation where the reader is."""
        self._steps: deque[_Step] = deque()
        self._trail: HitTrail | None = None
        self._is_under_way = False

    @property
    def trail(self) -> HitTrail | None:
        """What a search of everything found, while it is gone through."""
        return self._trail

    @property
    def is_under_way(self) -> bool:
        """The session in which the next hit stands is not shown yet."""
        return self._is_under_way

    def begin(self, trail: HitTrail) -> None:
        """Go along a trail, to whose stop somebody is under way."""
        self.forget()
        self._trail, self._is_under_way = trail, True

    def leave_trail(self) -> None:
        """Have no hits to go on to, and take no step any more that was asked for."""
        self._steps.clear()
        self._is_under_way = False
        if self._trail is not None:
            self._trail = self._trail.alone

    def forget(self) -> None:
        """Go through nothing: something else is to be looked for."""
        self.leave_trail()
        self._trail = None
        self.matches.leave()

    def arrive(self, direction: int, position: int) -> None:
        """Go to the first hit in the stop of the trail from a message on, then on from there."""
        self._is_under_way = False
        self.matches.leave()
        self._steps.appendleft(_Step(direction, position, arrives=True))

    def ask(self, direction: int, position: int) -> None:
        """Have a step taken, to the next (1) or previous (-1) hit.

        The first time it is the nearest from the message at `position` on.
        """
        self._steps.append(_Step(direction, position))

    def take(self) -> Match | Departure | None:
        """Take the steps that wait, and return where they lead; `None` for nowhere.

        Behind one that leads to another session the others wait for the arrival there.
        """
        match = None
        while self._steps and not self._is_under_way:
            step = self._steps.popleft()
            if self._leads_on(step) and self._trail is not None:
                self._trail = self._trail.moved(step.direction)
                self._is_under_way = True
                return Departure(step.direction)
            match = self.matches.go(step.direction, step.position) or match
        return match

    def _leads_on(self, step: _Step) -> bool:
        """Say whether a step leads to another session of the trail."""
        is_over = not self.matches or self.matches.is_at_end(step.direction)
        goes_on = self._trail is not None and self._trail.goes_on
        return goes_on and is_over and not step.arrives

    def hits_in(self, matches: Sequence[Match]) -> Sequence[Match]:
        """Return those that stand in what a search of everything found, else all."""
        ids = self._trail.stop.message_ids if self._trail is not None else frozenset()
        return [each for each in matches if each.message_id in ids] if ids else matches

    def hits_without_words(self) -> Sequence[Match]:
        """Return what was found by what is told of it, or by what is not shown of its source."""
        hit_ids = self._trail.stop.hit_ids if self._trail is not None else ()
        return [Match(each, 0, 0, 0) for each in hit_ids if each]
