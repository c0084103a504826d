from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Markdown

from tui.ui.widgets.plain import Plain
from tui.ui.widgets.reply import MARKDOWN_LINES, PLAIN_LINES, Reply


class Page(App[None]):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    def compose(self) -> ComposeResult:
        yield self.reply


@asynccontextmanager
async def page(text: str = "") -> AsyncIterator[Reply]:
    app = Page(Reply(text))
    async with app.run_test() as pilot:
        await pilot.pause()
        yield app.reply


def plain(reply: Reply) -> list[str]:
    return [str(each.content) for each in reply.query(Plain)]


async def test_a_text_in_pieces_is_one_document() -> None:
    async with page() as reply:
        for piece in ("# Ti", "tle\n\nSome *em", "phasis*"):
            await reply.write(piece)
        assert reply.query_one(Markdown).source == "# Title\n\nSome *emphasis*"


async def test_the_same_whole_touches_nothing() -> None:
    async with page("Done.") as reply:
        document = reply.query_one(Markdown)
        await reply.finish("Done.")
        assert reply.query_one(Markdown) is document


async def test_a_longer_whole_goes_on_in_the_same_document() -> None:
    async with page("Do") as reply:
        document = reply.query_one(Markdown)
        await reply.finish("Done.")
        assert reply.query_one(Markdown) is document
        assert document.source == "Done."


async def test_another_whole_takes_the_place_of_what_was_streamed() -> None:
    async with page("Wrong") as reply:
        await reply.finish("Right")
        assert reply.query_one(Markdown).source == "Right"
        assert reply.text == "Right"


async def test_a_long_text_is_plain_and_says_so() -> None:
    text = "# h\n" * (MARKDOWN_LINES + 1)
    async with page("# h\n") as reply:
        await reply.write(text)
        note, shown = plain(reply)
        assert "long" in note
        assert shown == f"# h\n{text}"
        assert not reply.query(Markdown)


async def test_what_is_cut_of_a_very_long_text_is_counted() -> None:
    async with page("ab\n" * (PLAIN_LINES + 10)) as reply:
        assert plain(reply)[1].endswith("\nab\n… 31 more characters")


@pytest.mark.parametrize("whole", ["short now", "ab\n" * 3000])
async def test_a_plain_text_stays_plain_when_the_whole_comes(whole: str) -> None:
    async with page("ab\n" * 2000) as reply:
        await reply.finish(whole)
        assert plain(reply)[1] == whole
        assert len(reply.children) == 2


async def test_a_text_that_cannot_be_drawn_is_shown_as_it_is() -> None:
    class Broken(Markdown):
        def append(self, markdown: str) -> None:  # type: ignore[override]
            raise RecursionError

    async with page() as reply:
        await reply.query(Markdown).remove()
        await reply.mount(Broken())
        await reply.write("**deep**")
        note, shown = plain(reply)
        assert "could not be drawn" in note
        assert shown == "**deep**"
