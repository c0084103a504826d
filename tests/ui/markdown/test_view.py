import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Self

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.geometry import Region
from textual.pilot import Pilot

from tests.fuzz import FUZZ
from tui.ui.markdown.document_reading import STEP_CHARS
from tui.ui.markdown.view import MarkdownView

TEXT = "# Title\n\nSome **bold** [link](https://x.y/(z)'\") words.\n\n```python\nx = 1\n```\n"


class Painted(MarkdownView):
    """Keeps what stands of it on the screen: what each refresh has drawn, over what was there."""

    def __init__(self) -> None:
        super().__init__(rows_ahead=lambda: 5)
        self.cells: dict[tuple[int, int], tuple[str, str]] = {}

    def refresh(self, *regions: Region, layout: bool = False, **how: Any) -> Self:
        if self.is_attached and self.size.width:
            # a layout has all of it drawn
            for region in [Region(0, 0, 1_000, 1_000)] if layout or not regions else regions:
                self.cells |= {
                    cell: it for cell, it in self.drawn().items() if region.contains(*cell)
                }
        return super().refresh(*regions, layout=layout, **how)

    def drawn(self) -> dict[tuple[int, int], tuple[str, str]]:
        """Return what belongs in each cell, a letter and its style."""
        return {
            (x, y): cell
            for y in range(40)
            for x, cell in enumerate((c, str(s)) for t, s, _ in self.render_line(y) for c in t)
        }


class PageLayout(App[None]):
    def __init__(self, text: str, shown: MarkdownView | None = None) -> None:
        super().__init__()
        self.shown = shown or MarkdownView()
        self.shown.show(text, whole=True)
        self.clicked: list[str] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield self.shown

    def on_markdown_view_link_clicked(self, event: MarkdownView.LinkClicked) -> None:
        self.clicked.append(event.href)


@asynccontextmanager
async def layout(
    text: str = "", shown: MarkdownView | None = None
) -> AsyncIterator[tuple[PageLayout, Pilot[None]]]:
    app = PageLayout(text, shown)
    async with app.run_test(size=(60, 20)) as pilot:
        await drawn(app, pilot)
        yield app, pilot


async def drawn(app: PageLayout, pilot: Pilot[None]) -> None:
    while not app.shown.is_drawn:
        await pilot.pause()
    await pilot.pause()


def lines(view: MarkdownView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


async def test_a_text_is_as_high_as_its_rows() -> None:
    async with layout(TEXT) as (app, _):
        assert lines(app.shown) == [
            "Title", "", "Some bold link words.", "", " python · 1 line", " x = 1",
        ]  # fmt: skip


async def test_a_long_text_is_read_between_other_things() -> None:
    text = "A paragraph.\n\n" * STEP_CHARS
    async with layout() as (app, pilot):
        app.shown.show(text, whole=False)
        assert not app.shown.is_drawn
        await drawn(app, pilot)
        assert app.shown.size.height == 2 * STEP_CHARS - 1


async def test_rows_that_did_not_change_are_the_same_strips() -> None:
    async with layout(TEXT) as (app, pilot):
        before = [app.shown.render_line(y) for y in range(6)]
        app.shown.show(f"{TEXT}\n\nmore and more\n\nand more", whole=False)
        await pilot.pause()
        assert [app.shown.render_line(y) for y in range(6)] == before
        assert all(app.shown.render_line(y) is strip for y, strip in enumerate(before))


async def test_the_same_whole_draws_nothing_anew() -> None:
    async with layout(TEXT) as (app, pilot):
        before = [app.shown.render_line(y) for y in range(6)]
        app.shown.show(TEXT, whole=False)
        app.shown.show(TEXT, whole=True)
        await pilot.pause()
        assert all(app.shown.render_line(y) is strip for y, strip in enumerate(before))


async def test_a_text_that_comes_in_any_pieces_is_on_the_screen_as_it_is_drawn_whole() -> None:
    source = f"{TEXT}\n- an *item* and `code`\n- two\n\n| a | b |\n|-|-|\n| cd | e f |\n\n> q "
    chance, shown = Random(FUZZ), Painted()
    async with layout("", shown) as (_, pilot):
        for _ in range(5 * FUZZ):
            shown.show("", whole=False)
            at = 0
            while at < len(source):
                at += chance.randint(1, 12)
                shown.show(source[:at], whole=at >= len(source))
                if chance.random() < 0.1:
                    await pilot.pause()
                assert shown.cells == shown.drawn(), source[:at]


async def test_a_click_on_a_link_tells_its_address_and_opens_nothing() -> None:
    async with layout(TEXT) as (app, pilot):
        await pilot.click(app.shown, offset=(12, 2))
        await pilot.pause()
        assert app.clicked == ["https://x.y/(z)'%22"]


async def test_what_is_selected_is_copied_as_its_source() -> None:
    async with layout(TEXT) as (app, pilot):
        await pilot.mouse_down(app.shown, offset=(5, 2))
        await pilot.hover(app.shown, offset=(13, 2))
        await pilot.mouse_up(app.shown, offset=(13, 2))
        await pilot.pause()
        assert (app.screen.get_selected_text() or "").startswith("**bold** [li")
        marked = app.screen.get_component_rich_style("screen--selection").bgcolor
        colours = [seg.style.bgcolor for seg in app.shown.render_line(2) if seg.style]
        assert marked in colours


async def test_another_theme_gives_other_colours() -> None:
    async with layout(TEXT) as (app, pilot):
        before = app.shown.render_line(0)
        app.theme = "textual-light"
        await pilot.pause()
        after = app.shown.render_line(0)
        assert after.text == before.text
        assert after != before


async def test_another_width_wraps_anew() -> None:
    async with layout("words " * 20) as (app, pilot):
        await pilot.resize_terminal(30, 20)
        await pilot.pause()
        assert app.shown.size.height > 3
        assert all(len(line) <= 30 for line in lines(app.shown))


async def test_each_text_has_the_colours_of_the_theme_it_is_shown_in() -> None:
    async with layout(TEXT) as (app, pilot):
        other = MarkdownView()
        other.show(TEXT, whole=True)
        await app.query_one(VerticalScroll).mount(other)
        shown = []
        for theme in ("textual-dark", "textual-light", "textual-dark"):
            app.theme = theme
            await pilot.pause()
            views = [
                [list(view.render_line(y)) for y in range(view.size.height)]
                for view in (app.shown, other)
            ]
            assert views[0] == views[1]
            shown.append(views[0])
        assert shown[0] == shown[2] != shown[1]


async def test_no_view_has_nodes_for_its_styles() -> None:
    # nodes of apps before it are not counted, nor gone through
    gc.freeze()
    async with layout(TEXT) as (app, pilot):
        await app.mount(*(MarkdownView() for _ in range(20)))
        await pilot.pause()
        assert "Title" in lines(app.shown)
        gc.collect()
        assert sum(type(each) is DOMNode for each in gc.get_objects()) < 20


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_code_stands_on_a_ground_of_its_own(theme: str) -> None:
    async with layout("text\n\n```\ncode\n```") as (app, pilot):
        app.theme = theme
        await pilot.pause()
        grounds = [
            {style.bgcolor for _, style, _ in app.shown.render_line(y) if style is not None}
            for y in (0, 2, 3)
        ]
        assert [len(each) for each in grounds] == [1, 1, 1]
        assert grounds[1] == grounds[2] != grounds[0]
