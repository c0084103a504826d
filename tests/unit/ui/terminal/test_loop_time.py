from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

from textual.app import App
from textual.widget import Widget

import tui.ui
from tui.tapes.loops import StrictLoop
from tui.ui.terminal.loop_time import loop_time_s, timers_by_loop, widgets_in_order, work_s

EVERY_S = 7.0
MACHINE_CLOCK = re.compile(r"\btime\.(monotonic|thread_time|process_time|perf_counter|time)\b")
OF_THE_MACHINE = {
    "gc_pauses",
    "chat.leaving",
    "search.matches",
    "search.screen",
    "themes.switch",
    *(
        f"terminal.{each}"
        for each in (
            "acknowledgement",
            "driver",
            "frame_gate",
            "input_parser",
            "input_tokenizer",
            "key_trial",
            "link",
            "loop_time",
            "output_writer",
            "questions",
            "safety_net",
        )
    ),
}
"""What goes by the clock of the machine: a real terminal, keys, slices of work; no film has it."""


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


def test_nothing_that_a_film_shows_goes_by_the_clock_of_the_machine() -> None:
    folder = Path(tui.ui.__file__).parent
    found = {
        ".".join(file.relative_to(folder).with_suffix("").parts)
        for file in folder.rglob("*.py")
        if MACHINE_CLOCK.search(file.read_text(encoding="utf-8"))
    }
    assert found == OF_THE_MACHINE


def test_sets_of_widgets_have_the_order_in_which_these_were_first_put_into_one() -> None:
    with widgets_in_order():
        widgets = [Widget() for _ in range(50)]
        first = [*{*widgets}]
        assert first == [*{*reversed(widgets)}]
        assert [hash(each) for each in first] == sorted(hash(each) for each in widgets)
    assert hash(Widget()) > len(widgets)


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
