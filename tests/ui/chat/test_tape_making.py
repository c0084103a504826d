from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.fakes import ScriptedBackend, says
from tests.ui.harness import Stage, stage
from tui.tapes.reading import read_tape
from tui.tapes.wire import Sent
from tui.ui.dialogs.name_file import NameFileScreen


async def named(it: Stage, path: Path) -> None:
    await it.chat.action_command("record")
    await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
    it.app.screen.query_one(Input).value = str(path)
    await it.press("enter")


async def test_a_tape_is_recorded_from_the_palette_until_it_is_ended(tmp_path: Path) -> None:
    file, taken = tmp_path / "a.tape", tmp_path / "taken"
    taken.write_text("mine")
    async with stage(ScriptedBackend(scripts=[says("So.")])) as it:
        await named(it, taken)
        await it.until(lambda: "is there already" in it.notice)
        await named(it, file)
        await it.until(lambda: it.toasts == [f"Recording to {file}"])
        await it.ask("Why?")
        await it.settled()
        await it.chat.action_command("end_record")
        await it.until(lambda: f"Recorded to {file}" in it.toasts)
    assert [each.text for each in read_tape(file).events if isinstance(each, Sent)] == ["Why?"]
    assert taken.read_text() == "mine"
