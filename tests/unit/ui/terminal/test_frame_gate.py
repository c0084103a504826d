from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from tests.event_loops import unhurried
from tui.settings.links import FAST_LINK, SLOW_LINK
from tui.ui.terminal.frame_gate import JOINED_S, FrameGate
from tui.ui.terminal.link import SLOW, Link

ROWS = [Region(0, y, 10, 1) for y in range(5)]


class Drawn:
    """A terminal with room or without, and the frames that came to it."""

    def __init__(self, link: str) -> None:
        self._now = asyncio.get_running_loop().time
        self.has_room = True
        self.frames: list[tuple[float, frozenset[Region]]] = []
        self.gate = FrameGate(Link(link), lambda: self.has_room, self.draw, self._now)

    def draw(self, regions: Collection[Region]) -> None:
        if self.gate.lets_through(regions):
            self.frames.append((self._now(), frozenset(regions)))

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.frames]


@given(
    st.lists(st.tuples(st.floats(0, 0.4), st.sampled_from(ROWS)), min_size=1, max_size=40),
    st.integers(0, 39),
    st.integers(1, 40),
)
def test_over_a_slow_link_few_frames_come_none_without_room_and_nothing_is_left_out(
    draws: list[tuple[float, Region]], full_from: int, full_for: int
) -> None:
    @unhurried
    async def check() -> None:
        drawn, asked = Drawn(SLOW_LINK), list[tuple[float, Region]]()
        now = asyncio.get_running_loop().time
        for number, (wait_s, region) in enumerate(draws):
            await asyncio.sleep(wait_s)
            drawn.has_room = not full_from <= number < full_from + full_for
            before = len(drawn.frames)
            drawn.draw([region])
            asked.append((now(), region))
            assert drawn.has_room or len(drawn.frames) == before
        drawn.has_room = True
        await asyncio.sleep(3)
        most = SLOW.frames_a_second
        spans = zip(drawn.times, drawn.times[most:], strict=False)
        assert all(later - earlier >= 1 - 1e-6 for earlier, later in spans)
        for at, region in asked:
            assert any(then >= at and region in regions for then, regions in drawn.frames)

    check()


@unhurried
async def test_over_a_fast_link_every_frame_comes_at_once() -> None:
    drawn = Drawn(FAST_LINK)
    for row in ROWS * 10:
        drawn.draw([row])
    assert [regions for _, regions in drawn.frames] == [frozenset([row]) for row in ROWS * 10]


@pytest.mark.slow
@unhurried
async def test_what_a_key_does_waits_for_no_turn() -> None:
    drawn = Drawn(SLOW_LINK)
    for number in range(10):
        drawn.gate.note_key()
        drawn.draw(ROWS[:1])
        assert len(drawn.frames) == number + 1


@unhurried
async def test_a_terminal_that_stood_still_gets_all_of_it_in_one_frame() -> None:
    for link in (FAST_LINK, SLOW_LINK):
        drawn = Drawn(link)
        drawn.has_room = False
        for _ in range(100):
            for row in ROWS:
                drawn.draw([row])
            await asyncio.sleep(0.1)
        assert drawn.frames == []
        drawn.has_room = True
        drawn.gate.look()
        await asyncio.sleep(3)
        assert [regions for _, regions in drawn.frames] == [frozenset(ROWS)]


@unhurried
async def test_what_changes_right_after_a_terminal_stood_still_is_in_the_same_frame() -> None:
    for link in (FAST_LINK, SLOW_LINK):
        drawn = Drawn(link)
        drawn.has_room = False
        drawn.draw([ROWS[0]])
        await asyncio.sleep(10)
        drawn.has_room = True
        drawn.gate.look_soon()
        for row in ROWS[1:4]:
            await asyncio.sleep(JOINED_S / 5)
            drawn.draw([row])
            # the terminal answers what it was asked as it went on
            drawn.gate.look()
        assert drawn.frames == []
        await asyncio.sleep(3)
        assert [regions for _, regions in drawn.frames] == [frozenset(ROWS[:4])]


@unhurried
async def test_a_key_is_drawn_at_once_though_a_terminal_stood_still() -> None:
    drawn = Drawn(SLOW_LINK)
    drawn.gate.look_soon()
    drawn.gate.note_key()
    drawn.draw(ROWS[:1])
    assert len(drawn.frames) == 1
