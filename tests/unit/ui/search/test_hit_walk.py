from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from tui.formatting.search_pattern import pattern_of
from tui.ui.search.hit_walk import Departure, HitWalk
from tui.ui.search.matches import Match
from tui.ui.search.trail import HitTrail, Stop

NEXT, PREVIOUS, WORK = 1, -1, 0
"""A key that steps, or a moment for what goes on behind."""


class Reader:
    """Somebody who walks through sessions of so many hits; opening and searching one takes time."""

    def __init__(self, hits: Sequence[int]) -> None:
        stops = [Stop(f"s{at}", (f"s{at}",)) for at in range(len(hits))]
        self._hits = hits
        self._walk = HitWalk()
        self._walk.begin(HitTrail("words", pattern_of("words"), stops))
        self._direction = 1
        self._is_searching = False
        self.match: Match | None = None

    def press(self, direction: int) -> None:
        self._walk.ask(direction, 0)
        if not self._is_searching:
            self._take()

    def work(self) -> None:
        """Let the session be shown, or what stands in it be found."""
        trail = self._walk.trail
        assert trail is not None
        if self._walk.is_under_way:
            self.match = None
            self._walk.arrive(self._direction, 0 if self._direction > 0 else 1_000)
            self._walk.matches.clear()
            self._is_searching = True
        elif self._is_searching:
            self._is_searching = False
            count = self._hits[trail.at]
            self._walk.matches.add([Match(trail.stop.session_id, 0, 0, at) for at in range(count)])
            self._take()

    def _take(self) -> None:
        match self._walk.take():
            case Departure(direction):
                self._direction = direction
            case Match() as match:
                self.match = match

    @property
    def is_busy(self) -> bool:
        return self._walk.is_under_way or self._is_searching

    @property
    def place(self) -> tuple[str, int | None]:
        """The session, and which of its hits is looked at; `None` where it has none."""
        trail = self._walk.trail
        assert trail is not None
        if self.match is not None:
            assert self.match.message_id == trail.stop.session_id
        return trail.stop.session_id, self.match.start if self.match is not None else None


SESSIONS = st.lists(st.integers(0, 3), min_size=1, max_size=4)
EVENTS = st.lists(st.sampled_from([NEXT, PREVIOUS, WORK]), max_size=30)


@given(SESSIONS, EVENTS)
@example([2, 1, 3], [WORK, WORK, *[NEXT] * 6])
@example([2, 1, 3], [*[PREVIOUS] * 6, NEXT])
@example([1, 0, 1], [NEXT, NEXT, PREVIOUS])
def test_each_press_leads_one_hit_on_whenever_it_comes(hits: list[int], events: list[int]) -> None:
    reader = Reader(hits)
    for event in events:
        if event == WORK:
            reader.work()
        else:
            reader.press(event)
    for _ in range(4 * len(events) + 4):
        reader.work()
    assert not reader.is_busy
    # a session that was found by its title has one place, at none of its hits
    places = [(f"s{n}", at) for n, many in enumerate(hits) for at in (range(many) or [None])]
    assert reader.place == places[sum(events) % len(places)]


def test_what_was_pressed_for_a_trail_is_not_done_once_it_is_left() -> None:
    reader = Reader([1, 1])
    walk = reader._walk
    reader.press(NEXT)
    walk.leave_trail()
    assert not walk.is_under_way
    assert walk.take() is None
    walk.begin(HitTrail("words", pattern_of("words"), [Stop("s", ("s",))]))
    reader.press(NEXT)
    walk.forget()
    assert (walk.take(), walk.trail, walk.is_under_way) == (None, None, False)
