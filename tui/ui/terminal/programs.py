"""Programs on the whole terminal: pagers and editors."""

from __future__ import annotations

import codecs
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from textual.app import App, SuspendNotSupported

from tui.errors import BadInput
from tui.file_reading import read_file
from tui.safe_text import clean_line
from tui.signal_handlers import answering

DEFAULT_PAGER = "less"
DEFAULT_EDITOR = "vi"
MAX_EDITED_BYTES = 64_000_000
_COMMAND_CHARS = 80
_TAKE_LINE = frozenset(
    {
        "vi",
        "vim",
        "nvim",
        "view",
        "nano",
        "pico",
        "emacs",
        "emacsclient",
        "micro",
        "kak",
        "joe",
        "ne",
    }
)
"""Editors that take a line as +N in front of a file."""


def pager_command() -> str:
    return os.environ.get("PAGER") or DEFAULT_PAGER


def editor_command() -> str:
    return os.environ.get("VISUAL") or os.environ.get("EDITOR") or DEFAULT_EDITOR


def show_in_pager(app: App[Any], text: str) -> None:
    """Show `text` in `$PAGER`, else `less`; return when the person has left it.

    Raises:
        BadInput: the pager cannot be run here.
    """
    command = pager_command()
    with _file_of(text, "text.md") as file:
        try:
            _run(app, command, file)
        except (OSError, ValueError, SuspendNotSupported):
            raise BadInput(
                f"The pager {clean_line(command, _COMMAND_CHARS)!r} could not be run.",
                hint="Set PAGER to your pager.",
            ) from None


def edit(app: App[Any], text: str, name: str) -> str:
    """Return `text` as it is after `$VISUAL` or `$EDITOR`, else `vi`, in a file of this name.

    Raises:
        BadInput: the editor cannot be run here, or ended badly.
    """
    command = editor_command()
    with _file_of(text, name) as file:
        try:
            status = _run(app, command, file)
        except (OSError, ValueError, SuspendNotSupported):
            raise BadInput(
                f"The editor {clean_line(command, _COMMAND_CHARS)!r} could not be run.",
                hint="Set VISUAL or EDITOR to your editor.",
            ) from None
        if status != 0:
            raise BadInput(f"The editor ended with status {status}; the text stays as it was.")
        return _edited(file)


def edit_file(app: App[Any], file: Path, line: int) -> None:
    """Have `$VISUAL` or `$EDITOR`, else `vi`, change a file, at a line from 1 where it can.

    Raises:
        BadInput: the editor cannot be run here.
    """
    command = editor_command()
    try:
        _run(app, command, file, *words_at_line(command, line))
    except (OSError, ValueError, SuspendNotSupported):
        raise BadInput(
            f"The editor {clean_line(command, _COMMAND_CHARS)!r} could not be run.",
            hint="Set VISUAL or EDITOR to your editor.",
        ) from None


def words_at_line(command: str, line: int) -> list[str]:
    """Return the words before a file's name by which an editor begins at a line; often none."""
    words = shlex.split(command)
    return [f"+{line}"] if words and Path(words[0]).name in _TAKE_LINE else []


def _edited(file: Path) -> str:
    """Return what an editor left in a file, in UTF-8 unless a mark in front tells otherwise.

    Raises:
        BadInput: it left nothing that can be read.
    """
    try:
        content = read_file(file, MAX_EDITED_BYTES)
    except OSError as error:
        why = clean_line(error.strerror or "unknown reason")
        raise BadInput(
            f"What the editor left cannot be read ({why}); the text stays as it was."
        ) from None
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = content.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    # as text files are read: the line ends of other systems are line ends
    return text.replace("\r\n", "\n").replace("\r", "\n")


@contextmanager
def _file_of(text: str, name: str) -> Iterator[Path]:
    """Hold `text` in a file that nobody else can read and that is gone afterwards.

    Raises:
        BadInput: there is no room for it.
    """
    with ExitStack() as stack:
        try:
            folder = tempfile.TemporaryDirectory(prefix="runnel-", ignore_cleanup_errors=True)
            file = Path(stack.enter_context(folder)) / name
            file.touch(mode=0o600)
            file.write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            why = clean_line(error.strerror or "unknown reason")
            raise BadInput(
                f"The text cannot be put into a temporary file ({why}).",
                hint="Make room, or let TMPDIR name a folder that can be written to.",
            ) from None
        yield file


def _run(app: App[Any], command: str, file: Path, *before: str) -> int:
    """Give the terminal up to a program until it ends; return its exit status.

    `before` are words in front of the file's name.

    Raises:
        OSError, ValueError: it cannot be run.
        SuspendNotSupported: there is no terminal to give up.
    """
    words = [*shlex.split(command), *before, str(file)]
    failure: OSError | None = None
    status = 0
    with app.suspend(), answering(_ignore, signal.SIGINT):
        # caught in here, for out there the screen would not come back
        try:
            status = subprocess.run(words, check=False).returncode
        except OSError as error:
            failure = error
    if failure is not None:
        raise failure
    return status


def _ignore(number: int, frame: FrameType | None) -> None:
    """Leave Ctrl+C to the program on the terminal, for it reaches both."""
    # a function and not SIG_IGN, which the program would inherit
