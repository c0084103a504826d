from __future__ import annotations

import asyncio

import pytest

from tests.event_loops import unhurried
from tests.tables import each_row
from tests.unit.ui.transcript.paced_screen import Screen
from tests.waiting import until
from tui.ui.transcript.pacer import HELD_BACK_S, LAST_S


@each_row("cost_s", [0.0, 0.01, 0.5])
@each_row("chars", [0, 5, 100_000])
def test_the_frame_at_the_end_waits_for_no_turn_and_nothing_runs_behind_it(
    cost_s: float, chars: int
) -> None:
    @unhurried
    async def check() -> None:
        screen = Screen(cost_s)
        screen.write(chars)
        await until(lambda: len(screen.frames) == 1)
        screen.write(chars)
        screen.written += 1
        screen.pacer.request_last()
        await screen.idle()
        assert screen.frames == [(0.0, 1), (cost_s, 3)]
        assert screen.loop.time() == pytest.approx(2 * cost_s)

    check()


@unhurried
async def test_the_frame_at_an_end_that_nobody_sees_waits() -> None:
    screen = Screen()
    screen.is_unseen = True
    screen.write()
    await until(lambda: len(screen.frames) == 1)
    screen.pacer.request_last()
    await screen.idle()
    assert screen.times == [0.0, HELD_BACK_S]


@pytest.mark.parametrize(
    ("is_behind", "is_unseen", "waited_s", "frames"),
    [(False, False, 0.01, 2), (True, False, LAST_S, 1), (False, True, 0.0, 1)],
    ids=["in sight", "of a terminal that is behind", "that nobody sees"],
)
@unhurried
async def test_the_frame_at_an_end_is_waited_for_but_not_for_long(
    is_behind: bool, is_unseen: bool, waited_s: float, frames: int
) -> None:
    screen = Screen(0.01)
    screen.write()
    await until(lambda: len(screen.frames) == 1)
    await asyncio.sleep(0.01)
    screen.is_behind, screen.is_unseen = is_behind, is_unseen
    asked_at = screen.loop.time()
    await screen.pacer.draw_last()
    assert screen.loop.time() - asked_at == pytest.approx(waited_s)
    assert len(screen.frames) == frames
    screen.is_behind = False
    await screen.idle()
