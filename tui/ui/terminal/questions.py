"""Questions to the terminal itself, and its replies, none of which is ever typed anywhere.

The last question is always one that every terminal answers: what has not come before its reply does
not come. Whoever asks is in the foreground, and nobody else reads the terminal meanwhile.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from tui.safe_text import SafeText, clean_line
from tui.ui.terminal import modes

ANSWER_S = 2.0
"""So long a terminal may take for its first reply, and for each that follows."""
MAX_REPLY_BYTES = 200_000
"""Of longer replies no more than the end is kept."""
_LAST_QUESTION = "\x1b[c"
_LAST_REPLY = re.compile(rb"\x1b\[\?[\d;]*c")
_QUESTIONS = "\x1b[>q\x1b[?u\x1b[?2026$p\x1b]11;?\x1b\\"
_NAME = re.compile(rb"\x1bP>\|([^\x1b]*)\x1b\\")
_KITTY = re.compile(rb"\x1b\[\?\d+u")
_WHOLE_FRAMES = re.compile(rb"\x1b\[\?2026;[123]\$y")
_BACKGROUND = re.compile(
    rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})"
)
_CTRL_C = b"\x03"


class TerminalReplies(Struct, frozen=True):
    """What a terminal says of itself."""

    answers: bool
    """`False`: it said nothing at all, so the rest is unknown."""
    name: SafeText
    """Name and version; empty where it keeps them to itself."""
    background: str
    """`#1e1e2e`, or empty."""
    tells_keys_apart: bool
    """It speaks kitty's keyboard protocol: Shift+Enter and Ctrl+Enter are keys of their own."""
    shows_whole_frames: bool


class AskedTerminal:
    """A terminal while it is asked, by the file numbers to read from and to write to."""

    def __init__(self, read_from: int, write_to: int, answer_s: float = ANSWER_S) -> None:
        self._read_from = read_from
        self._write_to = write_to
        self._answer_s = answer_s

    def ask(self, questions: str) -> bytes:
        """Return what came in reply until there was nothing more to come.

        Raises:
            KeyboardInterrupt: somebody pressed Ctrl+C.
        """
        _write(self._write_to, questions + _LAST_QUESTION)
        received = bytearray()
        deadline = time.monotonic() + self._answer_s
        while not _LAST_REPLY.search(received):
            left_s = max(0.0, deadline - time.monotonic())
            if not select.select([self._read_from], [], [], left_s)[0]:
                break
            piece = os.read(self._read_from, 4096)
            if not piece or _CTRL_C in piece:
                raise KeyboardInterrupt
            received += piece
            # read on to the last reply: what is not read here would be typed into the shell
            del received[:-MAX_REPLY_BYTES]
            deadline = time.monotonic() + self._answer_s
        return bytes(received)


@contextmanager
def asking(read_from: int, write_to: int, answer_s: float = ANSWER_S) -> Iterator[AskedTerminal]:
    """Keep the terminal from showing replies; what came too late is thrown away at the end."""
    before = modes.make_raw(read_from)
    try:
        yield AskedTerminal(read_from, write_to, answer_s)
    finally:
        modes.restore(read_from, before)


def can_ask(read_from: int, write_to: int, kind: str) -> bool:
    """Say whether this is a terminal, ours for now, that keeps what it does not know to itself.

    `kind` is what TERM says.
    """
    if kind in ("", "dumb", "unknown") or not modes.answers_questions():
        return False
    try:
        is_ours = os.tcgetpgrp(read_from) == os.getpgrp()
    except OSError:
        return False
    return is_ours and os.isatty(read_from) and os.isatty(write_to)


def terminal_replies(asked: AskedTerminal) -> TerminalReplies:
    """Ask a terminal what it is and what it can."""
    received = asked.ask(_QUESTIONS)
    name = _NAME.search(received)
    return TerminalReplies(
        answers=b"\x1b" in received,
        name=clean_line(name[1].decode("utf-8", "replace") if name else "", 80),
        background=_colour(_BACKGROUND.search(received)),
        tells_keys_apart=bool(_KITTY.search(received)),
        shows_whole_frames=bool(_WHOLE_FRAMES.search(received)),
    )


def _colour(reply: re.Match[bytes] | None) -> str:
    """Return a colour of up to four hexadecimal digits a part with two for each."""
    if reply is None:
        return ""
    parts = (round(int(part, 16) * 255 / (16 ** len(part) - 1)) for part in reply.groups())
    return "#" + "".join(f"{part:02x}" for part in parts)


def _write(number: int, text: str) -> None:
    data = text.encode("ascii")
    while data:
        data = data[os.write(number, data) :]
    termios.tcdrain(number)
