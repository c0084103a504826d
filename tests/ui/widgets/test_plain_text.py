from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

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
        assert text._layout_required
