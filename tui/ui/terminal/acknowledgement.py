"""Acknowledgement of what was written: a question behind it that the terminal answers in its turn.

That a pseudo-terminal took bytes says little: it holds twenty thousand, and what leads on from it,
an SSH server and a network, holds more. What is answered has come to the end of the way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message

QUESTION = "\x1b[5n"
"""Device status report, which terminals have answered since the VT100. Source: ECMA-48, 8.3.35."""
FIRST_REPLY_S = 3.0
"""A terminal that has not answered by then is taken for one that never does."""
STANDING_S = 1.0
"""One that has not answered for so long stands still, or has all it can take."""
REPLY_S = 60.0
"""One that has answered before may stand still for so long."""


@dataclass(eq=False, repr=False)
class TerminalCaughtUp(Message):
    """The terminal has taken what was written before a question."""

    size_bytes: int
    """What was written since the question before."""
    took_s: float


class Acknowledgement:
    """Puts one question at a time, and knows what is not answered yet.

    Questions are put in one thread, replies may come in another.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_at: float | None = None
        self._last_asked_at = float("-inf")
        self._asked_about_bytes = 0
        self._has_answered = False
        self._written_bytes = 0
        """Since the last question."""
        self._is_answered = threading.Event()

    @property
    def written_bytes(self) -> int:
        """What was written since the last question."""
        return self._written_bytes

    @property
    def asked_ago_s(self) -> float:
        """How long ago the last question was put."""
        return self._clock() - self._last_asked_at

    def has_room(self, unanswered_bytes: int) -> bool:
        """Say whether no more than so much is on its way to a terminal that takes it."""
        if self._asked_at is None:
            return True
        waited_s = self._clock() - self._asked_at
        if waited_s >= (REPLY_S if self._has_answered else FIRST_REPLY_S):
            return True
        on_the_way = self._asked_about_bytes + self._written_bytes
        return waited_s < STANDING_S and on_the_way <= unanswered_bytes

    def note_written(self, size_bytes: int) -> None:
        self._written_bytes += size_bytes

    def question(self) -> str:
        """Return the question to be written now; empty where there is nothing to ask about.

        So it is while another one has no answer, which will be asked about later.
        """
        if self._asked_at is not None or not self._written_bytes:
            return ""
        self._asked_about_bytes, self._written_bytes = self._written_bytes, 0
        self._is_answered.clear()
        self._asked_at = self._last_asked_at = self._clock()
        return QUESTION

    def note_reply(self) -> TerminalCaughtUp | None:
        """Return what the terminal says with a reply; nothing where it was not asked."""
        asked_at, self._asked_at = self._asked_at, None
        self._has_answered = True
        self._is_answered.set()
        if asked_at is None:
            return None
        return TerminalCaughtUp(self._asked_about_bytes, self._clock() - asked_at)

    def wait(self, timeout_s: float) -> None:
        """Wait for the answer of a terminal that gives any, so that nobody else reads it."""
        if self._has_answered and self._asked_at is not None:
            self._is_answered.wait(timeout_s)
