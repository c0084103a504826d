"""Terminal as `runnel doctor` sees it: by the environment, by its replies, by its keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from tui.cli.doctor_sections import DoctorSection, Finding
from tui.cli.output import narrate
from tui.errors import BadInput
from tui.safe_text import clean_line
from tui.ui.key_bindings import key_name
from tui.ui.terminal.clipboard_trial import try_clipboard
from tui.ui.terminal.key_trial import try_keys
from tui.ui.terminal.link import baud_of
from tui.ui.terminal.questions import AskedTerminal, asking, can_ask, terminal_replies
from tui.ui.terminal.surroundings import colour_line, link_line, terminal_lines

MAX_KEYS = 200
"""So many a page shows at most."""


def terminal() -> DoctorSection:
    """Return what is known of the terminal; where this is one, it is asked."""
    size = os.get_terminal_size(sys.stdout.fileno()) if _is_terminal() else None
    found = [*map(Finding, terminal_lines(os.environ, size)), Finding(colour_line(os.environ))]
    found.append(Finding(link_line(os.environ, baud_of(sys.stdout))))
    if not _is_terminal():
        found.append(Finding("stdin or stdout is no terminal, so nothing was asked of it"))
    elif not can_ask(*_numbers(), os.environ.get("TERM", "")):
        found.append(
            Finding("nothing was asked of it: it may not answer, or answer another program")
        )
    else:
        with asking(*_numbers()) as asked:
            found += _replies(asked)
    return DoctorSection("Terminal", found)


def _replies(asked: AskedTerminal) -> Iterator[Finding]:
    replies = terminal_replies(asked)
    if not replies.answers:
        yield Finding("it answers no question")
        return
    yield Finding(f"says of itself: {replies.name or 'no name'}")
    yield Finding(f"ground: {replies.background or 'not told'}")
    apart = "of their own" if replies.tells_keys_apart else "the same as Enter"
    yield Finding(f"keys: Shift+Enter and Ctrl+Enter are {apart}; runnel doctor --keys shows all")
    yield Finding(f"whole frames: {'yes' if replies.shows_whole_frames else 'no'}")
    yield Finding(f"clipboard: {try_clipboard(asked, replies.name).value}")


def pressed_keys() -> DoctorSection:
    """Have keys pressed, and return what the terminal sent for each.

    Raises:
        BadInput: there is no terminal to press them in.
    """
    if not _is_terminal():
        raise BadInput("Keys can be pressed in a terminal only.", hint="Leave --keys out.")
    narrate("Press the keys you wonder about; Ctrl+C ends.")
    found: list[Finding] = []

    def tell(sent: str, keys: Sequence[str]) -> None:
        names = ", ".join(map(key_name, keys))
        line = f"{sent:<20} {clean_line(names) or 'nothing'}"
        narrate(line)
        found.append(Finding(line))

    try_keys(*_numbers(), tell)
    return DoctorSection("Keys", found[-MAX_KEYS:])


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _numbers() -> tuple[int, int]:
    return sys.stdin.fileno(), sys.stdout.fileno()
