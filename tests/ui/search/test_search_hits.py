from __future__ import annotations

import asyncio

import pytest
from textual.widgets import OptionList

from tests.fakes import ScriptedBackend, Step, says
from tests.ui.harness import stage
from tests.ui.search.finding import listed, searching
from tui.errors import StreamBroken, Unreachable
from tui.events import Started, TextDelta
from tui.safe_text import SafeText

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
        await it.press(*"needle")
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
        await it.press(*"needle role:assistant has")
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
