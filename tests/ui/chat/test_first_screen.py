from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.geometry import Offset

from tests.fakes import ScriptedBackend, StillClock, connection, says
from tests.ui.harness import NO_FOLDER, Stage, ready, stage
from tui.conversation import Connection
from tui.model import Profile
from tui.ui.app import RunnelApp

STARTERS = ("First things first", "Then the second", "A third one")
DEMO = Profile("demo", "hardwire", "http://127.0.0.1:1", embedded=True, starters=STARTERS)


@asynccontextmanager
async def demo(*, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Stage]:
    backend = ScriptedBackend(scripts=[says(f"Answer {at}") for at in range(1, 4)])
    async with stage(backend, profile=DEMO, size=size) as it:
        yield it


def backend_of(it: Stage) -> ScriptedBackend:
    assert it.chat.open_chat.backend is not None
    backend = it.chat.open_chat.backend
    assert isinstance(backend, ScriptedBackend)
    return backend


def asked(it: Stage) -> list[str]:
    return backend_of(it).sent


async def test_enter_in_the_empty_box_plays_the_selected_starter_once() -> None:
    async with demo() as it:
        assert f"❯ {STARTERS[0]}" in it.drawn
        await it.press("enter", "enter")
        await it.settled()
        assert it.texts == [STARTERS[0], "Answer 1"]
        assert STARTERS[1] not in it.drawn
        await it.press("enter")
        await it.settled()
        assert asked(it) == [STARTERS[0]]


async def test_up_and_down_choose_and_the_questions_of_before_are_where_they_were() -> None:
    async with demo() as it:
        await it.ask("Asked before")
        await it.settled()
        await it.press("ctrl+n", "down", "down", "down")
        await it.until(lambda: f"❯ {STARTERS[2]}" in it.drawn)
        await it.press("up")
        await it.until(lambda: f"❯ {STARTERS[1]}" in it.drawn)
        # beyond the first one Up goes on to what was asked, and Down comes back
        await it.press("up", "up")
        assert it.composer.whole_text == "Asked before"
        assert "❯ " not in "".join(it.rows(it.transcript))
        await it.press("down")
        assert it.composer.whole_text == ""
        await it.press("down", "enter")
        await it.settled()
        assert asked(it) == ["Asked before", STARTERS[1]]


async def test_what_is_written_or_kept_is_neither_replaced_nor_lost_and_enter_is_for_it() -> None:
    async with demo() as it:
        await it.write("My own")
        await it.until(lambda: STARTERS[0] in it.drawn and f"❯ {STARTERS[0]}" not in it.drawn)
        x, y = next(
            (row.index(STARTERS[1]), at)
            for at, row in enumerate(it.drawn.split("\n"))
            if STARTERS[1] in row
        )
        await it.pilot.hover(offset=Offset(x + 2, y))
        # a click is for what it is on, and what is written stays
        await it.pilot.click(offset=Offset(x + 2, y))
        await it.settled()
        assert it.texts == [STARTERS[1], "Answer 1"]
        assert it.composer.whole_text == "My own"
        assert it.composer.has_focus
        await it.press("ctrl+n")
        await it.write("Kept")
        await it.press("ctrl+s", "enter", "ctrl+n")
        await it.press("enter")
        await it.settled()
        assert STARTERS[0] not in asked(it)


async def test_on_a_server_of_ones_own_enter_in_the_empty_box_does_nothing() -> None:
    backend = ScriptedBackend(scripts=[says("A")])
    async with stage(backend) as it:
        assert "Type a question" in it.drawn
        await it.press("enter", "down", "enter")
        assert not it.chat.send_workers.busy
        assert backend.sent == []


async def test_in_a_session_that_is_read_nothing_is_offered() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(histories={"s": []}, read_gates=[gate])
    async with stage(backend, profile=DEMO) as it:
        await it.open("s")
        await it.press("enter")
        assert STARTERS[0] not in it.drawn
        gate.set()
        await it.settled_reading()
        await it.press("enter")
        assert backend.sent == []


async def test_enter_that_was_pressed_before_anything_was_offered_plays_nothing() -> None:
    clock, opened = StillClock(), asyncio.Event()
    backend = ScriptedBackend(scripts=[says("A")])
    first = connection(backend, clock, profile=DEMO)

    async def connect(name: str) -> Connection:
        await opened.wait()
        return first

    app = RunnelApp(connect, [DEMO], "", config_folder=NO_FOLDER, now=clock.now)
    async with app.run_test(size=(120, 36)) as pilot:
        it = Stage(app, pilot)
        await pilot.press("enter")
        await it.until(lambda: app._front is not None)
        await it.press("enter", "h", "i", "enter", "enter", "m")
        opened.set()
        await ready(it)
        await it.settled()
        assert asked(it) == ["hi"]
        assert it.composer.whole_text == "m"


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24), (120, 40), (200, 60)])
async def test_in_windows_of_all_sizes_it_says_what_this_is_and_what_to_press(
    size: tuple[int, int],
) -> None:
    async with demo(size=size) as it:
        words = " ".join(" ".join(it.rows(it.transcript)).split())
        assert "Nothing here leaves this machine." in words
        assert all(starter in words for starter in STARTERS)
        assert it.transcript.max_scroll_y == 0


async def test_keys_that_do_nothing_here_say_why() -> None:
    async with demo() as it:
        await it.press("alt+q", "f8")
        await it.until(lambda: len(it.toasts) == 2)
        assert it.toasts == [
            "No saved queries here. [queries] in config.toml makes some.",
            "Nothing is late.",
        ]
        assert "F8" not in it.drawn


async def test_leaving_the_demo_tells_that_it_keeps_nothing() -> None:
    async with demo() as it:
        await it.write("Never sent")
        await it.press("ctrl+q")
        await it.until(lambda: "1 draft is not sent, and will be lost." in it.drawn)
        assert "The demo keeps nothing; a server of your own does." in it.drawn
