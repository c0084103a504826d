from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from tui.ui.widgets.pinned_scroll import PinnedScroll

HEIGHT = 10


class Block(Static):
    """Some numbered lines."""

    def __init__(self, name: str, rows: int) -> None:
        super().__init__(id=name)
        self.grow(rows)

    def grow(self, rows: int) -> None:
        self.update("\n".join(f"{self.id} {row}" for row in range(rows)))


class Reader(App[None]):
    """Ten blocks of four rows each, or as many as asked for, and a note of every frame."""

    def __init__(self, blocks: int, rows: int) -> None:
        super().__init__()
        self.scroll = PinnedScroll()
        self.blocks = [Block(f"b{number}", rows) for number in range(blocks)]
        self.watched: Widget | None = None
        self.frames: list[int] = []
        """The row in the view of the watched block, at every frame."""
        self.positions: list[float] = []

    def compose(self) -> ComposeResult:
        with self.scroll:
            yield from self.blocks

    def row(self, widget: Widget) -> int:
        return widget.virtual_region.y - round(self.scroll.scroll_y)

    def post_display_hook(self) -> None:
        if self.scroll.is_mounted:
            self.positions.append(self.scroll.scroll_y)
        if self.watched is not None and self.watched.is_attached:
            self.frames.append(self.watched.region.y)

    def watch_block(self, number: int) -> int:
        """Note the row of a block at every frame from now on; return where it is."""
        self.frames.clear()
        self.watched = self.blocks[number]
        return self.row(self.watched)


@asynccontextmanager
async def reading(
    blocks: int = 10, rows: int = 4, width: int = 40
) -> AsyncGenerator[tuple[Reader, Pilot[None]], None]:
    app = Reader(blocks, rows)
    async with app.run_test(size=(width, HEIGHT)) as pilot:
        await pilot.pause()
        yield app, pilot
        assert min(app.positions, default=0.0) >= 0


async def scroll_to(app: Reader, pilot: Pilot[None], row: int) -> None:
    app.scroll.release_anchor()
    app.scroll.scroll_to(y=row, animate=False, immediate=True)
    await pilot.pause()
    assert app.scroll.scroll_y == row
    assert not app.scroll.following


async def test_it_starts_at_its_end() -> None:
    async with reading() as (app, _):
        assert app.scroll.following
        assert app.scroll.scroll_y == app.scroll.max_scroll_y == 30
        assert app.scroll.rows_below == 0


async def test_short_content_starts_at_the_first_row() -> None:
    async with reading(blocks=1) as (app, pilot):
        assert app.blocks[0].region.y == 0
        assert app.scroll.scroll_y == 0
        app.blocks[0].grow(HEIGHT + 1)
        await pilot.pause()
        assert app.scroll.scroll_y == 1
        app.blocks[0].grow(2)
        await pilot.pause()
        assert (app.scroll.scroll_y, app.blocks[0].region.y) == (0, 0)


async def test_it_follows_growth_without_a_frame_that_lags() -> None:
    async with reading() as (app, pilot):
        last = app.blocks[-1]
        for rows in range(5, 30, 3):
            last.grow(rows)
            await pilot.pause()
            assert last.region.bottom == HEIGHT
            assert app.scroll.scroll_y == app.scroll.max_scroll_y
        await app.scroll.mount(Block("new", 3))
        await pilot.pause()
        assert app.scroll.scroll_y == app.scroll.max_scroll_y


@pytest.mark.parametrize("row", [0, 1, 13, 20])
async def test_growth_below_does_not_move_what_is_read(row: int) -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, row)
        at = app.watch_block(row // 4)
        app.blocks[-1].grow(40)
        await app.scroll.mount(Block("new", 9))
        await pilot.pause()
        assert set(app.frames) <= {at}
        assert app.row(app.blocks[row // 4]) == at
        assert app.scroll.rows_below == app.scroll.max_scroll_y - row


@pytest.mark.parametrize("row", [0, 1, 13, 28])
async def test_older_content_put_in_front_does_not_move_what_is_read(row: int) -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, row)
        at = app.watch_block(row // 4)
        await app.scroll.mount(Block("older1", 7), Block("older2", 5), before=0)
        await pilot.pause()
        assert set(app.frames) == {at}
        assert app.scroll.scroll_y == row + 12


async def test_content_put_in_between_above_does_not_move_what_is_read() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 22)
        at = app.watch_block(5)
        await app.scroll.mount(Block("between", 7), after=app.blocks[2])
        await pilot.pause()
        assert set(app.frames) == {at}


async def test_content_removed_above_does_not_move_what_is_read() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 22)
        at = app.watch_block(5)
        await app.blocks[0].remove()
        await app.blocks[3].remove()
        await pilot.pause()
        assert set(app.frames) == {at}
        assert app.scroll.scroll_y == 14


async def test_content_that_grows_or_shrinks_above_does_not_move_what_is_read() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 22)
        at = app.watch_block(5)
        for rows in (30, 1, 9):
            app.blocks[2].grow(rows)
            await pilot.pause()
        assert set(app.frames) == {at}


