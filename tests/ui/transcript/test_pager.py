from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import offered, stage
from tests.ui.talks import opened
from tui.ui.app import RunnelApp
from tui.ui.terminal.programs import show_in_pager

KEEPS = '#!/bin/sh\ncat "$2" > "$1"; stat -c %a "$2" >> "$1"; echo "$2" >> "$1"\n'
"""Writes down what it is given to show, how the file may be used, and where it was."""


class Terminal:
    """Stands in for one that can be given up: the test's own cannot."""

    def __init__(self, app: RunnelApp) -> None:
        self.given_up = 0
        self.is_away = False
        app.suspend = self._suspend  # type: ignore[method-assign]

    @contextmanager
    def _suspend(self) -> Iterator[None]:
        self.given_up += 1
        self.is_away = True
        yield
        # like the real one, which is not back after an exception
        self.is_away = False


def program(folder: Path, script: str) -> Path:
    file = folder / "program"
    file.write_text(script, encoding="utf-8")
    file.chmod(0o700)
    return file


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def is_there(path: Path) -> bool:
    return path.exists()


def talk() -> ScriptedBackend:
    history = [user("q", "[b]Why?[/b]"), assistant("a", "**So** [x].")]
    return ScriptedBackend(histories={"s": history})


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What pager and editor write down."""
    kept = tmp_path / "kept"
    command = f"{program(tmp_path, KEEPS)} {kept}"
    monkeypatch.setenv("PAGER", command)
    monkeypatch.setenv("EDITOR", command)
    monkeypatch.delenv("VISUAL", raising=False)
    return kept


async def test_l_shows_the_source_of_the_message_in_the_pager(shown: Path) -> None:
    async with stage(talk()) as it:
        terminal = Terminal(it.app)
        await opened(it)
        await it.press("l")
        text, mode, place = lines_of(shown)
        assert text == "**So** [x]."
        assert mode == "600"
        assert not is_there(Path(place).parent)
        assert (terminal.given_up, terminal.is_away) == (1, False)
        assert it.notice == ""


async def test_capital_l_shows_the_whole_conversation(shown: Path) -> None:
    async with stage(talk()) as it:
        Terminal(it.app)
        await opened(it)
        await it.press("L")
        assert lines_of(shown)[:2] == ["User: [b]Why?[/b]", "Assistant: **So** [x]."]


@pytest.mark.parametrize(
    ("command", "line"),
    [("read.editor", "**So** [x]."), ("read.editor-all", "User: [b]Why?[/b]")],
)
async def test_the_palette_opens_both_in_the_editor(shown: Path, command: str, line: str) -> None:
    async with stage(talk()) as it:
        Terminal(it.app)
        await opened(it)
        assert command in offered(it)
        await it.app.front.catalogue.run(command)
        assert lines_of(shown)[0] == line
        assert it.texts == ["[b]Why?[/b]", "**So** [x]."]


async def test_a_pager_that_is_not_there_is_told_and_the_screen_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAGER", "no-such-pager -R")
    async with stage(talk()) as it:
        terminal = Terminal(it.app)
        await opened(it)
        await it.press("l")
        await it.until(lambda: "The pager 'no-such-pager -R' could not be run." in it.notice)
        assert "Set PAGER to your pager." in it.notice
        assert not terminal.is_away


async def test_an_editor_that_is_not_there_leaves_the_screen_and_the_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "no-such-editor")
    async with stage(talk()) as it:
        terminal = Terminal(it.app)
        await it.write("half a question")
        await it.press("ctrl+g")
        assert "could not be run" in it.notice
        assert it.composer.whole_text == "half a question"
        assert not terminal.is_away


async def test_the_editor_changes_the_question(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VISUAL", str(program(tmp_path, '#!/bin/sh\nprintf " end" >> "$1"\n')))
    async with stage(talk()) as it:
        Terminal(it.app)
        await it.write("begin")
        await it.press("ctrl+g")
        assert it.composer.whole_text == "begin end"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('rm "$1"', "(No such file or directory)"),
        ('rm -r "${1%/*}"', "(No such file or directory)"),
        ('rm "$1"; mkdir "$1"', "(Is a directory)"),
        ('rm "$1"; mkfifo "$1"', "(it is a pipe that nothing comes out of)"),
        ('truncate -s 65000000 "$1"', "(it is larger than 64,000,000 bytes)"),
        ('rm "$1"; ln -s "$1" "$1"', "(Too many levels of symbolic links)"),
        ('chmod 500 "${1%/*}"; exit 3', "The editor ended with status 3"),
    ],
    ids=["removed", "no folder", "folder", "pipe", "huge", "loop", "status"],
)
async def test_whatever_an_editor_leaves_the_question_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, told: str
) -> None:
    monkeypatch.setenv("VISUAL", str(program(tmp_path, f"#!/bin/sh\n{script}\n")))
    async with stage(talk()) as it:
        Terminal(it.app)
        await it.write("half a question")
        await it.press("ctrl+g")
        assert told in it.notice
        assert "the text stays as it was" in it.notice
        assert it.composer.whole_text == "half a question"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_an_editor_that_marks_its_encoding_is_understood(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    octal = "".join(f"\\{byte:03o}" for byte in "Gr\u00fc\u00dfe\r\n".encode(encoding))
    script = f"#!/bin/sh\nprintf '{octal}' > \"$1\"\n"
    monkeypatch.setenv("VISUAL", str(program(tmp_path, script)))
    async with stage(talk()) as it:
        Terminal(it.app)
        await it.write("x")
        await it.press("ctrl+g")
        assert it.composer.whole_text == "Gr\u00fc\u00dfe"


async def test_without_a_temporary_folder_the_question_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    monkeypatch.setenv("VISUAL", "true")
    async with stage(talk()) as it:
        Terminal(it.app)
        await it.write("half a question")
        await it.press("ctrl+g")
        assert "cannot be put into a temporary file (No such file" in it.notice
        assert it.composer.whole_text == "half a question"


async def test_where_the_screen_cannot_be_given_up_this_is_told(shown: Path) -> None:
    async with stage(talk()) as it:
        await opened(it)
        await it.press("l")
        await it.until(lambda: "could not be run" in it.notice)
        assert not is_there(shown)


async def test_without_messages_there_is_nothing_to_open(shown: Path) -> None:
    async with stage(ScriptedBackend()) as it:
        it.transcript.focus()
        await it.press("l", "L")
        await it.until(lambda: it.toasts == ["There is no text to open."] * 2)
        assert not is_there(shown)


async def test_ctrl_c_in_the_pager_ends_neither_it_nor_the_app(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    # as the terminal does it: the signal goes to both
    script = f"#!/bin/sh\nkill -INT $PPID\necho lives > {kept}\n"
    monkeypatch.setenv("PAGER", str(program(tmp_path, script)))
    async with stage(talk()) as it:
        before = signal.getsignal(signal.SIGINT)
        Terminal(it.app)
        show_in_pager(it.app, "text")
        assert kept.read_text() == "lives\n"
        assert signal.getsignal(signal.SIGINT) is before
