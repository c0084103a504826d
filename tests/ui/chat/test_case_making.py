from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage, offered, stage
from tui.checks.reading import read_suite
from tui.ui.dialogs.name_file import NameFileScreen


def asked_twice() -> ScriptedBackend:
    history = [user("q1", "Price?"), assistant("a1", "4 €."), user("q2", "Size?")]
    return ScriptedBackend({"s": [*history, assistant("a2", "Large.")]})


async def named(it: Stage, path: Path) -> str:
    """Answer the question for the suite, and return what was suggested."""
    await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
    assert "suite in which file?" in it.drawn
    assert "Enter add" in it.drawn
    field = it.app.screen.query_one(Input)
    suggested, field.value = field.value, str(path)
    await it.press("enter")
    await it.until(lambda: it.app.screen is it.chat)
    return suggested


async def test_capital_t_makes_a_check_of_the_selected_exchange_and_adds_it_to_a_suite(
    tmp_path: Path,
) -> None:
    suite, other = tmp_path / "mine.toml", tmp_path / "other.toml"
    async with stage(asked_twice()) as it:
        assert "read.check" in offered(it)
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("alt+up", "T")
        assert await named(it, suite) == "checks.toml"
        await it.until(lambda: len(it.toasts) == 1)
        assert it.toasts[0] == f"Added “Size?” to {suite}. Alt+C asks it."
        suite.write_text(suite.read_text() + "# mine")
        await it.press("T")
        assert await named(it, suite) == str(suite)
        await it.until(lambda: len(it.toasts) == 2)
        await it.press("alt+up", "alt+up", "T")
        await named(it, suite)
        await it.until(lambda: len(it.toasts) == 3)
        cases = read_suite(suite, {}).cases
        assert [each.name for each in cases] == ["Size?", "Size? (2)", "Price?"]
        assert [each.turns[0].question for each in cases] == ["Size?", "Size?", "Price?"]
        assert "# mine\n\n[[case]]" in suite.read_text()

        other.write_text("[[case]]\nnam = 1\n")
        await it.press("T")
        await named(it, other)
        await it.until(lambda: "has no key 'nam'" in it.drawn)
        assert other.read_text() == "[[case]]\nnam = 1\n"
        await it.press("T")
        await named(it, tmp_path / "no such folder" / "a.toml")
        await it.until(lambda: "No check could be added" in it.drawn)
        assert len(it.toasts) == 3
