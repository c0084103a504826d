from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.geometry import Offset
from textual.widgets import Input

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tui.errors import BadInput
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.name_file import NameFileScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.dialogs.select_lines import LineSelectionScreen
from tui.ui.dialogs.source_lines import SourceLines
from tui.ui.markdown.source_blocks import CodeBlock
from tui.ui.terminal.clipboard import OSC52_BYTES, Clipboard
from tui.ui.transcript.copying import suggested_name

BLOCKS = "# Head\n\nFirst *one*,\nstill\tfirst.\n\n- a\n- b\n\n```sh\nmake all\n\nmake test\n```\n"
TWO = "```sh\nmake all\n```\n\nor\n\n```python\nprint('[x]')\n```\n"


def clipboard(folder: Path, **environ: str) -> tuple[Clipboard, list[str]]:
    """A clipboard and what was sent to it."""
    sent: list[str] = []
    return Clipboard(sent.append, folder, lambda: NOON, environ), sent


def only(folder: Path) -> Path:
    """The one file of a folder."""
    (file,) = folder.iterdir()
    return file


def talk(answer: str) -> ScriptedBackend:
    return ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", answer)]})


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled()
    it.transcript.focus()
    await it.pilot.pause()


async def at_lines(it: Stage) -> SourceLines:
    """Open the dialog in which lines are chosen."""
    await opened(it)
    await it.press("v")
    await it.until(lambda: isinstance(it.app.screen, LineSelectionScreen))
    lines = it.app.screen.query_one(SourceLines)
    await it.until(lambda: lines.has_focus)
    return lines


async def at_file_name(it: Stage, name: Path | str) -> None:
    """Open the dialog that asks where to save code, with this in its field."""
    await it.press("s")
    await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
    it.app.screen.query_one(Input).value = str(name)


# The clipboard


def test_text_is_sent_to_the_terminal_and_no_more_is_claimed(tmp_path: Path) -> None:
    out, sent = clipboard(tmp_path)
    told = out.copy("a" * 1_234, "message")
    assert told == "Sent the message to the terminal's clipboard: 1,234 characters."
    assert sent == ["a" * 1_234]


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, "set -g set-clipboard on"),
        ({"STY": "1.pts-0.host"}, "Y writes a file"),
        ({"TERM": "linux"}, "Y writes a file"),
    ],
)
def test_where_the_terminal_may_not_get_it_this_is_said(
    tmp_path: Path, environ: dict[str, str], word: str
) -> None:
    out, sent = clipboard(tmp_path, **environ)
    assert word in out.copy("text", "message")
    assert sent == ["text"]


def test_what_is_too_long_for_the_clipboard_goes_to_a_file(tmp_path: Path) -> None:
    out, sent = clipboard(tmp_path / "copies")
    text = "é" * (OSC52_BYTES // 2 + 1)
    told = out.copy(text, "last answer")
    assert sent == []
    file = only(tmp_path / "copies")
    assert str(file) in told
    assert file.read_text(encoding="utf-8") == text
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_what_just_fits_is_sent(tmp_path: Path) -> None:
    out, sent = clipboard(tmp_path)
    out.copy("a" * OSC52_BYTES, "message")
    assert len(sent) == 1
    assert list(tmp_path.iterdir()) == []


def test_two_copies_of_one_second_are_two_files(tmp_path: Path) -> None:
    out, _ = clipboard(tmp_path)
    out.write("one", "message")
    out.write("two", "message")
    assert {file.read_text() for file in tmp_path.iterdir()} == {"one", "two"}


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out, _ = clipboard(tmp_path / "file")
    with pytest.raises(BadInput, match="message could not be written"):
        out.write("text", "message")


# Messages


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
        assert "read.all-file" in [each.action_id for _, each in it.app.catalogue.offered()]
        await it.app.catalogue.run("read.all-file")
        file = only(tmp_path)
        assert file.read_text() == "User: Q\nAssistant: A"


# Code blocks


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


async def test_s_saves_the_code_under_a_name_with_the_ending_of_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with stage(talk("```python\nprint(1)\n```")) as it:
        await opened(it)
        await it.press("s")
        await it.until(lambda: isinstance(it.app.screen, NameFileScreen))
        assert it.app.screen.query_one(Input).value == "code.py"
        await it.press("enter")
        await it.until(lambda: bool(it.toasts))
        assert (tmp_path / "code.py").read_text() == "print(1)\n"


async def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, "~/x.txt")
        await it.press("enter")
        await it.until(lambda: bool(it.toasts))
        assert (tmp_path / "x.txt").read_text() == "x\n"


