from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis.strategies import booleans, lists, sampled_from, tuples
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region

from tests.event_loops import IdleLoop
from tui.ui.widgets.plain_text import Plain

TEXT = "one two three\n\n\n" + " ".join(f"word{n}" for n in range(80)) + "\n\n  indented\n\nend"


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield Plain(TEXT)


@pytest.mark.parametrize("width", [12, 40, 90])
async def test_a_row_of_a_text_is_found_again_at_the_same_width(width: int) -> None:
    async with Page().run_test(size=(width, 20)) as pilot:
        text = pilot.app.query_one(Plain)
        for row in range(text.size.height):
            anchor = text.anchor_at(row)
            assert anchor is not None
            assert text.row_of(anchor) == row


async def test_at_another_width_the_row_of_the_same_word_is_found() -> None:
    async with Page().run_test(size=(40, 20)) as pilot:
        text = pilot.app.query_one(Plain)
        marks = {}
        for row in range(text.size.height):
            strip = text.render_line(row).text.split()
            if strip and strip[0].startswith("word"):
                marks[strip[0]] = text.anchor_at(row)
        assert len(marks) > 5
        await pilot.resize_terminal(67, 20)
        await pilot.pause()
        for word, anchor in marks.items():
            assert anchor is not None
            assert word in text.render_line(text.row_of(anchor)).text.split()


async def test_there_is_no_anchor_below_the_end() -> None:
    async with Page().run_test(size=(40, 20)) as pilot:
        text = pilot.app.query_one(Plain)
        assert text.anchor_at(text.size.height) is None


async def test_the_same_content_again_changes_nothing() -> None:
    app = Page()
    async with app.run_test() as pilot:
        await pilot.pause()
        text = app.query_one(Plain)
        text.update(Content.styled("words", "bold"))
        await pilot.pause()
        text.update(Content.styled("words", "bold"))
        assert not text._layout_required
        text.update(Content.styled("words", "italic"))
        assert text._repaint_required


class Beside(App[None]):
    """A text of any height in a column of any width, above another one."""

    CSS = "Vertical { width: 1fr; height: auto; max-height: 9; } .fitted { width: auto; }"

    def __init__(self, content: str, *, is_fitted: bool) -> None:
        super().__init__()
        self._content, self._is_fitted = content, is_fitted

    def compose(self) -> ComposeResult:
        with Vertical(classes="fitted" if self._is_fitted else ""):
            yield Plain(self._content, id="changing", classes="fitted" if self._is_fitted else "")
            yield Plain("below", id="below")


def places(app: App[None]) -> list[Region]:
    return [each.region for each in app.query("*")]


SOME_TEXTS = ("one", "two words", "three words here", "a\nb", "many words in a long row", "")


@pytest.mark.parametrize("is_fitted", [False, True])
@given(
    changes=lists(tuples(sampled_from(SOME_TEXTS), sampled_from([8, 12, 30])), max_size=4),
    last=sampled_from(SOME_TEXTS),
    is_resized=booleans(),
)
@settings(max_examples=20)
def test_all_stands_after_changes_as_if_the_last_text_had_been_there_from_the_beginning(
    is_fitted: bool, changes: list[tuple[str, int]], last: str, is_resized: bool
) -> None:
    width = 12

    async def change() -> None:
        app = Beside("begun", is_fitted=is_fitted)
        async with app.run_test(size=(width, 16)) as pilot:
            for text, other_width in changes:
                app.query_one("#changing", Plain).update(text)
                await pilot.pause()
                if is_resized:
                    await pilot.resize_terminal(other_width, 16)
                    await pilot.pause()
            if is_resized:
                await pilot.resize_terminal(width, 16)
                await pilot.pause()
            app.query_one("#changing", Plain).update(last)
            await pilot.pause()
            changed = places(app)
        fresh = Beside(last, is_fitted=is_fitted)
        async with fresh.run_test(size=(width, 16)) as pilot:
            await pilot.pause()
            assert changed == places(fresh)

    with asyncio.Runner(loop_factory=IdleLoop) as runner:
        runner.run(change())


async def test_a_text_of_the_same_height_is_drawn_and_nothing_laid_out() -> None:
    app = Page()
    async with app.run_test(size=(40, 20)) as pilot:
        text = app.query_one(Plain)
        text.update("one")
        await pilot.pause()
        laid_out: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(text, laid_out.append, immediate=True)
        text.update("two")
        await pilot.pause()
        assert text.render_line(0).text.rstrip() == "two"
        assert laid_out == []
        text.update("two\nrows")
        await pilot.pause()
        assert laid_out
        assert text.size.height == 2
