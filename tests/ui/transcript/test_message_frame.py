from __future__ import annotations

import asyncio

import pytest

from tests.fakes import ScriptedBackend, Step, StillClock, assistant, user
from tests.ui.harness import Stage, stage
from tui.backends.base import Capabilities
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.model import Bot
from tui.safe_text import SafeText
from tui.ui.transcript.reply import CARET

SIZE = (80, 40)
BOTS = [Bot("bot", SafeText("Larch")), Bot("other", SafeText("Oak"))]


def headings(it: Stage) -> list[str]:
    """What stands above the messages in sight, without the marks of the scroll bar."""
    rows = [row[2:-2].strip() for row in it.rows(it.transcript)]
    return [row for row in rows if row.startswith(("❯", "◆"))]


def talk(*, belongs_to_bot: bool, bots: int) -> ScriptedBackend:
    can = Capabilities(bot_noun="model", sessions_belong_to_bot=belongs_to_bot)
    history = [user("q0", "Old?"), assistant("a0", "Old.")]
    return ScriptedBackend(histories={"s": history}, can=can, offered=BOTS[:bots])


@pytest.mark.parametrize(
    ("belongs_to_bot", "bots", "name"),
    [(False, 2, "Bot"), (False, 1, "Larch"), (True, 2, "Larch")],
)
async def test_answers_are_headed_by_what_is_known_to_have_made_them(
    belongs_to_bot: bool, bots: int, name: str
) -> None:
    gate, done = asyncio.Event(), asyncio.Event()
    backend, clock = talk(belongs_to_bot=belongs_to_bot, bots=bots), StillClock()
    called: list[Step] = [ToolCalled(0, SafeText("look"), {}), ToolReturned(0, {})]
    text = TextDelta(SafeText("Growing"))
    backend.scripts = [[Started(), gate, *called, text, done, Completed()]]
    async with stage(backend, clock=clock, size=SIZE) as it:
        await it.open("s")
        await it.settled()
        assert headings(it) == ["❯ You", f"◆ {name}"]
        await it.ask("New?")
        await it.until(lambda: headings(it)[2:] == ["❯ You  12:00", "◆ Larch  12:00"])
        gate.set()
        await it.until(lambda: "Growing" in it.drawn)
        await it.pilot.pause()
        before, view = it.rows(it.transcript), it.views[-1]
        clock.seconds += 3.14
        done.set()
        await it.settled()
        after = it.rows(it.transcript)
        assert it.views[-1] is view
        was = [row.replace(CARET, " ") for row in before]
        facts = [row for row, former in zip(after, was, strict=True) if row != former]
        assert [row.strip() for row in facts] == ["3.1 s · 7 B · 1 tool"]
        await it.press("f5")
        await it.settled()
        assert it.rows(it.transcript) == after
        assert headings(it)[1::2] == [f"◆ {name}", "◆ Larch  12:00"]
        clock.seconds += 86_400
        await it.press("f5")
        await it.until(lambda: headings(it)[1::2] == [f"◆ {name}", "◆ Larch  12 Mar 12:00"])
