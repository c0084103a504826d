from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.color import Color
from textual.geometry import Offset

from tests.fakes import ScriptedBackend
from tests.ui.contrast import cells
from tests.ui.harness import Stage, stage
from tests.ui.transcript.test_selection import HISTORY, drag
from tui.model import Bot, Session
from tui.safe_text import SafeText
from tui.ui.commands.screen import CommandsScreen
from tui.ui.widgets.folding_panel import FoldingPanel

Look = list[tuple[str, bool, bool, bool]]


def look(it: Stage) -> Look:
    """Return what is seen of the screen where there are no colours."""
    drawn = [cell for row in cells(it) for cell in row]
    for cell in drawn:
        for colour in (cell.style.color, cell.style.bgcolor):
            assert colour in (None, Color.default()), cell
    return [
        (cell.text, bool(cell.style.bold), bool(cell.style.reverse), bool(cell.style.underline))
        for cell in drawn
    ]


async def assert_seen(it: Stage, *keys: str, until: Callable[[], bool] = lambda: True) -> None:
    """Hold that what the keys do is seen."""
    before = look(it)
    await it.press(*keys)
    await it.until(until)
    await it.until(lambda: look(it) != before)


async def test_where_the_cursor_is_and_what_is_selected_is_seen_without_any_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    backend = ScriptedBackend(
        histories={"s": HISTORY},
        listed=[Session(each, SafeText(f"Session {each}")) for each in ("s", "t", "u")],
        offered=[Bot(each, SafeText(each)) for each in ("bot", "large")],
    )
    async with stage(backend, theme="sixteen") as it:
        await it.open("s")
        await it.settled()
        await assert_seen(it, "a")
        await assert_seen(it, "left")
        await assert_seen(it, "shift+right")
        await assert_seen(it, "ctrl+s", "down")
        await assert_seen(it, "down")
        it.transcript.focus()
        await assert_seen(it, "alt+up", "alt+up")
        before = look(it)
        it.transcript.query(FoldingPanel).first().panel_title.focus()
        await it.until(lambda: look(it) != before)
        before = look(it)
        area = it.transcript.region
        await drag(it, area.offset + Offset(8, 2), area.offset + Offset(40, 6))
        await it.until(lambda: bool(it.app.screen.selections))
        await it.until(lambda: look(it) != before)
        it.transcript.focus()
        for opening, moving in ((["f6"], "down"), (["alt+down", "v"], "tab")):
            await it.press(*opening)
            await it.until(lambda: it.app.screen is not it.chat)
            await it.pilot.pause()
            await assert_seen(it, moving)
            await it.press("escape")
            await it.until(lambda: it.app.screen is it.chat)
        await it.press("ctrl+p")
        await it.until(lambda: isinstance(it.app.screen, CommandsScreen))
        await it.pilot.pause()
        await assert_seen(it, "down")
