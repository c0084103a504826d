from __future__ import annotations

from datetime import timedelta

from textual.widgets import Sparkline

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tui.facts import Feedback, MessageFacts
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.numbers import NumbersScreen
from tui.ui.widgets.share_bar import ShareBar
from tui.values import replace


def shop() -> ScriptedBackend:
    backend = ScriptedBackend()
    for day, label in enumerate(("refund", "refund", "delivery")):
        facts = MessageFacts(labels=(SafeText(label),), feedback=Feedback.DOWN)
        asked_at = NOON + timedelta(days=2 * day)
        name = f"s{day}"
        backend.listed.append(Session(name, SafeText(name), updated_at=asked_at))
        backend.histories[name] = [
            replace(user("q", "Q?"), created_at=asked_at),
            replace(assistant("a", "A."), created_at=asked_at, facts=facts),
        ]
    return backend


async def opened(it: Stage) -> NumbersScreen:
    await it.press("ctrl+p", *(each if each != " " else "space" for each in "numbers"), "enter")
    await it.until(lambda: isinstance(it.app.screen, NumbersScreen) and "Exchanges by" in it.drawn)
    screen = it.app.screen
    assert isinstance(screen, NumbersScreen)
    return screen


async def test_sessions_of_which_nothing_is_kept_are_told_apart_from_those_counted() -> None:
    async with stage(shop()) as it:
        await it.open("s1")
        await it.settled()
        await opened(it)
        await it.until(lambda: "Kept here: 1 of 3 listed sessions." in it.drawn)
        assert "1 session · 1 exchange" in it.drawn


async def test_numbers_of_what_is_kept_are_counted_shown_and_grouped_anew() -> None:
    async with stage(shop()) as it:
        for name in ("s0", "s1", "s2"):
            await it.open(name)
            await it.settled()
        screen = await opened(it)
        await it.until(lambda: "All of 3 sessions." in it.drawn)
        assert "3 sessions · 3 exchanges" in it.drawn
        assert "👎 3" in it.drawn
        assert screen.query_one(Sparkline).data == [1.0, 0.0, 1.0, 0.0, 1.0]
        rows = [line.split() for line in it.drawn.splitlines() if "refund" in line]
        assert "2" in rows[0]
        assert len(screen.query(ShareBar)) == 2
        await it.press("tab")
        await it.until(lambda: "Exchanges by day" in it.drawn and len(screen.query(ShareBar)) == 3)
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
