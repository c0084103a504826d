"""What is told of customers' sessions while nobody looks at them."""

from __future__ import annotations

import pytest

from tests.fakes import connection
from tests.ui.chat.test_away import WatchedApp, come_back, leave_terminal
from tests.ui.harness import Pauses, Stage, app_of, ready
from tests.ui.sessions.test_arrivals import Desk, desk
from tui.conversation.watching import UNANSWERED_S
from tui.settings.appearance import Appearance
from tui.ui.chat.arrivals import LOOK_S
from tui.ui.chat.away import SILENT
from tui.ui.chat.notifications import REST_S

QUERIES = {"Refunds": "refund", "Parcels": "parcel"}


class LookPauses(Pauses):
    """Without the rest between two notifications."""

    async def __call__(self, seconds: float) -> None:
        if seconds != REST_S:
            await super().__call__(seconds)


async def look(it: Stage, pauses: Pauses, backend: Desk, seconds: float = 60) -> None:
    """Let time pass, and the next look at the list be over."""
    backend.clock.seconds += seconds
    times = pauses.asked_s.count(LOOK_S)
    pauses.end()
    await it.until(lambda: pauses.asked_s.count(LOOK_S) == times + 1)
    await it.pilot.pause()


def in_a_terminal_that_notifies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "ghostty")
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)


def watched_app(backend: Desk, pauses: Pauses) -> WatchedApp:
    link = connection(backend, backend.clock)
    link.queries, link.notifying = QUERIES, ["Refunds"]
    looks = Appearance(notify="desktop")
    app = app_of(link, clock=backend.clock, looks=looks, kind=WatchedApp, pauses=pauses)
    assert isinstance(app, WatchedApp)
    return app


def told(app: WatchedApp) -> list[str]:
    """Return what was told since this was asked last."""
    written, app.written = app.written, []
    return [each.removeprefix("\x1b]777;notify;Runnel: test;")[:-1] for each in written]


async def test_news_of_customers_are_told_once_and_not_of_what_is_on_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_a_terminal_that_notifies(monkeypatch)
    backend, pauses = desk(), LookPauses()
    app = watched_app(backend, pauses)
    async with app.run_test(size=(120, 36)) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        await it.open("old")
        await it.until(lambda: pauses.asked_s.count(LOOK_S) == 1)
        backend.clock.seconds += 60
        # what is wanted, what is not, and what stands on the screen
        backend.asked("a", "A refund?", "No.")
        backend.asked("b", "A parcel?", "Yes.")
        backend.asked("old", "A refund?", "No.")
        await look(it, pauses, backend)
        assert told(app) == ["New in “Refunds”."]
        await leave_terminal(it)
        backend.asked("old", "A refund again?", "No.")
        await look(it, pauses, backend)
        assert told(app) == ["New in “Refunds”."]
        await come_back(it)
        # a person has taken over: the bot says nothing, once and again
        backend.asked("b", "Anybody?")
        await look(it, pauses, backend)
        assert told(app) == []
        await look(it, pauses, backend, UNANSWERED_S)
        assert told(app) == [SILENT]
        backend.asked("b", "Hello?")
        for _ in range(2):
            await look(it, pauses, backend, UNANSWERED_S)
        assert told(app) == []
        backend.asked("b", "You are a bot again?", "Yes.")
        await look(it, pauses, backend)
        backend.asked("b", "And now?")
        for _ in range(2):
            await look(it, pauses, backend, UNANSWERED_S)
        assert told(app) == [SILENT]
