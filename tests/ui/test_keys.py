from __future__ import annotations

from itertools import product

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, stage
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.commands.row_list import RowList
from tui.ui.commands.rows import CommandRow
from tui.ui.commands.screen import CommandsScreen, KeysScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.sessions.panel import SessionPanel


def rows(it: Stage) -> dict[str, CommandRow]:
    """Return what the palette or the help lists, by action id."""
    return {each.action_id: each for each in it.app.screen.query_one(RowList).rows}


async def opened(it: Stage, key: str) -> None:
    await it.press(key)
    await it.until(lambda: isinstance(it.app.screen, CommandsScreen))


async def test_f1_lists_the_keys_by_context_and_once() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press("f1", "f1")
        assert isinstance(it.app.screen, KeysScreen)
        assert len(it.app.screen_stack) == 3
        headings = {each.heading for each in rows(it).values()}
        assert {"Anywhere", "In the composer", "Reading", "Finding"} <= headings
        # a person must know who sees what is marked there
        assert "In the session list; marks stay on this machine" in headings
        # what is under the hands stands first
        assert next(iter(rows(it))) == "composer.send"
        sends = next(line for line in it.drawn.splitlines() if "composer.send" in line)
        assert sends.strip("│ ▌▁▂▃▄▅▆▇█").split() == ["Send", "composer.send", "Enter"]
        # nobody chose what stands first: it would send what is written
        await it.press("enter")
        assert isinstance(it.app.screen, KeysScreen)
        await it.press("down", "enter")
        await it.until(lambda: it.app.screen is it.chat)


async def test_a_remapped_key_works_and_the_old_one_does_not() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend, keys={"chat.new": "f9"}) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+n")
        assert it.texts == ["Q", "A"]
        await it.press("f9")
        assert it.texts == []


async def test_help_and_footer_show_remapped_keys_and_the_help_their_clashes() -> None:
    keys = {"chat.new": "f9", "chat.editor": "ctrl+h", "dialog.close": "f10"}
    async with stage(ScriptedBackend(), keys=keys) as it:
        assert "F9 New" in it.drawn
        assert "[keys] chat.new has F9, which 'chat.workflow' loses." in it.notice
        assert "chat.editor has Ctrl+H, which terminals send as Backspace." in it.notice
        await opened(it, "f1")
        assert rows(it)["chat.new"].keys == ("F9",)
        assert rows(it)["chat.workflow"].keys == ()
        assert rows(it)["chat.new"].note == "has F9, which 'chat.workflow' loses"
        await it.press(*"chat.new")
        await it.until(lambda: "has F9, which 'chat.workflow' loses" in it.drawn)
        assert "F10 close" in it.drawn


async def test_the_footer_of_a_message_begins_with_what_is_done_most() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend, size=(160, 30)) as it:
        await it.open("s")
        await it.settled()
        await it.press("alt+up")
        footer = it.drawn.splitlines()[-1].split("  ")
        assert [each.strip() for each in footer[:4]] == [
            "y Copy",
            "c Copy code",
            "f Jump",
            "r Retry",
        ]
        assert "E Export" in it.drawn


def _escapes(it: Stage) -> str:
    """Return what the footer has Escape do."""
    footer = it.drawn.splitlines()[-1]
    return next((each.strip() for each in footer.split("  ") if "Esc " in each), "")


async def test_the_footer_tells_what_escape_does_after_each_key() -> None:
    listed = [Session("s", SafeText("Box"), updated_at=NOON)]
    backend = ScriptedBackend({"s": [user("q", "Q"), assistant("a", "A")]}, listed=listed)
    async with stage(backend, size=(160, 30)) as it:
        await it.open("s")
        await it.settled()
        for key, told in (
            ("ctrl+f", "Esc Close"),
            ("x", "Esc Close"),
            ("escape", ""),
            ("alt+up", "Esc Close"),
            ("escape", ""),
            ("ctrl+s", "Esc Close"),
            ("x", "Esc Clear"),
            ("backspace", "Esc Close"),
            ("insert", "Esc Clear"),
            ("escape", "Esc Close"),
            ("x", "Esc Clear"),
            ("escape", "Esc Close"),
            ("escape", ""),
        ):
            await it.press(key)
            await it.until(lambda: _escapes(it) == told)  # noqa: B023 - called at once


