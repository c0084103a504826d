from __future__ import annotations

import re

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, user
from tests.ui.harness import WIDE, Stage, app_of, ready, stage
from tui.conversation.history_cache import HistoryCache
from tui.model import Session
from tui.ui.sessions.list_view import SessionList


def library(count: int) -> ScriptedBackend:
    names = [f"s{number:03}" for number in range(count)]
    return ScriptedBackend(
        {
            name: [user(f"{name}q", f"About {name}?"), assistant(f"{name}a", f"All of {name}.")]
            for name in names
        },
        listed=[Session(name, updated_at=NOON) for name in names],
    )


def in_sight(sessions: SessionList) -> list[str]:
    drawn = (sessions.render_line(y).text for y in range(sessions.size.height))
    return re.findall(r"About (\w+)", "\n".join(drawn))


async def test_of_500_sessions_those_in_sight_are_read_once_at_start() -> None:
    backend = library(500)
    async with stage(backend) as it:
        await it.until(lambda: len(in_sight(it.list)) >= it.list.size.height // 2 - 1)
        seen = len(in_sight(it.list))
        assert backend.reads == seen <= 20
        await it.press("ctrl+s", "end")
        await it.until(lambda: in_sight(it.list)[-1:] == ["s499"])
        await it.until(lambda: not list(it.app.workers))
        assert backend.reads <= 2 * seen + 1


async def test_a_session_that_was_let_go_of_is_shown_again_with_its_draft() -> None:
    backend, clock = library(3), StillClock()
    app = app_of(connection(backend, clock, histories=HistoryCache(0)), clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        await it.open("s000")
        await it.settled_reading()
        await it.write("half a thou")
        shown = it.transcript.conversation
        assert shown is not None
        for session_id in ("s001", "s002"):
            await it.open(session_id)
            await it.settled_reading()
        assert shown.messages == ()
        await it.open("s000")
        await it.settled_reading()
        await it.settled()
        assert it.texts == ["About s000?", "All of s000."]
        assert it.composer.whole_text == "half a thou"
