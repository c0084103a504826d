"""Alerts outside of the screen: the bell, and notifications of the desktop by escape sequences.

Source: OSC 9 (iTerm2), OSC 777 (urxvt, VTE, foot, Ghostty, WezTerm), OSC 99 (kitty's protocol of
desktop notifications), tmux's passthrough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

from tui.ui.terminal.osc_text import osc_text

BELL = "\a"
MAX_TITLE_CHARS = 60
MAX_BODY_CHARS = 120
_NAME = "Runnel: "
_OSC_9, _OSC_99, _OSC_777 = 9, 99, 777
_BY_PROGRAM = {
    "iTerm.app": _OSC_9,
    "WezTerm": _OSC_777,
    "ghostty": _OSC_777,
    "kitty": _OSC_99,
    "rio": _OSC_9,
}
"""`TERM_PROGRAM` -> the sequence that this terminal knows."""
_BY_TERM = {"xterm-kitty": _OSC_99, "xterm-ghostty": _OSC_777, "foot": _OSC_777, "rxvt": _OSC_777}
"""How `TERM` begins."""
_BY_VARIABLE = {
    "KITTY_WINDOW_ID": _OSC_99,
    "WEZTERM_PANE": _OSC_777,
    "GHOSTTY_RESOURCES_DIR": _OSC_777,
    "ITERM_SESSION_ID": _OSC_9,
    "VTE_VERSION": _OSC_777,
}
"""What such a terminal sets; inside of tmux, which says nothing else of the one around it."""


class Alerts:
    """Raises alerts in the `way` of the settings: `none`, `bell` or `desktop`.

    `write` takes whole sequences. Where no notification is known of the terminal it is the bell;
    inside of tmux it is both, for tmux marks the window by the bell, and passes notifications on
    only with `allow-passthrough`.
    """

    def __init__(self, way: str, write: Callable[[str], None], environ: Mapping[str, str]) -> None:
        self._way = way
        self._write = write
        self._sequence = _known_sequence(environ)
        self._is_in_tmux = bool(environ.get("TMUX"))
        self._numbers = count(1)

    def alert(self, title: str, body: str) -> None:
        """Have a person look here; whatever stands in the words is text."""
        if self._way == "none":
            return
        if self._way == "bell" or not self._sequence:
            self._write(BELL)
            return
        # not the title alone: to some terminals what begins with a number is a command
        notification = self._notification(
            _NAME + osc_text(title, MAX_TITLE_CHARS - len(_NAME)), osc_text(body, MAX_BODY_CHARS)
        )
        if self._is_in_tmux:
            escaped = notification.replace("\x1b", "\x1b\x1b")
            notification = f"\x1bPtmux;{escaped}\x1b\\{BELL}"
        self._write(notification)

    def _notification(self, title: str, body: str) -> str:
        if self._sequence == _OSC_9:
            return f"\x1b]9;{title}: {body}\a"
        if self._sequence == _OSC_777:
            return f"\x1b]777;notify;{title.replace(';', ',')};{body.replace(';', ',')}\a"
        name = f"i=runnel{next(self._numbers)}"
        return f"\x1b]99;{name}:d=0;{title}\x1b\\\x1b]99;{name}:p=body;{body}\x1b\\"


def _known_sequence(environ: Mapping[str, str]) -> int:
    """Return the number of the sequence that the terminal knows, 0 for none that is known."""
    if environ.get("STY"):
        # GNU screen drops what it does not know
        return 0
    term = environ.get("TERM", "")
    by_program = _BY_PROGRAM.get(environ.get("TERM_PROGRAM", ""), 0)
    by_term = next((it for name, it in _BY_TERM.items() if term.startswith(name)), 0)
    by_variable = next((it for name, it in _BY_VARIABLE.items() if environ.get(name)), 0)
    return by_program or by_term or by_variable
