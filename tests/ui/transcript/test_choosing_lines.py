from __future__ import annotations

from tests.ui.harness import Stage, stage
from tests.ui.talks import opened
from tests.ui.transcript.one_answer import talk
from tui.ui.dialogs.select_lines import LineSelectionScreen
from tui.ui.dialogs.source_lines import SourceLines

BLOCKS = "# Head\n\nFirst *one*,\nstill\tfirst.\n\n- a\n- b\n\n```sh\nmake all\n\nmake test\n```\n"


async def at_lines(it: Stage) -> SourceLines:
    """Open the dialog in which lines are chosen."""
    await opened(it)
    await it.press("v")
    await it.until(lambda: isinstance(it.app.screen, LineSelectionScreen))
    lines = it.app.screen.query_one(SourceLines)
    await it.until(lambda: lines.has_focus)
    return lines


async def test_v_chooses_blocks_and_copies_their_source() -> None:
    async with stage(talk(BLOCKS)) as it:
        lines = await at_lines(it)
        chosen = [lines.chosen_text]
        for key in ("tab", "right", "tab", "tab", "left", "shift+tab"):
            await it.press(key)
            chosen.append(lines.chosen_text)
        first, listed = "First *one*,\nstill\tfirst.", "- a\n- b"
        fence = "```sh\nmake all\n\nmake test\n```"
        assert chosen == ["# Head", first, listed, fence, fence, listed, first]
        await it.press("y")
        await it.until(lambda: it.app.clipboard == first)
        assert it.app.screen is it.chat
        assert it.toasts == ["Copied 25 characters."]


async def test_lines_are_chosen_one_by_one_and_grow_with_shift() -> None:
    async with stage(talk(BLOCKS)) as it:
        lines = await at_lines(it)
        await it.press("tab", "tab", "tab", "down")
        assert lines.chosen_text == "```sh"
        await it.press("down")
        assert lines.chosen_text == "make all"
        await it.press("shift+down", "shift+down")
        assert lines.chosen_text == "make all\n\nmake test"
        await it.press("shift+up", "enter")
        await it.until(lambda: it.app.clipboard == "make all\n")


async def test_v_once_more_lets_the_lines_grow_without_shift() -> None:
    async with stage(talk(BLOCKS)) as it:
        lines = await at_lines(it)
        await it.press("v", "down", "down")
        assert lines.chosen_text == "# Head\n\nFirst *one*,"
        await it.press("v", "down")
        assert lines.chosen_text == "still\tfirst."
        await it.press("a", "Y")
        await it.until(lambda: bool(it.toasts))
        assert "Wrote the 14 lines to" in it.toasts[0]


async def test_chosen_lines_are_marked_and_stay_in_sight() -> None:
    text = "\n".join(f"line {n}" for n in range(200)) + "\n\nlast [b]\n"
    async with stage(talk(text)) as it:
        lines = await at_lines(it)
        await it.press("shift+tab", "tab")
        assert lines.chosen_text == "last [b]"
        await it.until(lambda: any("▌ last [b]" in row for row in it.rows(lines)))
        await it.press("left", "down")
        await it.until(lambda: any("▌ line 0" in row for row in it.rows(lines)))


async def test_escape_copies_nothing() -> None:
    async with stage(talk(BLOCKS)) as it:
        await at_lines(it)
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
        assert it.app.clipboard == ""
