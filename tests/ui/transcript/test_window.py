from __future__ import annotations

import asyncio
import re

import pytest

from tests.fakes import ScriptedBackend, Step, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.painting import unpainted
from tests.ui.talks import selected
from tui.events import Completed, Started, TextDelta
from tui.model import Message, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.ui.transcript.window import MOST_MOUNTED, STEP

SIZE = (100, 30)
MOST = MOST_MOUNTED + STEP
ANSWER_LINE = re.compile(r"answer \d+ line \d+")


def talk(turns: int) -> ScriptedBackend:
    history: list[Message] = []
    for at in range(turns):
        lines = "\n\n".join(f"answer {at} line {line}" for line in range(at % 5 + 1))
        history += [user(f"q{at}", f"question {at}"), assistant(f"a{at}", lines)]
    return ScriptedBackend(histories={"s": history})


def with_tools(turns: int) -> ScriptedBackend:
    backend = talk(turns)
    part = ToolPart(0, SafeText("tool"), {"n": 1}, ToolState.DONE, "the result")
    backend.histories["s"] += [user("q", "q"), assistant("with-tool", part)]
    return backend


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled()
    it.transcript.focus()
    await at_rest(it)


async def at_rest(it: Stage) -> None:
    """Wait until nothing more is mounted or unmounted."""
    await it.until(lambda: is_still(it))
    await it.pilot.pause()
    await it.until(lambda: is_still(it))


def is_still(it: Stage) -> bool:
    screen = it.app.screen
    is_tending = any(each.group == "window" for each in it.app.workers)
    # in a batch the compositor holds widgets that have no size yet, and nothing is painted
    is_painted = not (it.app._batch_count or screen._layout_required or screen._scroll_required)
    # after a layout the transcript looks around, and may have something to mount
    return is_painted and not is_tending and not screen._callbacks


def seen(it: Stage) -> list[str]:
    """The rows of the transcript without the scroll bar, its margin and the line below."""
    return [row[:-3].rstrip() for row in it.rows(it.transcript)]


def noted_frames(it: Stage) -> list[list[str]]:
    """Return a list that takes in what is seen after each layout a person sees."""
    frames: list[list[str]] = []

    def note(_: object) -> None:
        if not it.app._batch_count:
            frames.append(seen(it))

    it.chat.screen_layout_refresh_signal.subscribe(it.transcript, note, immediate=True)
    return frames


async def test_a_long_conversation_opens_with_its_end_and_few_widgets() -> None:
    async with stage(talk(1000), size=SIZE) as it:
        await opened(it)
        assert it.texts[-2:] == ["question 999", it.texts[-1]]
        assert "answer 999 line 4" in it.drawn
        assert len(it.views) <= MOST
        assert it.transcript.paging.window.first == 2000 - len(it.views)


async def test_paging_up_and_down_shows_every_row_once_and_mounts_few() -> None:
    turns = MOST // 2 + 4
    async with stage(talk(turns), size=SIZE) as it:
        await opened(it)
        most = 0
        for key, last in (("pageup", "question 0"), ("pagedown", "answer 39 line 4")):
            met: set[str] = set()
            for _ in range(60):
                met |= set(ANSWER_LINE.findall("\n".join(it.rows(it.transcript))))
                most = max(most, len(it.views))
                if last in "\n".join(seen(it)):
                    break
                before = seen(it)
                await it.press(key)
                await it.until(lambda: seen(it) != before)  # noqa: B023 - called at once
                await at_rest(it)
            assert last in "\n".join(seen(it))
            assert met == {
                f"answer {at} line {n}" for at in range(turns) for n in range(at % 5 + 1)
            }
        assert most <= MOST
        # what is known of the last answer stands below its text
        await it.press("pagedown")
        assert it.transcript.following


