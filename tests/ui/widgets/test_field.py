from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets.input import Selection

from tests.ui.chat.test_typed_is_sent import STEPS, any_text
from tests.waiting import until
from tui.safe_text import sendable
from tui.ui.editing.clusters import after
from tui.ui.editing.typed import as_typed
from tui.ui.widgets.field import MAX_CHARS, Field

LETTERS = ["e\u0301", "\U0001f469\u200d\U0001f680", "क्षि", "ส", "\u3000", "x"]
ACTIONS = [
    *("cursor_left", "cursor_right", "cursor_left(True)", "cursor_right(True)", "home", "end"),
    *("cursor_left_word", "cursor_right_word", "cursor_left_word(True)", "cursor_right_word(True)"),
    *("delete_left", "delete_right", "delete_left_word", "delete_right_word", "paste", "cut"),
]


class OneField(App[None]):
    def __init__(self, value: str, *, password: bool) -> None:
        super().__init__()
        self.value = value
        self.password = password

    def compose(self) -> ComposeResult:
        yield Field(self.value, password=self.password)


@asynccontextmanager
async def shown(value: str = "", *, password: bool = False) -> AsyncGenerator[Pilot[None], None]:
    async with OneField(value, password=password).run_test(size=(30, 5)) as pilot:
        yield pilot


def cursor_cell(field: Field) -> int:
    """Return the cell of the field on which the cursor is drawn."""
    style = field.get_component_rich_style("input--cursor")
    cells = field.scroll_offset.x
    for segment in field.render_line(0):
        if segment.style is not None and segment.style.bgcolor == style.bgcolor:
            return cells
        cells += segment.cell_length
    raise AssertionError("the cursor is not drawn")


@pytest.mark.parametrize("password", [False, True])
async def test_any_text_that_is_typed_or_pasted_stands_in_the_field(password: bool) -> None:
    chance = random.Random(5)
    async with shown(password=password) as pilot:
        field = pilot.app.query_one(Field)
        for _ in range(30):
            typed = any_text(chance, controls=False)
            for character in typed:
                field.post_message(as_typed(events.Key("letter", character)))
            await pilot.pause()
            assert field.value == typed
            pasted = any_text(chance, controls=True)
            field.clear()
            field.post_message(events.Paste(pasted))
            await pilot.pause()
            lines = sendable(pasted).replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert field.value == next(line for line in lines if line)
            field.clear()


@pytest.mark.parametrize("letter", ["x", "字"])
async def test_the_cursor_stays_in_sight_when_the_field_gets_another_width(letter: str) -> None:
    async with shown() as pilot:
        field = pilot.app.query_one(Field)
        field.insert_text_at_cursor(letter * 60)
        for position in (60, 0, 31):
            field.cursor_position = position
            for width in (30, 12, 80, 29, 28, 27):
                await pilot.resize_terminal(width, 5)
                await until(lambda: pilot.app.size.width == width)  # noqa: B023 - called at once
                await pilot.pause()
                assert cursor_cell(field) == field.cell_of(position), (position, width)


@pytest.mark.parametrize("password", [False, True])
async def test_a_field_takes_no_more_than_it_may_hold_however_it_comes(password: bool) -> None:
    async with shown(password=password) as pilot:
        field = pilot.app.query_one(Field)
        for _ in range(3):
            field.post_message(events.Paste("a" * 4_000 + "b" * 500))
        await pilot.pause()
        assert field.value == ("a" * 4_000 + "b" * 500) * 2 + "a" * 1_000
        assert len(field.value) == MAX_CHARS
        field.post_message(as_typed(events.Key("x", "x")))
        await pilot.pause()
        assert len(field.value) == MAX_CHARS
        # what is selected makes room
        field.selection = Selection(10, 0)
        field.post_message(events.Paste("c" * 20))
        await pilot.pause()
        assert field.value.startswith("c" * 10 + "a")
        assert len(field.value) == MAX_CHARS


@pytest.mark.parametrize("password", [False, True])
async def test_the_cursor_is_drawn_where_the_next_letter_goes(password: bool) -> None:
    chance = random.Random(6)
    async with shown(password=password) as pilot:
        field = pilot.app.query_one(Field)
        for _ in range(STEPS // 4):
            if chance.random() < 0.2:
                field.put_in(any_text(chance, controls=True))
            else:
                await field.run_action(chance.choice(ACTIONS))
            at = field.cursor_position
            assert 0 <= at <= len(field.value)
            await pilot.pause()
            under = field._value[at : after(field.value, at)].cell_len
            if field.value and field.selection.is_empty and (under or at == len(field.value)):
                assert cursor_cell(field) == field._position_to_cell(at)


@pytest.mark.parametrize("before", ["", "x"])
async def test_the_end_of_a_long_text_that_was_pasted_is_in_sight(before: str) -> None:
    async with shown(before) as pilot:
        field = pilot.app.query_one(Field)
        field.post_message(events.Paste("長い word " * 20 + "end"))
        await pilot.pause()
        assert "end" in field.render_line(0).text


async def test_a_letter_lays_nothing_out_and_deleting_leaves_no_room() -> None:
    layouts: list[object] = []
    async with shown() as pilot:
        field, screen = pilot.app.query_one(Field), pilot.app.screen
        await pilot.pause()
        screen.screen_layout_refresh_signal.subscribe(screen, layouts.append, immediate=True)
        room = field.content_size.width
        for length in range(1, 2 * room):
            field.insert_text_at_cursor("x")
            await pilot.pause()
            # the cursor stands behind them
            assert field.scroll_offset.x == max(0, length + 1 - room)
        for length in range(2 * room - 2, -1, -1):
            field.action_delete_left()
            await pilot.pause()
            assert field.scroll_offset.x == max(0, length + 1 - room)
        assert layouts == []


async def test_the_wheel_goes_along_a_text_that_is_longer_than_the_field() -> None:
    async with shown("y" + "x" * 60) as pilot:
        field = pilot.app.query_one(Field)
        await pilot.pause()
        before = field.scroll_offset.x
        assert before > 0
        for kind in (events.MouseScrollUp, events.MouseScrollDown):
            field.post_message(kind(field, 1, 1, 0, 0, 0, shift=True, meta=False, ctrl=False))
            await pilot.pause()
            assert (field.scroll_offset.x < before) is (kind is events.MouseScrollUp)
        # what is put there instead is in sight, wherever the cursor was
        field.cursor_position = 0
        field.scroll_to(x=20, animate=False, force=True)
        field.value = "short"
        await pilot.pause()
        assert field.render_line(0).text.startswith("short")


async def test_letters_are_deleted_as_they_are_read() -> None:
    async with shown("".join(LETTERS)) as pilot:
        field = pilot.app.query_one(Field)
        field.cursor_position = len(field.value)
        for count in range(len(LETTERS), 0, -1):
            assert field.value == "".join(LETTERS[:count])
            await pilot.press("backspace")
        assert field.value == ""


async def test_words_are_deleted_whole_and_a_secret_tells_nothing_of_its_words() -> None:
    async with shown("नमस्ते दुनिया") as pilot:
        await pilot.press("end", "ctrl+w")
        assert pilot.app.query_one(Field).value == "नमस्ते "
    async with shown("two words", password=True) as pilot:
        await pilot.press("end", "ctrl+w")
        assert pilot.app.query_one(Field).value == ""
