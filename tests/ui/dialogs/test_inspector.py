from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import ScriptedBackend, Step, assistant, present, user
from tests.ui.harness import Stage, stage
from tests.unit.inspection.wires import HISTORY_PATH, SESSION, Told, event, said
from tui.events import Completed, Started, TextDelta
from tui.inspection.words import line_of
from tui.safe_text import SafeText
from tui.tapes.reading import read_tape
from tui.tapes.wire import End
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.wire_rows import WireRows
from tui.ui.widgets.field import Field


@pytest.mark.parametrize("size", [(40, 20), (100, 30)])
async def test_of_a_message_from_before_all_that_is_known_is_shown_and_why_not_more(
    size: tuple[int, int],
) -> None:
    words = " ".join(f"w{number}w" for number in range(40))
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", words)]})
    async with stage(backend, size=size) as it:
        await it.open("s")
        await it.press("alt+up", "i")
        await it.until(lambda: "Message a" in it.drawn)
        assert "was not sent or received since" in " ".join(it.drawn.replace("│", " ").split())
        facts = it.app.screen.query_one(".facts")
        seen = it.drawn
        while facts.scroll_offset.y < facts.max_scroll_y:
            at = facts.scroll_offset.y
            await it.press("down")
            await it.until(lambda at=at: facts.scroll_offset.y > at)  # type: ignore[misc]
            seen += it.drawn
        assert all(f"w{number}w" in seen for number in range(40))


def selected(it: Stage) -> str:
    row = it.app.screen.query_one(WireRows).selected
    return line_of(row) if row is not None else ""


async def asked_and_answered(it: Stage) -> tuple[Told, int]:
    """Ask something whose answer comes; return what tells its wire, and the number of its call."""
    await it.open(SESSION)
    await it.ask("Hi?")
    await it.until(lambda: it.status.state.startswith("streaming"))
    told = Told(wire=present(it.chat.open_chat.connection).wire)
    call = told.asked()
    told.answered(call)
    return told, call


async def test_the_wire_of_an_answer_is_followed_filtered_copied_and_saved(tmp_path: Path) -> None:
    gate = asyncio.Event()
    script: list[Step] = [Started(), TextDelta(SafeText("Hello")), gate, Completed()]
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[script])
    async with stage(backend, size=(120, 40)) as it:
        told, call = await asked_and_answered(it)
        told.arrived(call, event("start", messageId="m"), said("Hel"), every_s=0.0)
        await inspect_the_coming_answer(it)
        await follow_the_end(it, told, call)
        await filter_by_words_and_kind(it)

        await it.press("2")
        await it.until(lambda: "First token" in it.drawn)
        assert "The answer is still coming." in it.drawn
        gate.set()
        await it.until(lambda: "still coming" not in it.drawn)
        assert "Not the same as what came over the wire:" in it.drawn
        assert "[-Hello␛[2J-] {+Hello+}" in it.drawn

        await copy_each_view(it)
        await it.press("2", "tab", "c")
        await it.until(lambda: it.app.clipboard.startswith("curl --no-buffer"))
        assert f"{HISTORY_PATH}/stream" in it.app.clipboard
        await save_as_a_tape(it, tmp_path / "message.tape")
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
    assert len(read_tape(tmp_path / "message.tape").events) == 9


async def inspect_the_coming_answer(it: Stage) -> None:
    """It is the one that is shown where none is selected."""
    it.transcript.focus()
    await it.press("i")
    await it.until(lambda: isinstance(it.app.screen, InspectorScreen))
    await it.until(lambda: selected(it) == "“Hel”")
    assert "still coming" in it.drawn
    assert "call   time s" in it.drawn
    assert 'data: {"type": "content", "delta": "Hel"}' in it.drawn


async def follow_the_end(it: Stage, told: Told, call: int) -> None:
    """Who goes up stays there, who goes to the end goes on with it."""
    await it.press("up")
    told.arrived(call, said("l"), every_s=0.0)
    await it.until(lambda: "5 events" in it.drawn)
    assert selected(it) == "started m"
    await it.press("end")
    told.arrived(call, said("o\x1b[2J"), event("end", messageId="m"), every_s=0.0)
    told.ended(call, End.LEFT)
    await it.until(lambda: selected(it) == "■ closed by Runnel")


async def filter_by_words_and_kind(it: Stage) -> None:
    await it.press("slash", *"hel")
    await it.until(lambda: "1 of 8 events" in it.drawn)
    assert selected(it) == "“Hel”"
    await it.press("enter", "y")
    await it.until(lambda: '"delta": "Hel"' in it.app.clipboard)
    await it.press("escape", "f")
    await it.until(lambda: "3 of 8 events · text" in it.drawn)
    await it.press("end", "enter")
    await it.until(lambda: 'text "o␛[2J"' in it.drawn)
    await it.press("escape")


async def copy_each_view(it: Stage) -> None:
    for key, shown in (("2", "First token"), ("3", "content-type"), ("4", '"role": "assistant"')):
        await it.press(key, "y")
        await it.until(lambda shown=shown: shown in it.app.clipboard)  # type: ignore[misc]
    # words are looked for among the events, whatever is open
    await it.press("slash", *"hel")
    await it.until(lambda: "1 of 8 events" in it.drawn)
    await it.press("escape")


async def save_as_a_tape(it: Stage, file: Path) -> None:
    await it.press("s")
    await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
    it.app.screen.query_one(Field).value = str(file)
    await it.press("enter")
    await it.until(file.exists)
    await it.until(lambda: any("Saved 1 call" in each for each in it.toasts))


@pytest.mark.parametrize("times", [1, 60])
async def test_the_heads_stand_over_their_columns_whether_the_list_scrolls_or_not(
    times: int,
) -> None:
    script: list[Step] = [Started(), TextDelta(SafeText("Hello")), asyncio.Event()]
    backend = ScriptedBackend(histories={SESSION: []}, scripts=[script])
    async with stage(backend, size=(120, 40)) as it:
        told, call = await asked_and_answered(it)
        told.arrived(call, *[said("Hel")] * times, every_s=0.0)
        it.transcript.focus()
        await it.press("i")
        await it.until(lambda: selected(it) == "“Hel”")
        scrolls = it.app.screen.query_one(WireRows).show_vertical_scrollbar
        assert scrolls is (times > 1)
        rows = it.drawn.splitlines()
        heads = next(row for row in rows if "as it came" in row)
        shown = next(row for row in rows if "“Hel”" in row)
        assert heads.index("as it came") == shown.index("data: {")
