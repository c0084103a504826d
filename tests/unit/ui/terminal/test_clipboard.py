from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import NOON
from tui.errors import BadInput
from tui.ui.terminal.clipboard import Clipboard
from tui.ui.terminal.osc52 import OSC52_BYTES


def clipboard(folder: Path, **environ: str) -> tuple[Clipboard, list[str]]:
    """A clipboard and what was sent to it."""
    sent: list[str] = []
    return Clipboard(sent.append, folder, lambda: NOON, environ), sent


def only(folder: Path) -> Path:
    """The one file of a folder."""
    (file,) = folder.iterdir()
    return file


def test_text_is_sent_to_the_terminal_and_its_size_is_told(tmp_path: Path) -> None:
    out, sent = clipboard(tmp_path)
    told = out.copy("a" * 1_234, "message")
    assert told == "Copied 1,234 characters."
    assert sent == ["a" * 1_234]


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, "set -g set-clipboard on"),
        ({"STY": "1.pts-0.host"}, "copy to a file"),
        ({"TERM": "linux"}, "copy to a file"),
    ],
)
def test_where_the_terminal_may_not_get_it_this_is_said_once(
    tmp_path: Path, environ: dict[str, str], word: str
) -> None:
    out, sent = clipboard(tmp_path, **environ)
    assert word in out.copy("text", "message")
    assert out.copy("text", "message") == "Copied 4 characters."
    assert sent == ["text"] * 2


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
