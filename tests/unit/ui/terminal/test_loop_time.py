from __future__ import annotations

import asyncio
import time

from textual.app import App

from tui.tapes.loops import StrictLoop
from tui.ui.terminal.loop_time import loop_time_s, timers_by_loop, work_s

EVERY_S = 7.0


class Ticking(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.ticks_s: list[float] = []

    def on_mount(self) -> None:
        began_s = loop_time_s()
        self.set_interval(EVERY_S, lambda: self.ticks_s.append(loop_time_s() - began_s))
        self.set_timer(EVERY_S * 10.5, self.exit)


def test_timers_tick_by_the_clock_of_a_loop_whose_waits_take_no_time() -> None:
    app = Ticking()
    with timers_by_loop(), asyncio.Runner(loop_factory=StrictLoop) as runner:
        runner.run(app.run_async(headless=True))
    assert [round(each) for each in app.ticks_s] == [EVERY_S * number for number in range(1, 11)]


def test_on_an_ordinary_loop_time_and_work_are_those_of_the_machine() -> None:
    async def told() -> tuple[float, float]:
        return loop_time_s(), work_s()

    before = time.monotonic(), time.thread_time()
    now = asyncio.run(told())
    assert before <= now
    assert before[1] <= now[1]


def test_what_is_for_a_thread_is_done_at_once_where_all_has_its_order() -> None:
    async def said() -> list[str]:
        done: list[str] = []
        jobs = [asyncio.create_task(asyncio.to_thread(done.append, each)) for each in "ab"]
        await asyncio.sleep(0)
        done.append("c")
        await asyncio.gather(*jobs)
        return done

    with asyncio.Runner(loop_factory=StrictLoop) as runner:
        assert runner.run(said()) == ["a", "b", "c"]
