from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.fakes import ScriptedBackend, Step, StillClock, assistant, user
from tests.ui.harness import Stage, stage
from tui.events import Started, TextDelta
from tui.safe_text import SafeText


def text(words: str) -> TextDelta:
    return TextDelta(SafeText(words))


@asynccontextmanager
async def waiting(*script: Step) -> AsyncGenerator[tuple[Stage, StillClock], None]:
    """Run the app with a question on its way that `script` answers."""
    clock, backend = StillClock(), ScriptedBackend(scripts=[script])
    async with stage(backend, clock=clock) as it:
        await it.ask("Well?")
        await it.until(lambda: bool(backend.sent))
        yield it, clock


@pytest.mark.parametrize("script", [(), (Started(), text("Hm"))], ids=["connecting", "streaming"])
async def test_silence_is_told_with_the_keys_that_stop_and_go_on(script: tuple[Step, ...]) -> None:
    async with waiting(*script, asyncio.Event()) as (it, clock):
        clock.seconds = 14
        await it.until(lambda: it.status.state.endswith("14 s"))
        assert it.notice == ""
        clock.seconds = 15
        await it.until(lambda: it.status.state == "no data 15 s")
        assert it.notice.splitlines() == [
            "! No data for 15 s.",
            "  Esc stop (keeps this text) · F8 wait",
        ]
        await it.until(lambda: "F8 Wait longer" in it.drawn)


async def test_f8_keeps_waiting_until_the_silence_is_twice_as_long() -> None:
    async with waiting(Started(), asyncio.Event()) as (it, clock):
        clock.seconds = 16
        await it.until(lambda: "for 15 s" in it.notice)
        await it.press("f8")
        assert it.notice == ""
        clock.seconds = 29
        await it.until(lambda: it.status.state == "no data 29 s")
        assert it.notice == ""
        clock.seconds = 31
        await it.until(lambda: "for 30 s" in it.notice)
        await it.press("f8")
        clock.seconds = 61
        await it.until(lambda: "for 60 s" in it.notice)


async def test_the_note_goes_away_when_something_comes_and_patience_is_short_again() -> None:
    gate = asyncio.Event()
    async with waiting(Started(), gate, text("At last"), asyncio.Event()) as (it, clock):
        clock.seconds = 20
        await it.until(lambda: "for 15 s" in it.notice)
        await it.press("f8")
        clock.seconds = 31
        await it.until(lambda: "for 30 s" in it.notice)
        gate.set()
        await it.until(lambda: it.notice == "")
        await it.until(lambda: "At last" in it.texts)
        clock.seconds = 46
        await it.until(lambda: "for 15 s" in it.notice)


async def test_escape_stops_a_silent_answer_and_keeps_what_came() -> None:
    async with waiting(Started(), text("The first half"), asyncio.Event()) as (it, clock):
        clock.seconds = 15
        await it.until(lambda: "for 15 s" in it.notice)
        await it.press("escape")
        await it.settled()
        assert it.texts == ["Well?", "The first half"]
        assert it.notice == ""


async def test_the_note_stands_only_at_the_session_that_is_silent() -> None:
    async with waiting(Started(), text("Hm"), asyncio.Event()) as (it, clock):
        clock.seconds = 15
        await it.until(lambda: "for 15 s" in it.notice)
        await it.press("ctrl+n")
        assert it.notice == ""
        await it.press("f8")
        await it.open("new-0")
        await it.until(lambda: "for 15 s" in it.notice)


async def test_nothing_ends_by_itself_however_long_it_takes() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]},
        scripts=[[Started(), gate, text("Here I am")]],
    )
    clock = StillClock()
    async with stage(backend, clock=clock) as it:
        await it.open("s")
        await it.settled()
        await it.ask("Well?")
        clock.seconds = 36_000
        await it.until(lambda: it.status.state == "no data 36000 s")
        gate.set()
        await it.settled()
        assert it.texts[-1] == "Here I am"
