from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Input, OptionList

from tests.fakes import NOON, ScriptedBackend, Step, says, user
from tests.ui.harness import stage
from tests.ui.search.finding import listed, searching
from tui.errors import StreamBroken, Unreachable
from tui.events import Started, TextDelta
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.search.screen import HITS_AT_ONCE

ENDS: dict[str, list[Step]] = {
    "whole": says("has a needle"),
    "broken": [Started(), TextDelta(SafeText("has a needle")), StreamBroken("It broke.")],
    "under way": [Started(), TextDelta(SafeText("has a needle")), asyncio.Event()],
}


@pytest.mark.parametrize("end", ENDS)
async def test_each_exchange_is_one_row_however_its_answer_ended(end: str) -> None:
    backend = ScriptedBackend(scripts=[ENDS[end], says("a needle again")])
    async with stage(backend) as it:
        await it.ask("A needle?")
        await it.until(lambda: len(it.texts) == 2 and bool(it.texts[1]))
        if end != "under way":
            await it.settled()
            await it.ask("One more needle?")
            await it.settled()
            await it.press("f5")
            await it.settled_reading()
        await searching(it)
        it.app.screen.query_one(Input).value = "needle"
        questions = ["A needle?", "One more needle?"][: 1 if end == "under way" else 2]
        await it.until(lambda: len(listed(it)) == len(questions))
        options = it.app.screen.query_one(OptionList).options
        rows = [row for each in options for row in str(each.prompt).splitlines()]
        # the first question names the session, and stands there once
        shown = [row.split("  ")[-1].strip("❯ ").removeprefix("2 hits · ") for row in rows]
        assert shown == questions
        assert len(set(listed(it))) == len(listed(it))
        await it.press("escape")
        await searching(it)
        it.app.screen.query_one(Input).value = "needle role:assistant has"
        await it.until(lambda: "◆ has a needle" in it.drawn)


async def test_a_question_that_was_never_sent_is_found() -> None:
    backend = ScriptedBackend(create_errors=[Unreachable("No connection.")])
    async with stage(backend) as it:
        await it.ask("A needle?")
        await it.settled()
        await it.press("ctrl+n")
        await searching(it)
        await it.press(*"needle", "enter")
        await it.until(lambda: it.app.screen is it.chat and it.texts[:1] == ["A needle?"])


async def test_more_is_listed_whenever_the_last_row_comes_near() -> None:
    asked = [user(f"a{n}", "More bread?") for n in range(HITS_AT_ONCE + 28)]
    backend = ScriptedBackend(
        histories={"a": asked}, listed=[Session("a", SafeText("Bread"), updated_at=NOON)]
    )
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        await searching(it)
        await it.press(*"bread")
        await it.until(lambda: len(listed(it)) == HITS_AT_ONCE)
        assert f"{HITS_AT_ONCE + 28} hits · {HITS_AT_ONCE} shown" in it.drawn
        assert f"{HITS_AT_ONCE} hits · Bread" in it.drawn
        it.app.screen.query_one(OptionList).scroll_end(animate=False)
        await it.until(lambda: len(listed(it)) == HITS_AT_ONCE + 28)
        await it.press("end", "home")
        assert f"{HITS_AT_ONCE + 28} hits · 1 session · newest first" in it.drawn
        assert f"{HITS_AT_ONCE + 28} hits · Bread" in it.drawn