async def test_an_unknown_action_is_told_with_the_nearest_one() -> None:
    keys = {"chat.nwe": "f9", "[/x]": "f8", "a": "f7", "b": "f6", "c": "f5"}
    async with stage(ScriptedBackend(), keys=keys) as it:
        assert "[keys] chat.nwe is no action; did you mean 'chat.new'?" in it.notice
        assert "[keys] [/x] is no action; F1 lists the actions." in it.notice
        assert "2 more: runnel config check lists them all." in it.notice


@pytest.mark.parametrize("key", ["ctrl+p", "f1"])
async def test_a_row_is_found_by_typing_and_run_by_enter_and_by_a_click(key: str) -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        await opened(it, key)
        await it.press(*"last copy", "enter")
        await it.until(lambda: it.app.clipboard == "A")
        await opened(it, key)
        await it.press(*"rdrw")
        listed = it.app.screen.query_one(RowList)
        await it.until(lambda: [each.title for each in listed.rows] == ["Redraw"])
        await it.pilot.click(RowList, offset=(4, 0))
        await it.until(lambda: it.app.screen is it.chat)


async def test_the_palette_begins_with_what_the_focus_can_and_says_why_the_rest_cannot() -> None:
    async with stage(ScriptedBackend()) as it:
        await opened(it, "ctrl+p")
        listed = [*rows(it).values()]
        # nobody looks up how to send, or to make a new line
        assert (listed[0].heading, listed[0].title) == ("In the chat", "New session")
        assert "composer.send" in rows(it)
        cannot = [bool(each.why_not) for each in listed]
        assert cannot == sorted(cannot)
        assert rows(it)["chat.stop"].why_not == "no answer is coming"
        await it.press(*"stop answer", "enter")
        await it.press(*["backspace"] * 7, "enter")
        await it.until(lambda: it.toasts == ["Stop: no answer is coming."])
        assert isinstance(it.app.screen, CommandsScreen)
        await it.press("escape")
        it.transcript.focus()
        await opened(it, "ctrl+p")
        assert next(iter(rows(it).values())).heading == "Reading"


async def test_palette_and_help_are_moved_through_at_every_size() -> None:
    sizes = [(200, 60), (100, 30), (40, 12), (20, 3), (10, 5)]
    async with stage(ScriptedBackend(), size=sizes[0]) as it:
        for size, key in product(sizes, ("ctrl+p", "f1")):
            await it.pilot.resize_terminal(*size)
            await it.until(lambda: it.app.size == size)  # noqa: B023 - called at once
            await it.press(key, "pagedown", "pageup", "pagedown", "end", "ctrl+end", "ctrl+home")
            await it.until(lambda: isinstance(it.app.screen, CommandsScreen))
            listed = it.app.screen.query_one(RowList)
            assert listed.under_cursor == listed.rows[-1]
            await it.press("pageup", "home")
            assert listed.under_cursor == listed.rows[0]
            await it.press("zzz", *"zzzzz", "enter", "escape")
            await it.until(lambda: it.app.screen is it.chat)


async def test_keys_that_look_like_markup_do_not_break_the_palette() -> None:
    async with stage(ScriptedBackend(), keys={"chat.new": "[/x],[b]"}) as it:
        await opened(it, "ctrl+p")
        await it.press(*"new")
        await it.until(lambda: "[/x]" in it.drawn)


async def test_the_palette_reaches_a_widget_that_has_no_focus() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        await it.app.front.catalogue.run("read.copy")
        assert it.app.clipboard == "A"


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


async def test_ctrl_c_closes_a_dialog() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.write("draft")
        for key in ("f1", "ctrl+p", "ctrl+r", "f4", "f7"):
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
        assert it.one(SessionPanel).words == "who"


async def test_redraw_draws_without_changing_anything() -> None:
    async with stage(ScriptedBackend()) as it:
        before = it.drawn
        await it.press("ctrl+l")
        assert it.drawn == before


async def test_the_welcome_tells_the_keys_in_force() -> None:
    async with stage(ScriptedBackend(), keys={"chat.new": "f9"}) as it:
        await it.until(lambda: "F9      new session" in it.drawn)
