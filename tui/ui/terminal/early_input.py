"""Early input: what was typed before the terminal was raw, with Enter as it is behind that."""

from __future__ import annotations

import array
import fcntl
import termios

from tui.ui.terminal.modes import TerminalSettings

_INPUT_MODES = 0
"""Where `termios.tcgetattr` has them."""


class EarlyInput:
    """Knows how much of what is to be read was typed before, of which the terminal had made lines.

    A terminal that is not raw makes a line feed of Enter, which is a key of its own (Ctrl+J). To be
    made right after `make_raw`, of the settings before that, `None` for no terminal.
    """

    def __init__(self, file_number: int, before: TerminalSettings | None) -> None:
        made_lines = before is not None and before[_INPUT_MODES] & termios.ICRNL
        self._left_bytes = _waiting_bytes(file_number) if made_lines else 0
        self._is_first = True

    def as_typed(self, data: bytes) -> bytes:
        """Return the next bytes that were read with Enter as it was pressed.

        Before anything else it is left out: it was meant for the command that began this.
        """
        early, rest = data[: self._left_bytes], data[self._left_bytes :]
        self._left_bytes -= len(early)
        early = early.replace(b"\n", b"\r")
        if self._is_first:
            early = early.lstrip(b"\r")
            self._is_first = not early
        return early + rest


def _waiting_bytes(file_number: int) -> int:
    waiting = array.array("i", [0])
    try:
        fcntl.ioctl(file_number, termios.FIONREAD, waiting)
    except OSError:
        # the terminal is gone
        return 0
    return waiting[0]
