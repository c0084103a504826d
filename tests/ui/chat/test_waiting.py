from __future__ import annotations

import asyncio

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, says, user
from tests.ui.harness import Stage, stage
from tui.backends.traffic import Quota, Traffic, Waiting
from tui.events import Started
from tui.model import Message, Session
from tui.safe_text import SafeText
from tui.ui.chat.status_line import quota_words, waiting_words


class SlowBackend(ScriptedBackend):
    """Its server sends a history a byte now and then."""

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        with self.traffic.timed():
            await asyncio.Event().wait()
        return []


class FalteringBackend(ScriptedBackend):
    """Reads of a history wait to be made again until `passes`."""

    passes: asyncio.Event

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        if not self.passes.is_set():
            until = self.traffic.clock() + 4
            with self.traffic.held_up(Waiting(SafeText("HTTP 503"), until, 2, 5)):
                await self.passes.wait()
        return await super().messages(session_id, bot_id)


def faltering(clock: StillClock) -> FalteringBackend:
    backend = FalteringBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]},
        listed=[Session("s", SafeText("S"), updated_at=NOON)],
        seen_traffic=Traffic(clock),
    )
    backend.passes = asyncio.Event()
    return backend


@pytest.mark.parametrize(("now", "seconds"), [(0.0, 3), (1.2, 2), (2.5, 1), (9.0, 0)])
def test_a_wait_is_told_with_its_reason(now: float, seconds: int) -> None:
    waiting = Waiting(SafeText("HTTP 503"), 3.0, 2, 5)
    assert waiting_words(waiting, now) == f"retrying in {seconds} s (HTTP 503, 2 of 5)"


def test_the_calls_left_are_told_with_the_time_until_there_are_more() -> None:
    assert quota_words(Quota(100, 12, 40.0), 0.0) == "12 of 100 calls left, 40 s"


async def test_a_read_that_is_made_again_shows_in_the_status_line_and_counts_down() -> None:
    clock = StillClock()
    backend = faltering(clock)
    async with stage(backend, clock=clock) as it:
        await it.open("s")
        await it.until(lambda: it.status.state == "retrying in 4 s (HTTP 503, 2 of 5)")
        clock.seconds = 2.5
        await it.until(lambda: it.status.state == "retrying in 2 s (HTTP 503, 2 of 5)")
        backend.passes.set()
        await it.settled_reading()
        assert it.texts == ["Q", "A"]
        await it.until(lambda: it.status.state == "ready")


async def test_a_read_that_takes_long_shows_in_the_status_line_and_escape_ends_it() -> None:
    clock = StillClock()
    listed = [Session("s", SafeText("S"), updated_at=NOON)]
    backend = SlowBackend(listed=listed, seen_traffic=Traffic(clock, slow_s=0))
    async with stage(backend, clock=clock) as it:
        await it.open("s")
        await it.until(lambda: it.status.state == "reading 0 s")
        clock.seconds += 7
        await it.until(lambda: it.status.state == "reading 7 s")
        await it.press("escape")
        await it.until(lambda: it.status.state == "ready")
        assert "You stopped reading" in it.notice


async def test_escape_ends_a_read_that_waits_and_a_note_tells_how_to_read_again() -> None:
    clock = StillClock()
    backend = faltering(clock)
    async with stage(backend, clock=clock) as it:
        await it.open("s")
        await it.until(lambda: it.status.state.startswith("retrying"))
        await it.press("escape")
        await it.until(lambda: it.status.state == "ready")
        assert "You stopped reading" in it.notice
        assert "F5 reloads" in it.notice
        assert backend.traffic.waiting is None
        # it is about the session that is left
        await it.press("ctrl+n")
        assert it.notice == ""
        await it.open("s")
        await it.until(lambda: it.status.state.startswith("retrying"))
        await it.press("escape")
        await it.until(lambda: "You stopped reading" in it.notice)
        backend.passes.set()
        await it.press("f5")
        await it.settled_reading()
        assert it.texts == ["Q", "A"]
        await it.until(lambda: it.notice == "")


async def test_escape_stops_the_answer_first_and_reads_on() -> None:
    clock, never = StillClock(), asyncio.Event()
    backend = faltering(clock)
    backend.scripts = [[Started(), never]]
    async with stage(backend, clock=clock) as it:
        await it.ask("Well?")
        await it.until(lambda: bool(backend.sent))
        await it.open("s")
        await it.until(lambda: it.status.state.startswith("retrying"))
        await it.open("new-1")
        await it.press("escape")
        await it.until(lambda: backend.streams_open == 0)
        assert "You stopped reading" not in it.notice
        backend.passes.set()
        await it.settled()


async def test_few_calls_left_are_told_until_there_are_more() -> None:
    clock = StillClock()
    backend = ScriptedBackend(seen_traffic=Traffic(clock), scripts=[says("Yes")])
    async with stage(backend, clock=clock) as it:
        backend.traffic.quota = Quota(100, 60, 40.0)
        assert it.status.quota == ""
        backend.traffic.quota = Quota(100, 12, 40.0)
        await it.until(lambda: it.status.quota == "12 of 100 calls left, 40 s")
        clock.seconds = 15
        await it.until(lambda: it.status.quota == "12 of 100 calls left, 25 s")
        assert "12 of 100 calls left" in it.drawn
        clock.seconds = 40
        await it.until(lambda: it.status.quota == "")
        assert ticking(it) == 0


def ticking(it: Stage) -> int:
    nodes = [it.app, it.chat, *it.chat.walk_children()]
    return sum(timer._active.is_set() for node in nodes for timer in node._timers)
