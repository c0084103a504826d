"""Modes of the terminal: the sequences that switch them on for the application, and back."""

from __future__ import annotations

import os
import termios
from typing import Any

from textual.constants import DISABLE_KITTY_KEY

from tui.ui.terminal.surroundings import in_gnu_screen

KEYBOARD_ON = "" if DISABLE_KITTY_KEY else "\x1b[>25u"
"""kitty's keyboard: no ambiguous keys, all of them, with the text they type."""
KEYBOARD_OFF = "" if DISABLE_KITTY_KEY else "\x1b[<u"

_MOUSE_ON = "\x1b[?1000h\x1b[?1003h\x1b[?1006h"
"""Buttons, moves, coordinates as numbers."""
_ON = "".join(
    (
        "\x1b[?1049h",  # alternate screen
        # coordinates as characters, as urxvt has them, and in pixels: left on by a program that
        # crashed, they would not be read, or be read as cells
        "\x1b[?1005l\x1b[?1015l\x1b[?1016l",
        "\x1b[?25l",  # cursor
        "\x1b[?1004h",  # focus
        KEYBOARD_ON,
        "\x1b[?2004h",  # brackets around what is pasted
        "\x1b[?7l",  # wrapping
    )
)
OFF = "".join(
    (
        "\x1b[?2004l",
        "\x1b[?7h",
        "\x1b[?1000l\x1b[?1003l\x1b[?1006l",
        KEYBOARD_OFF,
        "\x1b[?1049l",
        "\x1b[?25h",
        "\x1b[?1004l",
    )
)
WIPED = "\x1b[0m\x1b[2J\x1b[H"
"""Leaves no row of ours where the screen that is left goes on being a part of the other one: tmux
puts what was wider than before into its history, and a console has but one."""
ASK_WHOLE_FRAMES = "\x1b[?2026$p"
"""Whether synchronized output is there."""

ASK_BACKGROUND = "\x1b]11;?\x1b\\"
"""What colour the ground is."""


TerminalSettings = list[Any]
"""What `termios.tcgetattr` gives."""


def on() -> str:
    """Return what switches all modes on."""
    # GNU screen would hold Esc back until another key says that it begins no report of the mouse
    return _ON if in_gnu_screen(os.environ) else _ON + _MOUSE_ON


def answers_questions() -> bool:
    """Say whether the terminal keeps what it does not know to itself."""
    return os.environ.get("TERM_PROGRAM") != "Apple_Terminal"


def make_raw(file_number: int) -> TerminalSettings | None:
    """Have every byte passed on as it is; return the settings before, `None` for no terminal."""
    try:
        before = termios.tcgetattr(file_number)
        raw = termios.tcgetattr(file_number)
        raw[0] &= ~(
            termios.IXON
            | termios.IXOFF
            | termios.ICRNL
            | termios.INLCR
            | termios.IGNCR
            | termios.ISTRIP
        )
        raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        raw[6][termios.VMIN] = 1
        raw[6][termios.VTIME] = 0
        termios.tcsetattr(file_number, termios.TCSANOW, raw)
    except termios.error:
        return None
    return before


def restore(file_number: int, settings: TerminalSettings | None) -> None:
    """Forget what was typed and not read, and set the settings as they were."""
    try:
        termios.tcflush(file_number, termios.TCIFLUSH)
        if settings is not None:
            termios.tcsetattr(file_number, termios.TCSANOW, settings)
    except termios.error:
        # the terminal is gone
        return