@pytest.mark.parametrize(("key", "kept"), [("y", "x\n"), ("n", "mine"), ("escape", "mine")])
async def test_a_file_is_overwritten_only_after_asking(tmp_path: Path, key: str, kept: str) -> None:
    file = tmp_path / "x.txt"
    file.write_text("mine")
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, file)
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        assert file.read_text() == "mine"
        await it.press(key)
        await it.until(lambda: it.app.screen is it.chat)
        await it.until(lambda: file.read_text() == kept)


async def test_code_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, tmp_path / "no" / "x.txt")
        await it.press("enter")
        await it.until(lambda: "could not be saved as" in it.notice)
        assert "No such file or directory" in it.notice


async def test_s_without_code_says_so() -> None:
    async with stage(talk("no code")) as it:
        await opened(it)
        await it.press("s")
        await it.until(lambda: it.toasts == ["There is no code block in this message."])


# Blocks and lines


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
        assert "the 2 lines" in it.toasts[0]


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


async def test_ctrl_c_copies_what_is_selected_in_a_field() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.write("some words")
        it.composer.select_all()
        await it.press("ctrl+c")
        await it.until(lambda: it.app.clipboard == "some words")
        assert "Sent the selection to the terminal's clipboard" in it.toasts[0]


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


async def test_the_mouse_selects_the_source_and_ctrl_c_copies_it() -> None:
    async with stage(talk("some **bold** words\n\n- one\n- *two*\n")) as it:
        await opened(it)
        (reply,) = it.replies
        await it.until(lambda: "two" in it.drawn)
        place = reply.region.offset
        await it.pilot.mouse_down(offset=place + Offset(5, 0))
        await it.pilot.hover(offset=place + Offset(4, 3))
        await it.pilot.mouse_up(offset=place + Offset(4, 3))
        await it.until(lambda: bool(it.app.screen.selections))
        await it.press("ctrl+c")
        await it.until(lambda: "Sent the selection" in "".join(it.toasts))
        assert it.app.clipboard == "**bold** words\n\n- one\n- *two*"
        assert not it.app.screen.selections


@pytest.mark.parametrize("target", ["nowhere.txt", "there.txt"])
async def test_code_is_never_saved_through_a_link(tmp_path: Path, target: str) -> None:
    (tmp_path / "there.txt").write_text("mine")
    (tmp_path / "x.txt").symlink_to(tmp_path / target)
    async with stage(talk("```\nx\n```")) as it:
        await opened(it)
        await at_file_name(it, tmp_path / "x.txt")
        await it.press("enter")
        await it.until(lambda: "it is a link to another place" in " ".join(it.notice.split()))
    assert (tmp_path / "there.txt").read_text() == "mine"
    assert not (tmp_path / "nowhere.txt").exists()


HOSTILE_LANGUAGES = [
    "../../etc/passwd", "/etc/passwd", "py\x00thon", "a/b", "..", ".", "con", "nul", "aux.txt",
    "-rf", "~", "$(id)", "\u202ecod.exe", "x" * 10_000, "desktop", "python;rm", "\x1b]0;t\x07",
]  # fmt: skip


@pytest.mark.parametrize("language", HOSTILE_LANGUAGES, ids=[f"{n}" for n in range(17)])
def test_a_suggested_name_is_always_a_plain_one(language: str) -> None:
    assert re.fullmatch(r"code\.[A-Za-z0-9]{1,12}", suggested_name(CodeBlock(language, "x")))
