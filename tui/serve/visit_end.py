"""End of a visit: how it came, and the last words to the visitor."""

from __future__ import annotations

import signal
from contextlib import suppress
from enum import Enum

import asyncssh

Channel = asyncssh.SSHServerChannel[bytes]

_ENDED_BY_SIGNALS = {128 + signal.SIGHUP, 128 + signal.SIGTERM, 128 + signal.SIGINT}


class VisitEnd(Enum):
    """How a visit ended."""

    LEFT = ("left", "")
    GONE = ("was cut off", "")
    IDLE = ("was idle", "You were idle for too long. Come again.")
    TIME = ("stayed as long as one may", "Your time is over. Come again.")
    STOPPED = ("ended by the server", "The server is being stopped. Come again later.")
    NOT_STARTED = (
        "got no app, for there is no process or folder to be had, and went",
        "No more visitors can be let in. Come again later.",
    )
    CRASHED = ("crashed", "The app ended unexpectedly. Nothing else is affected: come again.")

    def __init__(self, logged: str, last_words: str) -> None:
        self.logged = logged
        """What became of the visitor, for the log."""
        self.last_words = last_words
        """What the visitor is told."""


def refuse(channel: Channel, sentence: str) -> None:
    """End a session without an app; what reads the output of a command reads no sentence."""
    with suppress(OSError, asyncssh.Error):
        channel.write_stderr(f"{sentence}\r\n".encode())
    _exit(channel, 1)


def say_end(channel: Channel, how: VisitEnd, code: int | None) -> None:
    """Say the last words and end the session; `code` is that of the app, `None` for not known."""
    said = f"{how.last_words}\r\n" if how.last_words else ""
    if how in (VisitEnd.CRASHED, VisitEnd.GONE):
        # the app could not give the terminal back; who only types no more still has one
        from tui.ui.terminal.modes import OFF

        said = f"{OFF}{said}"
    if said:
        with suppress(OSError, asyncssh.Error):
            channel.write(said.encode())
    left_well = how is VisitEnd.LEFT and code not in _ENDED_BY_SIGNALS
    _exit(channel, (code or 0) if left_well else int(how is not VisitEnd.LEFT))


def _exit(channel: Channel, code: int) -> None:
    with suppress(OSError, asyncssh.Error):
        channel.exit(code)
