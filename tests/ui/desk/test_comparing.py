from __future__ import annotations

import asyncio
from pathlib import Path

from textual.widgets import Input

from tests.fakes import ScriptedBackend, says
from tests.ui.harness import Stage, stage
from tui.checks.reading import read_suite
from tui.events import Started, TextDelta
from tui.model import Bot
from tui.safe_text import SafeText, clean
from tui.ui.desk.answer_column import AnswerColumn
from tui.ui.desk.comparison import ComparisonScreen
from tui.ui.dialogs.edit_text import EditTextScreen, TextField
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.pick_several import PickSeveralScreen


def three_bots(*scripts: object) -> ScriptedBackend:
    backend = ScriptedBackend(scripts=list(scripts))  # type: ignore[arg-type]
    backend.offered = [Bot(each, SafeText(each.title())) for each in ("ann", "ben", "cem")]
    return backend


async def began(it: Stage) -> None:
    """Compare the first and the last bot with a question."""
    await it.press("ctrl+p", *"compare", "enter")
    await it.until(lambda: isinstance(it.app.screen, PickSeveralScreen))
    await it.press("space", "enter")
    assert isinstance(it.app.screen, PickSeveralScreen)
    await it.press("down", "down", "space", "enter")
    await it.until(
        lambda: isinstance(it.app.screen, EditTextScreen) and "Question to Ann, Cem" in it.drawn
    )
    it.app.screen.query_one(TextField).put("How much?")
    await it.press("enter")
    await it.until(lambda: isinstance(it.app.screen, ComparisonScreen))


async def test_bots_are_asked_at_once_and_answer_side_by_side(tmp_path: Path) -> None:
    gate = asyncio.Event()
    long = "\n\n".join(f"Line {number}" for number in range(60))
    ann = [Started(), TextDelta(clean("It costs ")), gate, *says(f"4 €.\n\n{long}")[1:]]
    backend = three_bots(ann, says("It costs 5 €."))
    async with stage(backend) as it:
        await began(it)
        columns = [*it.app.screen.query(AnswerColumn)]
        # what comes is shown while it comes, beside what is there
        await it.until(lambda: "It costs 5 €." in it.drawn and "It costs▍" in it.drawn)
        assert backend.asked_bots == ["ann", "cem"]
        assert [each.region.width > 50 for each in columns] == [True, True]
        assert columns[0].region.y == columns[1].region.y
        gate.set()
        await it.until(lambda: "Ann → Cem: " in it.drawn and "{+5+}" in it.drawn)
        assert "first text after" in it.drawn
        await it.until(lambda: list(backend.histories) == [])
        await it.press("end")
        await it.until(lambda: "Line 59" in it.drawn)
        await it.press("home", "tab", "T")
        await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
        it.app.screen.query_one(Input).value = str(tmp_path / "a.toml")
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat and len(it.toasts) == 1)
        assert "It costs 5 €." in (tmp_path / "a.toml").read_text()
        assert read_suite(tmp_path / "a.toml", {}).cases[0].turns[0].question == "How much?"
        assert it.app.front.chat.open_chat.questions() == []


async def test_on_a_narrow_screen_answers_stand_below_each_other_and_closing_stops_them() -> None:
    never = asyncio.Event()
    backend = three_bots(says("It costs four"), [*says("I am")[:2], never])
    async with stage(backend, size=(80, 24)) as it:
        await began(it)
        await it.until(lambda: "It costs four" in it.drawn and "I am▍" in it.drawn)
        first, second = it.app.screen.query(AnswerColumn)
        assert first.region.x == second.region.x
        assert backend.streams_open == 1
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat and backend.streams_open == 0)
        await it.until(lambda: list(backend.histories) == [])