@pytest.mark.parametrize(
    ("above", "rows", "steps"),
    # the window moves at the seventh row above the fortieth, and then every fifth step or so
    [(40, 1, 12), (0, 13, 24), (0, 30, 11)],
)
async def test_the_row_under_the_eye_stays_while_the_window_moves(
    above: int, rows: int, steps: int
) -> None:
    async with stage(talk(100), size=SIZE) as it:
        await opened(it)
        it.transcript.scroll_relative(y=-above, animate=False, immediate=True)
        await at_rest(it)
        first = it.transcript.paging.window.first
        frames = noted_frames(it)
        for _ in range(steps):
            frames.clear()
            # what is seen is read at each layout
            with unpainted():
                it.transcript.scroll_relative(y=-rows, animate=False, immediate=True)
                await it.pilot.pause()
                await at_rest(it)
            assert frames
            assert frames == [seen(it)] * len(frames)
        assert it.transcript.paging.window.first < first
        assert len(it.views) <= MOST
        assert it.transcript.ends_here is (rows * steps < 300)


async def test_what_was_unmounted_is_read_again_on_the_way_down() -> None:
    async with stage(talk(100), size=SIZE) as it:
        await opened(it)
        await it.press("g")
        await at_rest(it)
        assert "❯ You" in seen(it)[0]
        assert it.transcript.paging.window.first == 0
        assert not it.transcript.ends_here
        frames = noted_frames(it)
        for _ in range(40):
            frames.clear()
            it.transcript.scroll_relative(y=11, animate=False, immediate=True)
            await it.pilot.pause()
            await at_rest(it)
            assert frames
            assert frames == [seen(it)] * len(frames)
            if it.transcript.paging.window.first > STEP:
                break
        assert it.transcript.paging.window.first > STEP
        assert not it.transcript.following


async def test_end_goes_to_the_end_from_far_away_and_follows() -> None:
    async with stage(talk(300), size=SIZE) as it:
        await opened(it)
        for key in ("end", "ctrl+end", "G"):
            await it.press("home")
            await it.until(lambda: "question 0" in "\n".join(seen(it)))
            await at_rest(it)
            assert "more messages below" in it.below
            await it.press(key)
            await it.until(lambda: "answer 299 line 4" in it.drawn)
            await at_rest(it)
            assert it.transcript.following
            assert it.below == ""
            assert len(it.views) <= MOST


async def test_an_answer_that_comes_far_below_moves_nothing() -> None:
    gate, backend = asyncio.Event(), talk(100)
    script: list[Step] = [Started(), TextDelta(SafeText("begun\n\n")), gate]
    script += [TextDelta(SafeText(f"new line {n}\n\n")) for n in range(80)]
    backend.scripts = [[*script, Completed()]]
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        await it.ask("More")
        await it.until(lambda: "begun" in it.drawn)
        await it.press("alt+up")
        await it.press("g")
        await at_rest(it)
        assert not it.transcript.ends_here
        before, mounted = seen(it), it.views
        gate.set()
        await it.settled()
        await at_rest(it)
        assert seen(it) == before
        assert it.views == mounted
        await it.press("end")
        await it.until(lambda: "new line 79" in it.drawn)


async def test_a_panel_stays_as_it_was_folded_while_it_is_unmounted() -> None:
    async with stage(with_tools(60), size=SIZE) as it:
        await opened(it)
        await it.press("ctrl+o")
        assert [panel.collapsed for panel in it.tools] == [False]
        await it.press("g")
        await at_rest(it)
        assert it.tools == []
        await it.press("G")
        await it.until(lambda: len(it.tools) == 1)
        assert [panel.collapsed for panel in it.tools] == [False]


async def test_the_selected_message_stays_selected_while_it_is_unmounted() -> None:
    async with stage(talk(100), size=SIZE) as it:
        await opened(it)
        await it.press("g")
        await at_rest(it)
        it.transcript.scroll_relative(y=500, animate=False, immediate=True)
        await at_rest(it)
        it.transcript.scroll_relative(y=500, animate=False, immediate=True)
        await at_rest(it)
        assert selected(it) == "q0"
        await it.press("j")
        await it.until(lambda: selected(it) == "a0")
        assert "answer 0 line 0" in it.drawn


