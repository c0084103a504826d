from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import ScriptedBackend, Step, says
from tests.ui.harness import Stage, offered, stage
from tests.unit.conversation.test_teaching import School
from tui.facts import SourceStatus
from tui.store import AccountKey, KeptRun, MemoryAccount, MemoryStore
from tui.store.memory_rows import MemoryRows, MemoryRuns
from tui.ui.chat.leaving import QuitScreen
from tui.ui.desk.checks import ChecksScreen
from tui.ui.desk.entry_list import EntryList
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.edit_text import EditTextScreen

SUITE = """name = "Prices"
[[case]]
name = "Refund"
ask = "Can I return it?"
contains = "yes"

[[case]]
name = "Price"
ask = "How much?"
contains = "4"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prices.toml").write_text(SUITE)
    return tmp_path


async def opened(it: Stage) -> ChecksScreen:
    await it.press("alt+c")
    await it.until(lambda: isinstance(it.app.screen, ChecksScreen) and "Prices" in it.drawn)
    screen = it.app.screen
    assert isinstance(screen, ChecksScreen)
    return screen


def rows(it: Stage, *words: str) -> bool:
    """Say whether each of these stands on a row of its own, in this order."""
    drawn = iter(it.drawn.splitlines())
    return all(any(each in line for line in drawn) for each in words)


async def test_a_suite_is_run_live_and_its_failed_case_is_looked_at_taught_and_asked_again(
    folder: Path,
) -> None:
    gate = asyncio.Event()
    scripts: list[Sequence[Step]] = [
        says("Yes."),
        [gate, *says("It costs 5 €.")],
        says("It costs 4 €."),
    ]
    backend = School(scripts=scripts, states=[SourceStatus.READY])
    async with stage(backend) as it:
        assert "chat.checks" in offered(it)
        await run_on_behind_the_chat(it, gate)
        assert backend.sent == ["Can I return it?", "How much?"]
        # the session of the failed case alone is there
        await it.until(lambda: [*backend.histories] == ["new-0"])
        await look_at_both_and_teach(it)

        await opened(it)
        await it.press("tab", "down", "r")
        await it.until(lambda: rows(it, "✓ holds    Price", "1 of 1 case"))
        assert "changed: It costs [-5-] {+4+} €." in it.drawn
        assert backend.sent[2:] == ["How much?"]
        assert "2 runs kept" in it.drawn
        await it.press("[", "[")
        await it.until(lambda: "run 2 of 2" in it.drawn and "✗ fails    Price" in it.drawn)
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat and "It costs 5 €." in it.drawn)
        assert it.chat.open_chat.session_id == "new-0"
        assert it.chat.open_chat.questions() == []


async def run_on_behind_the_chat(it: Stage, gate: asyncio.Event) -> None:
    """Closing the desk does not stop the run, leaving the app asks."""
    await opened(it)
    await it.until(lambda: rows(it, "· new      Refund", "· new      Price"))
    await it.press("r")
    await it.until(lambda: rows(it, "✓ holds    Refund", "● asking   Price", "1 of 2 cases"))
    await it.press("escape")
    await it.until(lambda: it.app.screen is it.chat)
    await it.press("ctrl+q")
    await it.until(
        lambda: isinstance(it.app.screen, QuitScreen) and "A run of checks goes on" in it.drawn
    )
    await it.press("n")
    await opened(it)
    await it.press("r")
    await it.until(lambda: "A run goes on. s stops it." in it.toasts)
    gate.set()
    await it.until(lambda: rows(it, "✗ fails    Price", "2 of 2 cases, 1 did not hold"))


async def look_at_both_and_teach(it: Stage) -> None:
    await it.press("enter", "enter")
    await it.until(lambda: any("Its session is not there" in each for each in it.toasts))
    await it.press("down")
    await it.until(lambda: "How much? → it lacks “4”" in it.drawn)
    await it.press("t")
    await it.until(lambda: isinstance(it.app.screen, EditTextScreen) and "How much?" in it.drawn)
    await it.press("escape")
    await it.until(lambda: it.app.screen is it.chat)


async def test_many_questions_are_asked_about_what_is_wrong_is_told_and_a_run_can_be_stopped(
    folder: Path,
) -> None:
    never = asyncio.Event()
    many = "".join(f'[[case]]\nname = "c{n}"\nask = "Q{n}?"\n' for n in range(21))
    (folder / "many.toml").write_text(many)
    (folder / "wrong.toml").write_text("[[case]]\nnam = 1\n")
    backend = ScriptedBackend(scripts=[[never]])
    async with stage(backend, size=(80, 24)) as it:
        await opened(it)
        await it.until(lambda: "many" in it.drawn and "wrong" in it.drawn)
        await it.press("r")
        await it.until(lambda: "This sends 21 questions to Bot." in it.drawn)
        assert isinstance(it.app.screen, ConfirmScreen)
        await it.press("n")
        await it.until(lambda: isinstance(it.app.screen, ChecksScreen))
        assert backend.sent == []
        # there is room for one list; what Esc leads back to is the other
        await it.press("enter")
        await it.until(lambda: "Q0?" in it.drawn and "wrong" not in it.drawn)
        await it.press("r")
        await it.until(lambda: backend.sent == ["Q0?"] and "● asking   c0" in it.drawn)
        # a click goes there, and another one opens
        assert await it.pilot.click(it.app.screen.query(EntryList).last(), offset=(9, 1))
        await it.until(lambda: "Q1?" in it.drawn)
        assert isinstance(it.app.screen, ChecksScreen)
        assert await it.pilot.click(it.app.screen.query(EntryList).last(), offset=(9, 1))
        await it.until(lambda: any("Its session is not there" in each for each in it.toasts))
        await it.press("s")
        await it.until(lambda: backend.streams_open == 0 and "0 of 1 case" in it.drawn)
        (folder / "many.toml").write_text(SUITE)
        await it.press("r")
        await it.until(lambda: "The suite has no case “c1” any more." in it.drawn)
        await it.press("escape")
        await it.until(lambda: "wrong" in it.drawn)
        await it.press("end", "r")
        await it.until(lambda: any("has no key 'nam'" in each for each in it.toasts))
        assert backend.sent == ["Q0?"]
        for name in ("many", "prices", "wrong"):
            (folder / f"{name}.toml").unlink()
        await see_that_no_suite_is_left(it)


async def see_that_no_suite_is_left(it: Stage) -> None:
    await it.press("e")
    await it.until(lambda: "No suite yet" in it.drawn)
    await it.press("tab")
    await it.until(lambda: it.app.screen.has_class("-in-cases") and "Q" not in it.drawn)


class HeldRuns(MemoryRuns):
    def __init__(self, gate: asyncio.Event) -> None:
        super().__init__(MemoryRows())
        self._gate = gate

    async def newest(self) -> Sequence[KeptRun]:
        await self._gate.wait()
        return []


class HeldStore(MemoryStore):
    """Tells of runs when `gate` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    def account(self, key: AccountKey) -> MemoryAccount:
        account = super().account(key)
        account.runs = HeldRuns(self.gate)
        return account


async def test_no_mark_of_the_keys_is_drawn_down_a_list_without_suites(folder: Path) -> None:
    (folder / "prices.toml").unlink()
    store = HeldStore()
    async with stage(ScriptedBackend(), size=(80, 24), store=store) as it:
        await it.press("alt+c")
        await it.until(lambda: "Looking for suites" in it.drawn)
        store.gate.set()
        await it.until(lambda: "No suite yet" in it.drawn)
        suites = it.app.screen.query(EntryList).first()
        assert suites.has_focus
        assert not "".join(it.rows(suites)).strip()


async def test_each_of_several_runs_that_are_over_at_once_is_shown(folder: Path) -> None:
    backend = ScriptedBackend(scripts=[says("It costs 4 €.") for _ in range(6)])
    async with stage(backend) as it:
        await opened(it)
        await it.press("tab", "down")
        for times in range(1, 7):
            await it.press("r")
            await it.until(lambda: f"{times} run{'s' * (times > 1)} kept" in it.drawn)  # noqa: B023
