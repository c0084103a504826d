from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Offset

from tests.fakes import ScriptedBackend
from tests.ui.harness import Stage, offered, stage
from tests.ui.talks import opened
from tests.ui.transcript.one_answer import talk
from tui.settings.appearance import Appearance
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.pick import PickScreen

TWO = "```sh\nmake all\n```\n\nor\n\n```python\nprint('[x]')\n```\n"


def only(folder: Path) -> Path:
    """The one file of a folder."""
    (file,) = folder.iterdir()
    return file


async def test_capital_y_writes_the_message_to_a_file(tmp_path: Path) -> None:
    async with stage(talk("**bold**"), copies_folder=tmp_path) as it:
        await opened(it)
        await it.press("Y")
        file = only(tmp_path)
        assert file.read_text() == "**bold**"
        assert it.toasts == [f"Wrote the message to {file}"]
        assert it.app.clipboard == ""


async def test_a_long_answer_is_written_to_a_file_instead(tmp_path: Path) -> None:
    answer = "word " * 20_000
    async with stage(talk(answer), copies_folder=tmp_path) as it:
        await opened(it)
        await it.press("ctrl+y")
        file = only(tmp_path)
        assert file.read_text() == answer
        assert str(file) in it.toasts[0]


async def test_a_copy_that_could_not_be_written_is_a_lasting_note(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with stage(talk("text"), copies_folder=tmp_path / "file") as it:
        await opened(it)
        await it.press("Y")
        await it.until(lambda: "could not be written to a file" in it.notice)


async def test_the_conversation_can_be_written_to_a_file_from_the_palette(tmp_path: Path) -> None:
    async with stage(talk("A"), copies_folder=tmp_path) as it:
        await opened(it)
        assert "read.all-file" in offered(it)
        await it.app.front.catalogue.run("read.all-file")
        file = only(tmp_path)
        assert file.read_text() == "User: Q\nAssistant: A"


@pytest.mark.parametrize(("number", "code"), [("1", "make all\n"), ("2", "print('[x]')\n")])
async def test_a_digit_picks_one_of_several_code_blocks(number: str, code: str) -> None:
    async with stage(talk(TWO)) as it:
        await opened(it)
        await it.press("c")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await it.press(number)
        await it.until(lambda: it.app.clipboard == code)
        assert it.app.screen is it.chat


async def test_a_digit_without_a_code_block_picks_nothing() -> None:
    async with stage(talk(TWO)) as it:
        await opened(it)
        await it.press("c")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await it.press("7", "enter", "escape")
        await it.until(lambda: it.app.screen is it.chat)
        assert it.app.clipboard == ""


async def test_ctrl_c_copies_what_is_selected_in_a_field() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.write("some words")
        it.composer.select_all()
        await it.press("ctrl+c")
        await it.until(lambda: it.app.clipboard == "some words")
        assert it.toasts[0].startswith("Copied ")


async def test_escape_ends_a_selection_where_the_transcript_has_the_focus() -> None:
    async with stage(talk("some words")) as it:
        await opened(it)
        await it.until(lambda: "some words" in it.drawn)
        place = it.replies[0].region.offset
        await it.pilot.mouse_down(offset=place)
        await it.pilot.hover(offset=place + Offset(4, 0))
        await it.pilot.mouse_up(offset=place + Offset(4, 0))
        await it.until(lambda: bool(it.app.screen.selections))
        it.chat.set_focus(it.transcript)
        await it.press("escape")
        assert not it.app.screen.selections


async def drag(it: Stage, start: Offset, end: Offset) -> None:
    await it.pilot.mouse_down(offset=start)
    await it.pilot.hover(offset=end)
    await it.pilot.mouse_up(offset=end)
    await it.pilot.pause()


SELECTED = "**bold** words\n\n- one\n- *two*"


async def test_the_mouse_selects_the_source_and_copies_it_once_for_each_selection() -> None:
    async with stage(talk("some **bold** words\n\n- one\n- *two*\n")) as it:
        await opened(it)
        await it.until(lambda: "two" in it.drawn)
        place, unmoved = it.replies[0].region.offset, it.transcript.scroll_offset
        await drag(it, place + Offset(5, 0), place + Offset(4, 3))
        await it.until(lambda: it.app.clipboard == SELECTED)
        assert it.toasts == [f"Copied {len(SELECTED)} characters."]
        # a button let go elsewhere, a click and a hand that is not still copy nothing more
        it.app.on_text_selected()
        await drag(it, place + Offset(5, 0), place + Offset(5, 0))
        await drag(it, place + Offset(0, 0), place + Offset(1, 0))
        assert len(it.toasts) == 1
        assert it.app.clipboard == SELECTED
        assert it.transcript.scroll_offset == unmoved
        # it may end where nothing can be selected
        await drag(it, place + Offset(5, 0), it.composer.region.offset + Offset(3, 1))
        await it.until(lambda: len(it.toasts) == 2)
        assert it.app.clipboard.startswith("**bold** words")


async def test_ctrl_c_copies_what_the_mouse_selected_where_that_alone_does_not() -> None:
    looks = Appearance(copy_on_select=False)
    async with stage(talk("some **bold** words\n\n- one\n- *two*\n"), looks=looks) as it:
        await opened(it)
        await it.until(lambda: "two" in it.drawn)
        place = it.replies[0].region.offset
        await drag(it, place + Offset(5, 0), place + Offset(4, 3))
        await it.until(lambda: bool(it.app.screen.selections))
        assert not it.toasts
        await it.press("ctrl+c")
        await it.until(lambda: it.app.clipboard == SELECTED)
        assert not it.app.screen.selections


async def test_a_selection_too_long_for_a_clipboard_waits_for_the_key(tmp_path: Path) -> None:
    async with stage(talk("word " * 20_000), copies_folder=tmp_path) as it:
        await opened(it)
        it.replies[0].text_select_all()
        it.app.on_text_selected()
        await it.until(lambda: bool(it.toasts))
        assert it.toasts == ["Too long to copy by itself. Ctrl+C writes it to a file."]
        assert not it.app.clipboard
        await it.press("ctrl+c")
        await it.until(lambda: len(list(tmp_path.iterdir())) == 1)


async def test_a_click_on_a_key_in_the_head_of_code_acts_on_that_code() -> None:
    async with stage(talk(TWO), keys={"read.copy-code": "ctrl+b"}) as it:
        await opened(it)
        (reply,) = it.replies
        rows = it.rows(reply)
        head = next(y for y, row in enumerate(rows) if "python" in row)
        assert rows[head].split("   ")[:2] == [" python · 1 line", "Ctrl+B copy · s save"]
        place = it.transcript.scroll_offset
        await it.pilot.click(reply, offset=(rows[head].index("copy"), head))
        await it.until(lambda: it.app.clipboard == "print('[x]')\n")
        await it.pilot.click(reply, offset=(rows[head].index("save"), head))
        await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
        assert it.transcript.scroll_offset == place