async def test_stepping_up_goes_on_beyond_what_is_mounted() -> None:
    async with stage(talk(60), size=SIZE) as it:
        await opened(it)
        for at in range(59, 44, -1):
            await it.press("k")
            assert selected(it) == f"a{at}"
            await it.press("k")
            assert selected(it) == f"q{at}"
            if at < 58:
                assert f"question {at}" in seen(it)[1]


async def test_another_session_is_shown_from_its_end_at_once() -> None:
    backend = talk(100)
    backend.histories["other"] = talk(5).histories["s"]
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        await it.press("g")
        await at_rest(it)
        await it.open("other")
        await it.settled()
        assert it.transcript.following
        assert selected(it) == "a4"
        assert "answer 4 line 4" in it.drawn
        assert len(it.views) == 10


async def test_a_history_read_for_the_first_time_shows_its_end() -> None:
    backend = talk(300)
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled_reading()
        await it.until(lambda: "answer 299 line 4" in it.drawn)
        await at_rest(it)
        assert len(it.views) <= MOST


async def test_what_a_history_has_above_all_that_was_shown_is_mounted_too() -> None:
    backend = talk(2)
    whole = backend.histories["s"]
    backend.histories["s"] = whole[2:]
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        assert it.texts[0] == "question 1"
        backend.histories["s"] = whole
        await it.press("f5")
        await it.until(lambda: it.texts[0] == "question 0")


async def test_a_line_tells_what_came_since_the_reader_left_the_end() -> None:
    gate, later, backend = asyncio.Event(), asyncio.Event(), talk(10)
    script: list[Step] = [Started(), TextDelta(SafeText("begun\n\n")), gate]
    script += [TextDelta(SafeText("two\n\nthree\n\n")), later, TextDelta(SafeText("four"))]
    backend.scripts = [[*script, Completed()]]
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        await it.ask("More")
        await it.until(lambda: "begun" in it.drawn)
        await at_rest(it)
        it.transcript.scroll_relative(y=-10, animate=False, immediate=True)
        await it.until(lambda: "more lines below" in it.below)
        before = seen(it)[:-1]
        gate.set()
        await it.until(lambda: it.below.startswith("4 new lines ↓ Ctrl+End"))
        assert seen(it)[:-1] == before
        later.set()
        await it.until(lambda: it.below.startswith("6 new lines ↓ Ctrl+End"))
        await it.settled()
        assert seen(it)[:-1] == before
        await it.press("ctrl+end")
        await it.until(lambda: it.below == "")
        assert "four" in it.drawn


async def test_scrolling_takes_one_step() -> None:
    async with stage(talk(20), size=SIZE) as it:
        await opened(it)
        places: list[float] = []
        it.transcript.watch(it.transcript, "scroll_y", lambda y: places.append(y), init=False)
        for key in ("up", "pageup"):
            places.clear()
            await it.press(key)
            await it.until(lambda: it.transcript.scroll_y == it.transcript.scroll_target_y)
            assert len(places) == 1


LONG = " ".join(f"word{number}" for number in range(3000))


@pytest.mark.parametrize("asked", [True, False])
async def test_the_words_at_the_top_stay_there_at_any_width_and_theme(asked: bool) -> None:
    messages = [user("q", LONG if asked else "q"), assistant("a", "an answer" if asked else LONG)]
    async with stage(ScriptedBackend(histories={"s": messages}), size=(120, 30)) as it:
        await opened(it)
        it.transcript.scroll_to(y=60, animate=False, immediate=True)
        await at_rest(it)

        def words_at_top() -> list[str]:
            top = it.transcript.content_region.y - it.transcript.region.y
            return re.findall(r"word\d+", it.rows(it.transcript)[top])

        first = words_at_top()[0]
        for size in ((100, 30), (70, 20), (140, 40), (120, 30)):
            await it.pilot.resize_terminal(*size)
            await at_rest(it)
            assert first in words_at_top()
        before = it.rows(it.transcript)
        it.app.theme_switch.show("runnel-light")
        await at_rest(it)
        assert it.rows(it.transcript) == before
        assert not it.transcript.following
