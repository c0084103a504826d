"""Title of the terminal's window or tab: the sequences that set it and give back the one before.

Source: xterm's control sequences (OSC 2; XTWINOPS 22 and 23, the stack of titles).
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.ui.terminal.osc_text import osc_text

MAX_TITLE_CHARS = 120
SAVE_TITLE = "\x1b[22;2t"
RESTORE_TITLE = "\x1b]2;\x1b\\\x1b[23;2t"
"""Without a stack of titles none stays, which is better than one that is out of date."""


def has_title(environ: Mapping[str, str]) -> bool:
    """Say whether the terminal has a title, and does not print the sequence instead."""
    return environ.get("TERM", "").partition("-")[0] not in ("linux", "dumb", "vt220", "vt100")


def title_sequence(title: str) -> str:
    """Return what sets the title; whatever stands in it is text."""
    return f"\x1b]2;{osc_text(title, MAX_TITLE_CHARS)}\x1b\\"
