from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events

from tests.fakes import NOON, ScriptedBackend, Step, StillClock, assistant, connection, says, user
from tests.ui.harness import Pauses, Stage, app_of, ready
from tui.errors import Unreachable
from tui.events import Completed, Started, TextDelta
from tui.model import Session
from tui.safe_text import SafeText
from tui.settings.appearance import Appearance
from tui.ui.app import RunnelApp
from tui.ui.terminal.alerts import BELL


class WatchedApp(RunnelApp):
    """Keeps what a terminal would have been given."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.titles: list[str] = []
        self.written: list[str] = []

    def show_title(self, title: str) -> None:
        self.titles.append(title)

    def write_once(self, sequences: str) -> None:
        self.written.append(sequences)


@asynccontextmanager
async def watched(
    *scripts: list[Step], looks: Appearance | None = None, pauses: Pauses | None = None
) -> AsyncGenerator[tuple[Stage, WatchedApp, ScriptedBackend], None]:
    ids = ("s1", "s2")
    backend = ScriptedBackend(
        histories={each: [user("q", "Q"), assistant("a", "A")] for each in ids},
        listed=[Session(each, SafeText(f"Session {each}"), updated_at=NOON) for each in ids],
        scripts=[*scripts],
    )
    clock = StillClock()
    app = app_of(
        connection(backend, clock), clock=clock, looks=looks, kind=WatchedApp, pauses=pauses
    )
    assert isinstance(app, WatchedApp)
    async with app.run_test(size=(120, 36)) as pilot:
        running = Stage(app, pilot)
        await ready(running)
        await running.open("s1")
        await running.settled()
        yield running, app, backend


async def leave_terminal(it: Stage) -> None:
    it.app.post_message(events.AppBlur())
    await it.until(lambda: not it.app.app_focus)


async def come_back(it: Stage) -> None:
    it.app.post_message(events.AppFocus())
    await it.until(lambda: it.app.app_focus)
    await it.pilot.pause()


async def stay(_: Stage) -> None:
    return


async def open_the_other(it: Stage) -> None:
    await it.open("s2")


async def stop_it(it: Stage) -> None:
    await it.press("escape")


async def stop_and_go(it: Stage) -> None:
    it.chat.open_chat.conversation.stop()  # type: ignore[union-attr]
    await it.open("s2")


async def leave_and_come_back(it: Stage) -> None:
    await leave_terminal(it)
    await come_back(it)


UNSENT = Unreachable("No connection.", sent=False)
CASES: list[tuple[Callable[[Stage], Awaitable[None]], Step, int]] = [
    (stay, Completed(), 0),
    (open_the_other, Completed(), 1),
    (leave_terminal, Completed(), 1),
    (leave_and_come_back, Completed(), 0),
    (stop_it, Completed(), 0),
    (stop_and_go, Completed(), 0),
    (stay, UNSENT, 0),
    (open_the_other, UNSENT, 1),
    (leave_terminal, UNSENT, 1),
]


async def test_it_rings_once_for_each_answer_that_ended_where_nobody_looked() -> None:
    pauses = Pauses()
    async with watched(pauses=pauses) as (it, app, backend):
        for then, end, rings in CASES:
            gate = asyncio.Event()
            begun: list[Step] = [] if end is UNSENT else [Started(), TextDelta(SafeText("So "))]
            backend.scripts.append([*begun, gate, end])
            await it.ask("Why?")
            await it.until(lambda: app.titles[-1] == "● Session s1 · test · Runnel")
            await then(it)
            gate.set()
            await it.until(lambda: not it.chat.send_workers.busy)
            await it.pilot.pause()
            case = (then.__name__, type(end).__name__)
            assert app.written == [BELL] * rings, case
            session = "s2" if then in (open_the_other, stop_and_go) else "s1"
            unread = "(1) " * rings
            assert app.titles[-1] == f"{unread}Session {session} · test · Runnel", case
            await it.open("s1")
            await come_back(it)
            assert app.titles[-1] == "Session s1 · test · Runnel", case
            assert app.written == [BELL] * rings, case
            app.written.clear()
            if rings:
                pauses.end()
            await it.until(lambda: all(each.group != "notifications" for each in it.app.workers))


async def test_an_answer_whose_end_was_seen_is_not_told_while_it_is_looked_for() -> None:
    async with watched(says("It is.")) as (it, app, backend):
        reading = asyncio.Event()
        backend.read_gates.append(reading)
        await it.ask("Why?")
        await it.until(lambda: "It is." in it.drawn)
        await leave_terminal(it)
        reading.set()
        await it.settled()
        assert app.written == []


@pytest.mark.parametrize(
    ("tells_content", "told"),
    [
        (False, "Runnel: test;An answer has ended."),
        (True, "Runnel: Session s1;An answer has ended. It is,␛]0,x␇ so."),
    ],
)
async def test_a_notification_tells_a_session_where_that_is_wanted_and_the_title_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tells_content: bool, told: str
) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "ghostty")
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)
    looks = Appearance(notify="desktop", terminal_title=False, notify_content=tells_content)
    gate = asyncio.Event()
    script: list[Step] = [gate, *says("**It** is;\x1b]0;x\x07 so.")]
    async with watched(script, looks=looks) as (it, app, _):
        await it.ask("Why?")
        await leave_terminal(it)
        gate.set()
        await it.settled()
        assert app.written == [f"\x1b]777;notify;{told}\a"]
        assert app.titles == []
