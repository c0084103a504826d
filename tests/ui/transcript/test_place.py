from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from tests.fakes import ScriptedBackend, Step, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.transcript.readers import read_along
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.model import ToolPart, ToolState
from tui.safe_text import SafeText
from tui.ui.transcript.reply import CARET
from tui.ui.transcript.tool_panel import toggle_all

SIZE = (100, 30)


def lines(name: str, count: int) -> str:
    return "\n".join(f"{name} line {n}" for n in range(count))


def text(words: str) -> TextDelta:
    return TextDelta(SafeText(words))


def long_talk(turns: int = 3) -> ScriptedBackend:
    history = []
    for at in range(turns):
        history += [
            user(f"q{at}", lines(f"question {at}", 20)),
            assistant(f"a{at}", f"answer {at}"),
        ]
    return ScriptedBackend(histories={"s": history})


def slow(*steps: Step) -> list[Step]:
    return [Started(), *steps, Completed()]


async def scrolled_up(it: Stage, rows: int = 12) -> list[str]:
    """Go up from the end while an answer streams and return what is seen there."""
    at_end = seen(it)
    it.transcript.scroll_relative(y=-rows, animate=False, immediate=True)
    await it.until(lambda: seen(it) != at_end)
    return seen(it)


def seen(it: Stage) -> list[str]:
    """The rows of the transcript without the caret, the scroll bar and its margin."""
    return [row[:-3].replace(CARET, " ") for row in it.rows(it.transcript)]


async def test_the_view_follows_the_end_of_a_growing_answer() -> None:
    gate = asyncio.Event()
    backend = long_talk()
    backend.scripts = [slow(text(lines("new", 60)), gate, text("\n\nthe very end"))]
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.ask("More")
        await it.until(lambda: "new line 59" in it.drawn)
        gate.set()
        await it.settled()
        assert "the very end" in "\n".join(it.rows(it.transcript))


async def test_what_is_read_stays_row_by_row_while_an_answer_grows_below() -> None:
    gate, backend = asyncio.Event(), long_talk()
    backend.scripts = [slow(text("begun\n\n"), gate, text(lines("new", 40)))]
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.ask("More")
        await it.until(lambda: "begun" in it.drawn)
        before = await scrolled_up(it, 40)
        gate.set()
        await it.until(lambda: len(it.texts[-1]) > 200)
        await it.settled()
        # the last row of the view may go to the line that tells what is below
        assert seen(it)[: len(before) - 1] == before[: len(before) - 1]


async def test_a_panel_opening_above_does_not_move_what_is_read() -> None:
    part = ToolPart(0, SafeText("t"), SafeText(lines("argument", 8)), ToolState.DONE, "r")
    history = [
        user("q0", lines("first", 10)),
        assistant("a0", part),
        user("q1", lines("second", 60)),
        assistant("a1", "end"),
    ]
    async with stage(ScriptedBackend(histories={"s": history}), size=SIZE) as it:
        await it.open("s")
        await it.settled()
        before = await scrolled_up(it, 20)
        assert "second line 30" in "\n".join(before)
        toggle_all(it.transcript.mounted.tool_panels)
        await it.pilot.pause()
        assert not it.tools[0].collapsed
        assert seen(it) == before


async def test_a_tool_failing_above_the_view_does_not_move_what_is_read() -> None:
    gate, backend = asyncio.Event(), long_talk(1)
    backend.scripts = [
        slow(
            ToolCalled(0, SafeText("slow_tool"), {"n": 1}),
            text(lines("after", 60).replace("\n", "\n\n")),
            gate,
            ToolReturned(0, SafeText(lines("why", 9)), failed=True),
        )
    ]
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.ask("Go")
        await it.until(lambda: "after line 59" in it.drawn)
        before = await scrolled_up(it, 5)
        gate.set()
        await it.until(lambda: not it.tools[0].collapsed)
        await it.settled()
        assert seen(it)[: len(before) - 1] == before[: len(before) - 1]


async def test_the_end_of_a_stream_does_not_move_what_is_read() -> None:
    gate, backend = asyncio.Event(), long_talk()
    backend.scripts = [slow(text(lines("new", 40)), gate)]
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.ask("More")
        await it.until(lambda: "new line 39" in it.drawn)
        before = await scrolled_up(it)
        gate.set()
        await it.settled()
        assert seen(it) == before


@pytest.mark.parametrize(("place", "key"), [("transcript", "end"), ("composer", "ctrl+end")])
async def test_a_line_tells_how_much_is_below_and_end_follows_again(place: str, key: str) -> None:
    gate, backend = asyncio.Event(), long_talk()
    backend.scripts = [slow(text(lines("new", 40)), gate, text("\n\nthe very end"))]
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.ask("More")
        await it.until(lambda: "new line 39" in it.drawn)
        assert it.below == ""
        await scrolled_up(it)
        assert "more lines below · Ctrl+End" in it.below
        it.chat.query_one(f"#{place}").focus()
        await it.press(key)
        await it.until(lambda: it.below == "")
        gate.set()
        await it.settled()
        assert "the very end" in "\n".join(seen(it))


async def test_scrolling_down_to_the_end_follows_again() -> None:
    async with stage(long_talk(), size=SIZE) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("pageup")
        assert it.below != ""
        await it.press("pagedown", "pagedown")
        await it.until(lambda: it.below == "")
        assert it.transcript.following


