from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.fakes import ScriptedBackend, Step, StillClock, present, says
from tests.ui.harness import Stage, stage
from tests.unit.inspection.wires import Told
from tui.abilities import VISITING, Ability
from tui.errors import AnswerFailed
from tui.events import Started, TextDelta
from tui.safe_text import clean
from tui.tapes.reading import read_tape
from tui.tapes.wire import Sent
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.name_tape import PLAYS

CUT: list[Step] = [Started(), TextDelta(clean("Bec")), AnswerFailed("It broke off.")]


async def named(it: Stage, path: Path, command: str = "record") -> None:
    await it.chat.action_command(command)
    await name(it, path)


async def name(it: Stage, path: Path) -> None:
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
        await it.until(lambda: f"Recorded to {file}: {PLAYS}" in it.toasts)
    assert [each.text for each in read_tape(file).events if isinstance(each, Sent)] == ["Why?"]
    assert taken.read_text() == "mine"


def questions(file: Path) -> list[str]:
    return [each.text for each in read_tape(file).events if isinstance(each, Sent)]


async def test_of_a_failure_and_of_the_last_minutes_a_tape_is_saved(tmp_path: Path) -> None:
    one, all_, taken = tmp_path / "one.tape", tmp_path / "all.tape", tmp_path / "taken"
    taken.write_text("mine")
    clock = StillClock()
    async with stage(ScriptedBackend(scripts=[says("So."), CUT]), clock=clock) as it:
        told = Told(wire=present(it.chat.open_chat.connection).wire)
        for question in ("How?", "Why?"):
            told.now_s = clock.seconds = clock.seconds + 1.0
            await it.ask(question)
            await it.settled()
            told.ended(told.asked(session=it.chat.open_chat.session_id or ""))
        await it.until(lambda: "S save a tape of this" in it.drawn)
        await it.press("alt+up", "S")
        await name(it, one)
        await it.until(lambda: it.toasts == [f"Saved 1 call as {one}: {PLAYS}"])
        await named(it, taken, "save_tape")
        await it.until(lambda: "is there already" in it.notice)
        await named(it, all_, "save_tape")
        await it.until(lambda: f"Saved 2 calls as {all_}: {PLAYS}" in it.toasts)
        await it.pilot.resize_terminal(60, 36)
        await it.until(lambda: "i details" in it.drawn and "save a tape" not in it.drawn)
    assert (questions(one), questions(all_)) == (["Why?"], ["How?", "Why?"])
    assert one.stat().st_mode & 0o777 == all_.stat().st_mode & 0o777 == 0o600
    assert taken.read_text() == "mine"


async def test_a_visitor_is_offered_no_tape() -> None:
    async with stage(ScriptedBackend(scripts=[CUT]), abilities=VISITING) as it:
        await it.ask("Why?")
        await it.settled()
        await it.until(lambda: "i details" in it.drawn)
        assert "save a tape" not in it.drawn
        await it.press("alt+up", "S")
        await it.until(lambda: it.toasts == [Ability.FILES.value])
        assert it.app.screen is it.chat
