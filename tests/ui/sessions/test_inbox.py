from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial

from tests.contract.conftest import Place
from tests.fakes import StillClock
from tests.fuzz import IS_LONG_RUN
from tests.ui.harness import Stage, app_of
from tests.ui.painting import unpainted
from tui.conversation import Connection
from tui.model import Profile
from tui.server import BIG_CHATBOT, EmbeddedServer
from tui.store import MemoryStore
from tui.ui.sessions.panel import SessionPanel

LOW = (100, 12)
"""Cheap to draw: it is drawn for each session."""
PASS = 100 if IS_LONG_RUN else 25
"""Sessions of a pass over an inbox: several times as many as the list has rows on the screen."""
SESSIONS = PASS + 20
MOST_KEYS = PASS * 220 // 100
"""What an operator is to need at most: 220 for a hundred sessions."""
FLAGGED_EVERY, PAINTED_EVERY = 5, 20
"""Of those that are alike few are painted."""


@asynccontextmanager
async def big_bot() -> AsyncGenerator[tuple[Stage, Connection], None]:
    """Run the app on a bot with many sessions, of which none was ever looked at."""
    with EmbeddedServer(pace=0, seed=7, sessions=SESSIONS) as server:
        async with Place("gpt-trainer", server).backend() as backend:
            link = Connection(Profile("demo", "gpt-trainer", server.url), backend, MemoryStore())
            link.bot_id = BIG_CHATBOT.id
            link.local.marks.begin_at(datetime(2020, 1, 1, tzinfo=UTC))
            app = app_of(link, clock=StillClock())
            async with app.run_test(size=LOW) as pilot:
                it = Stage(app, pilot)
                await it.until(lambda: len(it.list.rows) == SESSIONS)
                yield it, link


def is_open(it: Stage, session_id: str) -> bool:
    shown = it.transcript.conversation
    return shown is not None and shown.id == session_id


async def test_a_pass_over_an_inbox_takes_a_key_for_each_session_and_each_flag() -> None:
    async with big_bot() as (it, link):
        await it.until(lambda: f"Unread {SESSIONS}" in it.drawn)
        keys = 0

        async def press(*pressed: str) -> None:
            nonlocal keys
            keys += len(pressed)
            await it.press(*pressed)

        await press("ctrl+s", "alt+q")
        panel = it.one(SessionPanel)
        await it.until(lambda: len(panel.shown_sessions) == SESSIONS)
        before = [each.id for each in panel.shown_sessions]
        await press("alt+j")
        for number, session_id in enumerate(before[:PASS]):
            is_flagged = number % FLAGGED_EVERY == 0
            with nullcontext() if number % PAINTED_EVERY == 0 else unpainted():
                await it.until(partial(is_open, it, session_id))
                if is_flagged:
                    await press("alt+g")
                await press("alt+m")
        to_begin = 3
        assert keys == to_begin + PASS + PASS // FLAGGED_EVERY <= MOST_KEYS
        marks = link.local.marks

        def read() -> list[str]:
            return [each.id for each in link.listed_sessions() if not marks.is_unread(each)]

        assert [each for each in before if marks.of(each).is_flagged] == before[:PASS:FLAGGED_EVERY]
        # the one behind the last is open, and read as soon as it is there
        await it.until(lambda: read() == before[: PASS + 1])
