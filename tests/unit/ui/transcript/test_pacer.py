from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.event_loops import unhurried
from tests.tables import each_row
from tests.unit.ui.transcript.paced_screen import Screen
from tests.waiting import until
from tui.ui.terminal.pace import LIVELY, Pace
from tui.ui.transcript.pacer import (
    COST_FACTOR,
    HELD_BACK_S,
    LINGERING_S,
    FramePacer,
)


@unhurried
async def test_the_first_request_is_drawn_at_once() -> None:
    screen = Screen()
    screen.write()
    await screen.idle()
    assert screen.frames == [(0.0, 1)]


@unhurried
async def test_requests_that_outrun_the_screen_are_joined() -> None:
    screen = Screen()
    for _ in range(1000):
        screen.write()
    await screen.idle()
    assert screen.frames == [(0.0, 1000)]
    assert len(screen.tasks) == 1


@each_row("pace", [LIVELY, Pace(0.1, 0.0, 0.1)])
@each_row(("every_s", "chars"), [(0.001, 2), (0.01, 20), (0.04, 5), (0.032, 9_000)])
def test_frames_keep_their_distance_and_the_last_write_is_drawn(
    pace: Pace, every_s: float, chars: int
) -> None:
    @unhurried
    async def check() -> None:
        screen = Screen(pace=pace)
        for _ in range(100):
            screen.write(chars)
            await asyncio.sleep(every_s)
        await screen.idle()
        gaps = [later - earlier for earlier, later in pairwise(screen.times)]
        assert min(gaps) >= pace.least_s - 1e-6
        assert max(gaps) <= max(pace.most_s, every_s) + 1e-6
        assert screen.frames[-1][1] == 100
        # nor is a worker started for each of them
        assert len(screen.tasks) == 1

    check()


@each_row("chars", [1, 4, 8])
@each_row("tokens_per_s", [10, 20, 30])
def test_a_token_at_a_time_is_drawn_when_it_comes(tokens_per_s: int, chars: int) -> None:
    @unhurried
    async def check() -> None:
        screen, written = Screen(), list[float]()
        for _ in range(50):
            written.append(round(screen.loop.time(), 6))
            screen.write(chars)
            await asyncio.sleep(1 / tokens_per_s)
        await screen.idle()
        assert screen.times == written

    check()


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_more_has_come_the_later_is_the_next_frame_within_bounds(one: int, more: int) -> None:
    assert LIVELY.least_s <= LIVELY.pause_s(one) <= LIVELY.pause_s(one + more) <= LIVELY.most_s


@pytest.mark.parametrize("cost_s", [0.2, 1.0])
@unhurried
async def test_after_a_dear_frame_the_next_waits_in_proportion(cost_s: float) -> None:
    screen = Screen(cost_s)
    screen.write()
    await until(lambda: len(screen.frames) == 1)
    screen.write()
    await screen.idle()
    (first, _), (second, _) = screen.frames
    assert second - first == pytest.approx(cost_s * (1 + COST_FACTOR))


@unhurried
async def test_what_changes_while_a_frame_is_drawn_gets_another() -> None:
    screen = Screen(cost_s=0.01)
    screen.write()
    await until(lambda: len(screen.frames) == 1)
    screen.write()
    screen.write()
    await screen.idle()
    assert [written for _, written in screen.frames] == [1, 3]
    assert len(screen.tasks) == 1


@pytest.mark.parametrize(("chars", "lingers_s"), [(0, 0.0), (5, LINGERING_S)])
def test_nothing_runs_while_nothing_changes(chars: int, lingers_s: float) -> None:
    @unhurried
    async def check() -> None:
        screen = Screen()
        screen.write(chars)
        await screen.idle()
        assert screen.loop.time() == pytest.approx(lingers_s)
        await asyncio.sleep(60)
        assert len(screen.frames) == 1
        screen.write()
        await screen.idle()
        assert screen.frames[-1] == (round(60 + lingers_s, 6), 2)

    check()


