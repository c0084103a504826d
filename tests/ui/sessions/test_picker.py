from __future__ import annotations

import pytest

from tests.fakes import NOON, ScriptedBackend
from tests.ui.harness import stage
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.sessions.panel import SessionPanel, SessionRequest
from tui.ui.sessions.picker import SessionsScreen
from tui.ui.sessions.rows import ListedSessions


async def nobody(request: SessionRequest) -> None: ...


def show(picker: SessionsScreen, *names: str) -> None:
    sessions = tuple(Session(name, SafeText(name), updated_at=NOON) for name in names)
    picker.panel.show(ListedSessions(sessions), open_id="", now=NOON)


async def test_a_list_that_comes_before_it_under_a_dialog_or_after_it_is_shown() -> None:
    async with stage(ScriptedBackend()) as it:
        over = SessionsScreen(str, nobody, lambda: False)
        show(over, "before")
        it.app.push_screen(over)
        await it.until(lambda: over.is_current and "before" in it.drawn)
        it.app.push_screen(ConfirmScreen("Delete?", "this"))
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        show(over, "under", "before")
        await it.press("escape")
        await it.until(lambda: "under" in it.drawn)
        await it.press("u", "n", "d")
        await it.until(lambda: "before" not in it.drawn)
        show(over, "under", "before", "undone")
        await it.until(lambda: "undone" in it.drawn and "before" not in it.drawn)
        await it.press("escape")
        await it.until(lambda: "before" in it.drawn)
        await it.press("escape")
        await it.until(lambda: not over.is_attached)
        show(over, "late")


async def test_where_the_list_gets_room_beside_the_chat_it_goes_on_there() -> None:
    listed = [Session(name, SafeText(name), updated_at=NOON) for name in ("Soup", "Bread")]
    async with stage(ScriptedBackend(listed=listed), size=(80, 24)) as it:
        await it.press("ctrl+s", *"sou")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.until(lambda: "Bread" not in it.drawn)
        await it.pilot.resize_terminal(120, 24)
        await it.until(lambda: it.app.screen is it.chat)
        panel = it.one(SessionPanel)
        await it.until(lambda: panel.has_keys and panel.words == "sou")
        # asked for there, it stays
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.pilot.resize_terminal(130, 24)
        assert isinstance(it.app.screen, SessionsScreen)


@pytest.mark.parametrize(("rows", "all_are_told"), [(24, True), (12, False)])
async def test_at_eighty_columns_the_marks_are_told_too_where_there_is_height(
    rows: int, all_are_told: bool
) -> None:
    async with stage(ScriptedBackend(), size=(80, rows)) as it:
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen) and "F1 keys" in it.drawn)
        assert "Enter open" in it.drawn
        marks = [each in it.drawn for each in ("flag", "date", "tags", "export", "archive")]
        assert all(marks) is all_are_told


async def test_keys_that_were_in_the_list_come_back_with_it_unless_one_was_pressed() -> None:
    listed = [Session(name, SafeText(name), updated_at=NOON) for name in ("Soup", "Bread")]
    async with stage(ScriptedBackend(listed=listed), size=(120, 24)) as it:
        panel = it.one(SessionPanel)
        for over_it in ("", "alt+t", "f1"):
            await it.press("ctrl+s", *filter(None, [over_it]))
            await it.pilot.resize_terminal(50, 24)
            await it.until(lambda: not panel.has_keys and it.chat.focused is it.composer)
            await it.pilot.resize_terminal(120, 24)
            await it.until(lambda: panel.has_keys)
            await it.press(*["escape"] * bool(over_it), "s")
            await it.until(lambda: panel.words == "s")
            await it.press("escape", "escape")
            await it.until(lambda: not panel.has_keys)
        for way in ("resize", "fold"):
            await it.press("ctrl+s")
            if way == "resize":
                await it.pilot.resize_terminal(50, 24)
            else:
                await it.app.screen.run_action("command('fold_list')")
            await it.press("x")
            await it.until(lambda: it.app.focused is it.composer)
            if way == "resize":
                await it.pilot.resize_terminal(120, 24)
            else:
                await it.app.screen.run_action("command('fold_list')")
            await it.until(lambda: panel.size.width > 0)
            await it.press("y")
            await it.until(lambda: it.composer.whole_text.endswith("xy"))
