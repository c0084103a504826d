import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult

from tests.fakes import ScriptedBackend, Step
from tests.ui.harness import stage
from tui.events import Completed, Started, TextDelta, ToolCalled
from tui.safe_text import SafeText
from tui.ui.transcript.reply import Reply


class Page(App[None]):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    def compose(self) -> ComposeResult:
        yield self.reply


@asynccontextmanager
async def page(text: str = "", *, whole: bool = False) -> AsyncIterator[Reply]:
    app = Page(Reply(text, whole=whole))
    async with app.run_test() as pilot:
        await pilot.pause()
        yield app.reply


def lines(reply: Reply) -> Sequence[str]:
    height = reply.get_content_height(reply.size, reply.size, reply.size.width)
    return [reply.render_line(y).text.rstrip() for y in range(height)]


async def test_a_text_that_grows_is_one_document() -> None:
    async with page() as reply:
        text = ""
        for piece in ("# Ti", "tle\n\nSome *em", "phasis*"):
            text += piece
            reply.show(text, whole=False)
        assert lines(reply) == ["Title", "", "Some emphasis"]


async def test_another_whole_takes_the_place_of_what_was_streamed() -> None:
    async with page("Wrong") as reply:
        reply.show("**Right**", whole=True)
        assert lines(reply) == ["Right"]
        assert reply.text == "**Right**"


async def test_what_is_open_is_closed_when_the_text_is_whole() -> None:
    async with page("```\ncode\n``") as reply:
        assert lines(reply)[1:] == [" code"]
        reply.show(reply.text, whole=True)
        assert lines(reply)[1:] == [" code", " ``"]


async def test_an_answer_is_whole_when_it_has_come() -> None:
    gate = asyncio.Event()
    script: list[Step] = [Started(), TextDelta(SafeText("```\ncode\n``")), gate, Completed()]
    async with stage(ScriptedBackend(scripts=[script])) as it:
        await it.ask("Code?")
        await it.until(lambda: bool(it.replies) and lines(it.replies[0])[1:] == [" code"])
        gate.set()
        await it.settled()
        await it.until(lambda: lines(it.replies[0])[1:] == [" code", " ``"])


async def test_what_follows_a_text_stands_apart_from_it() -> None:
    gate = asyncio.Event()
    script: list[Step] = [
        Started(),
        TextDelta(SafeText("Before.")),
        gate,
        ToolCalled(0, SafeText("look"), {}),
        TextDelta(SafeText("After.")),
        Completed(),
    ]
    async with stage(ScriptedBackend(scripts=[script])) as it:
        await it.ask("Look?")
        await it.until(lambda: len(it.replies) == 1)
        gate.set()
        await it.settled()
        await it.until(lambda: len(it.replies) == 2)
        await it.pilot.pause()
        (before, after), panel = it.replies, it.tools[0]
        assert panel.region.y - before.region.bottom == 1
        assert after.region.y - panel.region.bottom == 1
        # the row of the facts, and no other
        assert it.views[-1].region.bottom - after.region.bottom == 1


@asynccontextmanager
async def room_for(rows: int) -> AsyncIterator[tuple[Reply, list[int]]]:
    """Show a text that is given so many empty rows, and note how many it had when it asked."""
    asked: list[int] = []

    def rows_ahead() -> int:
        asked.append(app.reply.empty_rows)
        return rows

    app = Page(Reply("one\n", whole=False, rows_ahead=rows_ahead))
    async with app.run_test() as pilot:
        await pilot.pause()
        asked.clear()
        app.reply.show("one\n\ntwo\n", whole=False)
        await pilot.pause()
        yield app.reply, asked


async def test_what_comes_into_empty_rows_changes_no_layout() -> None:
    async with room_for(4) as (reply, asked):
        assert asked == [-2]
        assert (reply.size.height, reply.empty_rows) == (7, 4)
        reply.show("one\n\ntwo\n\nthree\n", whole=False)
        assert (reply.empty_rows, reply._layout_required) == (2, False)
        assert lines(reply) == ["one", "", "two", "", "three", "", ""]
        reply.show("one\n\ntwo\n\nthree\n\nfour\n", whole=False)
        assert (reply.empty_rows, reply._layout_required) == (0, False)
        assert asked == [-2]


async def test_a_text_that_fills_its_empty_rows_asks_for_others() -> None:
    async with room_for(1) as (reply, asked):
        reply.show("one\n\ntwo\n\nthree\n", whole=False)
        assert asked == [-2, -1]
        assert reply._layout_required
        assert lines(reply) == ["one", "", "two", "", "three", ""]
        assert reply.empty_rows == 1


async def test_a_whole_text_has_no_empty_rows_once_it_is_laid_out() -> None:
    async with room_for(4) as (reply, _):
        reply.show("one\n\ntwo", whole=True)
        assert (reply.empty_rows, reply._layout_required) == (4, True)
        assert lines(reply) == ["one", "", "two"]
        assert reply.empty_rows == 0


async def test_a_text_that_gets_shorter_leaves_empty_rows() -> None:
    async with room_for(4) as (reply, _):
        reply.show("one\n", whole=False)
        assert (reply.empty_rows, reply._layout_required) == (6, False)
        assert lines(reply) == ["one", *[""] * 6]
