"""Clipboard trial: whether what is copied by OSC 52 comes back when it is asked for.

Only where the terminal gives the clipboard out, for what a person has in it must be put back.
"""

from __future__ import annotations

import base64
import enum
import re
import secrets

from tui.ui.terminal.osc52 import OSC52_BYTES
from tui.ui.terminal.questions import AskedTerminal

_READ = "\x1b]52;c;?\x1b\\"
_REPLY = re.compile(rb"\x1b\]52;[cpqs0-7]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
_ASKS_A_PERSON = ("kitty", "ghostty", "iterm", "contour", "wezterm")
"""Terminals that ask before they give it out, or may: their reply would come later than the end."""


class ClipboardTrial(enum.Enum):
    """What became of it, as a sentence goes on behind “clipboard”."""

    WORKS = "what is copied arrives (OSC 52, written and read back)"
    LOST = "what is copied does not arrive (OSC 52, read back otherwise)"
    SILENT = "not given out by this terminal, so not tried; copying may work all the same (OSC 52)"
    ASKS = "not tried: this terminal would ask you first"
    EMPTY = "not tried: it is empty, or holds something else than text, which could not be put back"
    FULL = "not tried: too much is in it to be put back"


def try_clipboard(asked: AskedTerminal, terminal_name: str) -> ClipboardTrial:
    """Write something into the clipboard, read it again, and put back what was there."""
    if any(name in terminal_name.lower() for name in _ASKS_A_PERSON):
        return ClipboardTrial.ASKS
    before = _read(asked)
    if before is None:
        return ClipboardTrial.SILENT
    if not before:
        return ClipboardTrial.EMPTY
    if len(before) > OSC52_BYTES * 4 // 3:
        return ClipboardTrial.FULL
    probe = base64.b64encode(f"Runnel {secrets.token_hex(8)}".encode())
    try:
        asked.ask(_written(probe))
        return ClipboardTrial.WORKS if _read(asked) == probe else ClipboardTrial.LOST
    finally:
        asked.ask(_written(before))


def _read(asked: AskedTerminal) -> bytes | None:
    """Return what is in the clipboard, in base64; `None` when the terminal does not say."""
    reply = _REPLY.search(asked.ask(_READ))
    return None if reply is None else reply[1]


def _written(encoded: bytes) -> str:
    return f"\x1b]52;c;{encoded.decode('ascii')}\x1b\\"
