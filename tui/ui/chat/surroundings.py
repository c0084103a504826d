"""Surroundings of the chat: what it is given of the app and the terminal around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct

from tui.store.choices import LookChoices
from tui.ui.chat.notifications import OutsideView
from tui.ui.terminal.clipboard import Clipboard
from tui.ui.terminal.link import Link


class Surroundings(Struct, frozen=True):
    now: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]]
    """Waits for seconds."""
    key_of: Callable[[str], str]
    """Tells the key of an action id."""
    clipboard: Clipboard
    is_typed_ahead: Callable[[], bool]
    """Says whether a key acts that was pressed before there was anything to see."""
    keys_wait: Callable[[], bool]
    """Says whether keys that were pressed have yet to act."""
    text_waits: Callable[[], bool]
    """Says whether text that was typed has yet to be written, before any other key acts."""
    chosen: LookChoices
    """How a person makes it look."""
    outside: OutsideView
    link: Link
    is_there: Callable[[str], bool] = lambda _: True
    """Says whether the action of an id is offered to whoever sits here."""
