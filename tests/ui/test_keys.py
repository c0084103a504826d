from __future__ import annotations

import pytest
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, said, stage
from tui.ui.dialogs.help import HelpScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.widgets.plain_text import Plain


def help_text(it: Stage) -> str:
    return "\n".join(said(each) for each in it.app.screen.query(Plain))


async def test_f1_lists_the_keys_by_context() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press("f1")
        assert isinstance(it.app.screen, HelpScreen)
        text = help_text(it)
        for words in ("Anywhere", "In the composer", "Reading", "In the session list", "Finding"):
            assert words in text
        for words in ("Ctrl+Q", "Quit", "app.quit", "chat.new", "read.copy-code", "Alt+Up"):
            assert words in text


async def test_f1_twice_opens_one_and_escape_closes_it() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press("f1", "f1")
        assert len(it.app.screen_stack) == 3
        await it.press("escape")
        assert it.app.screen is it.chat


async def test_a_remapped_key_works_and_the_old_one_does_not() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend, keys={"chat.new": "f9"}) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+n")
        assert it.texts == ["Q", "A"]
        await it.press("f9")
        assert it.texts == []


async def test_help_and_footer_show_remapped_keys() -> None:
    async with stage(ScriptedBackend(), keys={"chat.new": "f9"}) as it:
        assert "F9 New" in it.drawn
        await it.press("f1")
        line = next(line for line in help_text(it).splitlines() if "chat.new" in line)
        assert line.split() == ["F9", "New", "chat.new"]


async def test_an_unknown_action_is_told_with_the_nearest_one() -> None:
    async with stage(ScriptedBackend(), keys={"chat.nwe": "f9", "[/x]": "f8"}) as it:
        assert "'chat.nwe'" in it.notice
        assert "'chat.new'" in it.notice
        assert "'[/x]'" in it.notice


async def test_the_palette_lists_every_action_and_runs_one() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+p")
        await it.until(lambda: isinstance(it.app.screen, CommandPalette))
        it.app.screen.query_one(Input).value = "copy last answer"
        await it.until(lambda: "Copy last answer" in it.drawn)
        await it.pilot.pause()
        await it.press("down", "enter")
        await it.until(lambda: it.app.clipboard == "A")


@pytest.mark.parametrize("size", [(100, 30), (20, 3)])
async def test_the_palette_is_paged_through_also_before_it_has_rows(size: tuple[int, int]) -> None:
    async with stage(ScriptedBackend(), size=size) as it:
        await it.press("ctrl+p", "pagedown", "pageup", "ctrl+end", "ctrl+home", "pagedown")
        await it.until(lambda: isinstance(it.app.screen, CommandPalette))
        commands = it.app.screen.query_one(CommandList)
        await it.until(lambda: commands.option_count > 0)
        commands.highlighted = 0
        await it.press("pagedown", "pageup")
        assert it.notice == ""


async def test_keys_that_look_like_markup_do_not_break_the_palette() -> None:
    async with stage(ScriptedBackend(), keys={"chat.new": "[/x],[b]"}) as it:
        await it.press("ctrl+p")
        await it.until(lambda: isinstance(it.app.screen, CommandPalette))
        await it.until(lambda: "[/x]" in it.drawn)


async def test_the_palette_reaches_a_widget_that_has_no_focus() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        await it.app.catalogue.run("read.copy")
        assert it.app.clipboard == "A"


async def test_an_action_without_its_place_says_so() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press("ctrl+p")
        await it.until(lambda: isinstance(it.app.screen, CommandPalette))
        await it.press(*"unfold", "enter")
        await it.until(lambda: bool(it.toasts))
        assert it.toasts == ["Nothing selected. Alt+Up selects a message."]


async def test_ctrl_c_copies_what_is_selected_in_the_composer() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.write("take this")
        it.composer.select_all()
        await it.press("ctrl+c")
        assert it.app.clipboard == "take this"
        assert it.composer.whole_text == "take this"


async def test_ctrl_c_clears_the_composer_into_the_history() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.write("never mind")
        await it.press("ctrl+c")
        assert it.composer.whole_text == ""
        await it.press("up")
        assert it.composer.whole_text == "never mind"


async def test_ctrl_c_twice_quits() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press("ctrl+c")
        assert it.toasts == ["Press Ctrl+C again to quit."]
        assert it.app.is_running
        await it.press("ctrl+c")
        await it.until(lambda: not it.app.is_running)


@pytest.mark.parametrize("key", ["f1", "ctrl+p", "ctrl+r", "f4", "f7"])
async def test_ctrl_c_closes_a_dialog(key: str) -> None:
    async with stage(ScriptedBackend()) as it:
        await it.write("draft")
        await it.press(key)
        await it.until(lambda: it.app.screen is not it.chat)
        await it.press("ctrl+c")
        await it.until(lambda: it.app.screen is it.chat)
        assert it.composer.whole_text == "draft"


async def test_a_picker_is_not_put_over_a_picker() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press("f7")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await it.press("f7", "f4", "f6")
        assert len(it.app.screen_stack) == 3
        await it.press("down", "enter")
        await it.until(lambda: it.app.screen is it.chat)


async def test_a_letter_typed_anywhere_goes_to_the_composer() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.press("W", "h", "y")
        assert it.composer.whole_text == "Why"
        assert it.composer.has_focus


async def test_a_letter_goes_to_the_composer_from_the_transcript_and_filters_in_the_list() -> None:
    async with stage(ScriptedBackend(scripts=[says("A")])) as it:
        await it.ask("Q")
        await it.settled()
        it.transcript.focus()
        await it.pilot.pause()
        await it.press("w", "h", "y")
        assert it.composer.whole_text == "why"
        await it.press("ctrl+s", "w", "h", "o")
        assert it.composer.whole_text == "why"
        assert it.sidebar.words == "who"


async def test_redraw_draws_without_changing_anything() -> None:
    async with stage(ScriptedBackend()) as it:
        before = it.drawn
        await it.press("ctrl+l")
        assert it.drawn == before


async def test_the_welcome_tells_the_keys_in_force() -> None:
    async with stage(ScriptedBackend(), keys={"chat.new": "f9"}) as it:
        await it.until(lambda: "F9      new session" in it.drawn)