async def test_page_keys_scroll_the_transcript_from_the_composer() -> None:
    async with stage(long_talk(), size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.write("a draft")
        await it.press("pageup")
        assert it.below != ""
        assert it.composer.has_focus
        await it.press("pagedown", "pagedown")
        await it.until(lambda: it.below == "")


async def test_older_messages_are_mounted_on_the_way_up_without_a_jump() -> None:
    async with stage(long_talk(50), size=SIZE) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        mounted = len(it.views)
        assert mounted < 100
        before = it.views[0]
        it.transcript.scroll_to(y=12, animate=False, immediate=True)
        row = before.virtual_region.y - 12
        await it.until(lambda: len(it.views) > mounted)
        await it.pilot.pause()
        assert before.virtual_region.y - it.transcript.scroll_offset.y == row
        assert it.views[0] is not before


async def test_going_up_reaches_the_first_message() -> None:
    async with stage(long_talk(50), size=SIZE) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("g")
        await it.until(lambda: it.transcript.paging.window.first == 0)
        assert "question 0 line 0" in "\n".join(seen(it))
        assert it.transcript.scroll_offset.y == 0


async def test_unfolding_a_panel_in_view_does_not_scroll_to_it() -> None:
    part = ToolPart(0, SafeText("t"), SafeText(lines("argument", 40)), ToolState.DONE, "r")
    history = [user("q0", lines("first", 40)), assistant("a0", part, lines("after", 5))]
    async with stage(ScriptedBackend(histories={"s": history}), size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await scrolled_up(it, 3)
        row = it.tools[0].region.y
        it.tools[0].panel_title.focus(scroll_visible=False)
        await it.press("enter")
        assert not it.tools[0].collapsed
        assert it.tools[0].region.y == row


def row_of(it: Stage, words: str) -> int | None:
    return next((at for at, row in enumerate(seen(it)) if words in row), None)


async def test_a_text_that_is_followed_moves_by_half_the_view_and_stays_when_it_is_done() -> None:
    gates = [asyncio.Event() for _ in range(40)]
    steps: list[Step] = [text("line 0")]
    for number, gate in enumerate(gates, start=1):
        steps += [gate, text(f"\n\nline {number}")]
    backend = ScriptedBackend(scripts=[slow(*steps)])
    async with stage(backend, size=SIZE) as it:
        read_along(it)
        await it.ask("Count")
        places = []
        for number, gate in enumerate(gates, start=1):
            gate.set()
            await it.until(lambda number=number: row_of(it, f"line {number}") is not None)  # type: ignore[misc]
            places.append(round(it.transcript.scroll_y))
            assert it.transcript.following
            assert it.transcript.rows_below == 0
        moves = [after - before for before, after in pairwise(places) if after != before]
        assert len(moves) > 2
        assert min(moves) >= it.transcript.size.height // 2
        shown, at = seen(it), row_of(it, "line 40")
        assert at is not None
        await it.settled()
        assert seen(it)[: at + 1] == shown[: at + 1]
        assert it.transcript.following


async def test_a_reader_who_went_up_a_little_is_not_moved_when_the_answer_is_done() -> None:
    more, gate = asyncio.Event(), asyncio.Event()
    backend = long_talk()
    backend.scripts = [slow(text(lines("new", 60)), more, text("\n\nand more"), gate)]
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.ask("More")
        await it.until(lambda: "new line 59" in it.drawn)
        more.set()
        await it.until(lambda: "and more" in it.drawn)
        assert it.transcript.empty_rows > 1
        before = await scrolled_up(it, rows=1)
        gate.set()
        await it.settled()
        facts = row_of(it, "0.0 s · ")
        assert facts is not None
        assert not before[facts].strip(), "what is known of it stands in a row that was empty"
        assert [*seen(it)[:facts], *seen(it)[facts + 1 :]] == [
            *before[:facts],
            *before[facts + 1 :],
        ]
        assert it.transcript.below.rows == 0


@pytest.mark.parametrize("scrolls", [0, 12])
async def test_stopping_moves_nothing_though_the_server_has_the_whole_answer(scrolls: int) -> None:
    never, backend = asyncio.Event(), long_talk()
    whole = lines("new", 200)
    backend.scripts = [slow(text(whole[: whole.index("new line 40")]), never)]
    backend.stores = lambda *_: [user("q", "More"), assistant("a", whole)]
    async with stage(backend, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        await it.ask("More")
        await it.until(lambda: "new line 39" in it.drawn)
        before = await scrolled_up(it, scrolls) if scrolls else seen(it)
        await it.press("escape")
        await it.settled()
        assert "new line 40" not in it.texts[-1]
        await it.until(lambda: "You stopped here." in it.drawn)
        assert "The server has all of it." in it.drawn
        assert "F5 shows the whole answer" in it.drawn
        after = [row.replace("  incomplete", "            ") for row in seen(it)]
        told = next((at for at, row in enumerate(after) if "You stopped here" in row), len(after))
        # a note over the last rows tells what stands below them
        rows = min(told - 2, len(after) - 1)
        assert after[:rows] == before[:rows]
        assert rows > it.transcript.size.height // 2
        await it.chat.controllers.navigation.new_session()
        await it.open("s")
        await it.settled()
        assert "new line 40" not in it.texts[-1]
        assert "The server has all of it." in it.drawn
        assert "F5 shows the whole answer" in it.drawn
        top = seen(it)[0]
        await it.press("f5")
        await it.until(lambda: "new line 199" in it.texts[-1])
        await it.settled()
        assert seen(it)[0] == top
