"""The modes that a program puts a terminal into, followed by the bytes that switch them."""

from __future__ import annotations

import re

WRAPPING = 7
CURSOR = 25
MOUSE = 1003
ALTERNATE_SCREEN = 1049
PASTE_BRACKETS = 2004
WHOLE_FRAMES = 2026
"""On while a frame is being written (synchronized output)."""
FOUND_ON = frozenset({WRAPPING, CURSOR})
"""What a terminal has switched on by itself."""

_TITLE = re.compile(rb"\x1b\[(22|23);2t")
_SWITCH = re.compile(rb"\x1b\[\?([\d;]+)([hl])|\x1b\[([<>])\d*u|\x1b\[=(\d+)(?:;\d+)?u")


class Modes:
    """Which private modes are on, as a terminal that implements them all would have it.

    Source: ECMA-48, xterm's control sequences, kitty's keyboard protocol.
    """

    def __init__(self) -> None:
        self.on = set(FOUND_ON)
        self.ever_on: set[int] = set()
        self.keyboard_levels = 0
        """Entries on the stack of the kitty keyboard protocol."""
        self.saved_titles = 0
        """Entries on the stack of titles."""

    def take(self, data: bytes) -> None:
        """Follow what `data`, which ends in no half sequence, switches."""
        for operation in _TITLE.findall(data):
            self.saved_titles += 1 if operation == b"22" else -1
        for numbers, switch, direction, flags in _SWITCH.findall(data):
            if direction:
                self.keyboard_levels += 1 if direction == b">" else -1
            elif flags:
                self.keyboard_levels = int(flags != b"0")
            for number in map(int, filter(None, numbers.split(b";"))):
                if switch == b"h":
                    self.on.add(number)
                    self.ever_on.add(number)
                else:
                    self.on.discard(number)

    @property
    def as_found(self) -> bool:
        """Nothing is left behind that was not there before the program."""
        return self.on == FOUND_ON and self.keyboard_levels <= 0 and self.saved_titles == 0