async def test_the_block_at_the_top_may_grow_downwards() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 20)
        at = app.watch_block(5)
        app.blocks[5].grow(25)
        await pilot.pause()
        assert set(app.frames) == {at} == {0}


async def test_the_block_at_the_top_may_go_away() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 22)
        await app.blocks[5].remove()
        await pilot.pause()
        assert 0 <= app.scroll.scroll_y <= app.scroll.max_scroll_y
        assert not app.scroll.following


async def test_so_much_going_away_that_the_view_cannot_stay_shows_the_end() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 22)
        for block in app.blocks[6:]:
            await block.remove()
        await pilot.pause()
        assert app.scroll.scroll_y == app.scroll.max_scroll_y == 14
        for block in app.blocks[:6]:
            await block.remove()
        await pilot.pause()
        assert app.scroll.scroll_y == 0


@pytest.mark.parametrize("row", [0, 12, 22])
async def test_a_resize_keeps_the_block_at_the_top(row: int) -> None:
    async with reading(width=80) as (app, pilot):
        for block in app.blocks:
            block.update("words " * 60)
        await pilot.pause()
        await scroll_to(app, pilot, row)
        top = next(block for block in app.blocks if block.region.bottom > 0)
        at = app.row(top)
        for size in ((40, HEIGHT), (40, 20), (80, 5), (80, HEIGHT)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.row(top) == at
        assert not app.scroll.following


async def test_a_resize_while_following_stays_at_the_end() -> None:
    async with reading(width=80) as (app, pilot):
        for block in app.blocks:
            block.update("words " * 60)
        for size in ((40, HEIGHT), (40, 20), (80, 5)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.scroll.following
            assert app.scroll.scroll_y == app.scroll.max_scroll_y


@pytest.mark.parametrize("key", ["up", "pageup", "home"])
async def test_scrolling_up_stops_following(key: str) -> None:
    async with reading() as (app, pilot):
        app.scroll.focus()
        await pilot.press(key)
        await pilot.wait_for_scheduled_animations()
        assert not app.scroll.following
        at = app.scroll.scroll_y
        app.blocks[-1].grow(30)
        await pilot.pause()
        assert app.scroll.scroll_y == at < 30


@pytest.mark.parametrize("key", ["down", "pagedown", "end"])
async def test_reaching_the_end_follows_again(key: str) -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 29)
        app.scroll.focus()
        await pilot.press(key)
        await pilot.wait_for_scheduled_animations()
        assert app.scroll.following
        app.blocks[-1].grow(30)
        await pilot.pause()
        assert app.scroll.scroll_y == app.scroll.max_scroll_y


async def test_scrolling_down_short_of_the_end_does_not_follow() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 5)
        app.scroll.focus()
        await pilot.press("down")
        await pilot.wait_for_scheduled_animations()
        assert app.scroll.scroll_y == 6
        assert not app.scroll.following


async def test_follow_goes_to_the_end_at_once() -> None:
    async with reading() as (app, pilot):
        await scroll_to(app, pilot, 3)
        app.scroll.follow()
        await pilot.pause()
        assert app.scroll.following
        assert app.scroll.rows_below == 0
        assert app.blocks[-1].region.bottom == HEIGHT


@pytest.mark.parametrize("rows", [HEIGHT - 1, HEIGHT - 4])
async def test_who_was_away_while_the_view_was_lower_follows_at_the_rows_of_before(
    rows: int,
) -> None:
    async with reading() as (app, pilot):
        before, empty_below = app.scroll.scroll_y, app.scroll.empty_below
        last = app.blocks[-1]
        app.scroll.release_anchor()
        last.grow(9)
        app.scroll.styles.height = rows
        await pilot.pause()
        app.scroll.keep(last, rows - 9)
        await pilot.pause()
        app.scroll.styles.height = HEIGHT
        await pilot.pause()
        # nothing moved, and so rows are empty below
        assert app.scroll.empty_below == HEIGHT - rows
        last.grow(4)
        app.scroll.begin_anew(empty_below)
        await pilot.pause()
        assert app.scroll.following
        assert (app.scroll.scroll_y, app.scroll.empty_below) == (before, 0)


async def test_the_scroll_bar_tells_the_same_place() -> None:
    async with reading() as (app, pilot):
        assert app.scroll.vertical_scrollbar.position == 30
        await scroll_to(app, pilot, 8)
        await app.scroll.mount(Block("older", 6), before=0)
        await pilot.pause()
        assert app.scroll.vertical_scrollbar.position == app.scroll.scroll_y == 14
        assert app.scroll.scroll_target_y == 14