@unhurried
async def test_a_failing_frame_is_seen_and_the_next_is_drawn() -> None:
    screen = Screen()
    screen.failure = RuntimeError("cannot draw")
    screen.write()
    with pytest.raises(RuntimeError, match="cannot draw"):
        await screen.idle()
    screen.tasks.clear()
    screen.failure = None
    screen.write()
    await screen.idle()
    assert screen.frames[-1][1] == 2


@unhurried
async def test_a_cancelled_frame_does_not_stop_the_pacer() -> None:
    screen = Screen(cost_s=10)
    screen.write()
    await until(lambda: len(screen.frames) == 1)
    screen.tasks.pop().cancel()
    await asyncio.sleep(0)
    screen.write()
    await screen.idle()
    assert screen.frames[-1][1] == 2


@unhurried
async def test_a_frame_that_cannot_be_started_does_not_stop_the_pacer() -> None:
    drawn: list[float] = []
    tasks: list[asyncio.Future[None]] = []
    starts: list[Callable[[Awaitable[None]], object]] = []

    async def draw() -> None:
        drawn.append(0.0)

    def refuse(frames: Awaitable[None]) -> None:
        frames.close()  # type: ignore[attr-defined]
        raise RuntimeError("not running")

    def start(frames: Awaitable[None]) -> None:
        tasks.append(asyncio.ensure_future(frames))

    starts += [refuse, start]
    pacer = FramePacer(draw, lambda frames: starts.pop(0)(frames))
    with pytest.raises(RuntimeError):
        pacer.request()
    pacer.request()
    await asyncio.gather(*tasks)
    assert drawn == [0.0]


@unhurried
async def test_nothing_is_drawn_while_the_terminal_is_behind() -> None:
    screen = Screen()
    screen.is_behind = True
    for _ in range(100):
        screen.write()
        await asyncio.sleep(0.1)
    assert screen.frames == []
    screen.is_behind = False
    await screen.idle()
    assert [written for _, written in screen.frames] == [100]


@unhurried
async def test_a_screen_keeps_up_once_a_second_while_the_terminal_is_behind_for_long() -> None:
    screen = Screen(cost_s=0.2)
    screen.is_behind = True
    for _ in range(100):
        screen.write()
        await asyncio.sleep(0.1)
    assert screen.frames == []
    times = [at for at, _ in screen.kept_up]
    gaps = [later - earlier for earlier, later in pairwise([0.0, *times])]
    assert len(gaps) >= 7
    assert min(gaps) >= HELD_BACK_S
    assert screen.kept_up[-1][1] > 80
    screen.is_behind = False
    await screen.idle()
    assert [written for _, written in screen.frames] == [100]


@unhurried
async def test_nothing_is_kept_up_with_while_frames_come() -> None:
    screen = Screen(cost_s=0.5)
    for _ in range(100):
        screen.write()
        await asyncio.sleep(0.1)
    await screen.idle()
    assert screen.kept_up == []


@unhurried
async def test_what_is_not_seen_is_drawn_once_a_second_and_at_the_end() -> None:
    screen = Screen()
    screen.is_unseen = True
    for _ in range(101):
        screen.write()
        await asyncio.sleep(0.05)
    await screen.idle()
    times = [time for time, _ in screen.frames]
    assert [later - earlier for earlier, later in pairwise(times)] == pytest.approx(
        [HELD_BACK_S] * (len(times) - 1)
    )
    assert screen.frames[-1][1] == 101


@unhurried
async def test_what_is_held_back_is_drawn_at_once_when_it_comes_into_sight() -> None:
    screen = Screen()
    screen.is_unseen = True
    screen.write()
    await screen.idle()
    await asyncio.sleep(0.2)
    screen.write()
    await asyncio.sleep(0.1)
    assert len(screen.frames) == 1
    screen.is_unseen = False
    screen.pacer.hurry()
    await screen.idle()
    assert screen.frames[-1] == (0.3, 2)
