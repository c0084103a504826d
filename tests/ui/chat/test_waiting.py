from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.ui.harness import Stage, app_of, other_profile, stage
from tui.backends.traffic import Quota, Traffic, Waiting
from tui.conversation import Connection
from tui.events import Started
from tui.model import ALWAYS, Message, Period, Session
from tui.safe_text import SafeText
from tui.ui.chat.notice import Topic
from tui.ui.chat.status_line import quota_words, waiting_words
from tui.ui.sessions.list_reading import ListReading


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


class SlowLists(ScriptedBackend):
    """Its server sends the list a byte now and then."""

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        with self.traffic.timed():
            await asyncio.Event().wait()
        return []


@asynccontextmanager
async def slow_start(*others: Connection, clock: StillClock) -> AsyncIterator[Stage]:
    """Run the app on a backend whose list does not come."""
    slow = SlowLists(
        histories={"s": [user("q", "Q"), assistant("a", "A")]},
        seen_traffic=Traffic(clock, slow_s=0),
    )
    app = app_of(connection(slow, clock), *others, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        it = Stage(app, pilot)
        await it.until(lambda: it.app.screen is not it.app._splash)
        await it.until(lambda: it.status.state.startswith("reading"))
        yield it


async def test_a_note_that_the_list_was_not_read_says_so_and_stays_in_its_profile() -> None:
    clock = StillClock()
    other = other_profile("lab", SlowLists(seen_traffic=Traffic(clock, slow_s=0)), clock)
    async with slow_start(other, clock=clock) as it:
        await it.press("escape")
        await it.until(lambda: "You stopped reading the sessions." in it.notice)
        await it.chat.controllers.navigation.use(other)
        assert it.notice == ""
        assert it.chat.controllers.watching.refresher.list_reading is ListReading.UNDER_WAY


async def test_a_sign_out_is_told_in_its_profile_alone() -> None:
    clock = StillClock()
    other = other_profile("lab", SlowLists(seen_traffic=Traffic(clock, slow_s=0)), clock)
    async with stage(ScriptedBackend(), other, clock=clock) as it:
        it.chat.notice.show(Topic.SIGNED_OUT, "You are signed out.")
        await it.chat.controllers.navigation.use(other)
        assert it.notice == ""
        assert it.chat.controllers.watching.refresher.list_reading is ListReading.UNDER_WAY


async def test_a_history_that_was_not_read_is_told_of_in_its_session_alone() -> None:
    clock = StillClock()
    async with slow_start(clock=clock) as it:
        backend = it.chat.open_chat.backend
        assert isinstance(backend, SlowLists)
        backend.read_gates.append(asyncio.Event())
        await it.open("s")
        await it.until(lambda: not backend.read_gates)
        await it.press("escape")
        await it.until(lambda: "You stopped reading from the server." in it.notice)
        await it.press("ctrl+n")
        assert it.notice == ""
        assert it.chat.controllers.watching.refresher.list_reading is ListReading.STOPPED
