from __future__ import annotations

import asyncio

import pytest

from tests.event_loops import unhurried
from tests.unit.ui.transcript.paced_screen import Screen
from tests.waiting import until
from tui.ui.terminal.pace import LIVELY
from tui.ui.transcript.pacer import (
    AFTER_KEY_S,
    ECHO_S,
    MOST_HELD_S,
    TYPING_S,
)

PERIOD_S = LIVELY.least_s


async def second_frame(*keys_s: float) -> float:
    """Return when the frame after one at 0 is drawn, with keys pressed at these times."""
    screen = Screen()
    screen.write()
    await until(lambda: len(screen.frames) == 1)
    screen.write()
    for key_s in keys_s:
        await asyncio.sleep(key_s - screen.loop.time())
        screen.pacer.note_key()
    await screen.idle()
    return screen.frames[1][0]


@unhurried
async def test_a_frame_comes_right_after_the_letter_of_a_key() -> None:
    due = PERIOD_S
    assert await second_frame(due - TYPING_S / 2, due + 0.02) == pytest.approx(due + 0.02 + ECHO_S)


@unhurried
async def test_a_frame_does_not_come_before_the_letter_of_a_key() -> None:
    key = PERIOD_S - ECHO_S / 2
    assert await second_frame(key) == pytest.approx(key + ECHO_S)


@unhurried
async def test_a_frame_that_is_due_soon_after_a_key_comes_at_once() -> None:
    key = PERIOD_S - (ECHO_S + AFTER_KEY_S) / 2
    assert await second_frame(key) == pytest.approx(PERIOD_S)


@unhurried
async def test_a_frame_does_not_wait_long_for_a_key_that_does_not_come() -> None:
    assert await second_frame(PERIOD_S - TYPING_S / 2) == pytest.approx(PERIOD_S + MOST_HELD_S)


@unhurried
async def test_keys_without_end_do_not_hold_a_frame_up() -> None:
    keys = [PERIOD_S / 2 + number * ECHO_S / 2 for number in range(100)]
    assert await second_frame(*keys) <= PERIOD_S + MOST_HELD_S + 1e-6


@unhurried
async def test_a_key_long_ago_holds_nothing_up() -> None:
    screen = Screen()
    screen.pacer.note_key()
    await asyncio.sleep(TYPING_S)
    screen.write()
    await screen.idle()
    assert screen.frames == [(TYPING_S, 1)]
