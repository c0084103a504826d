"""Hands and eyes of a person at the real command: keys go in, and what is shown is noted."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.e2e.course import Course
from tests.e2e.terminal import TIMEOUT_S, Terminal

SESSIONS, ESCAPE = "\x13", "\x1b"


class Over(Exception):
    """The moment of the kill has come."""


class Hands:
    """Press keys and wait for what they do, until the moment of the kill, `ends_at`."""

    def __init__(self, terminal: Terminal, course: Course) -> None:
        self._terminal = terminal
        self._course = course
        self.ends_at = float("inf")

    def press(self, keys: str) -> None:
        self._course.pressed.append((time.monotonic(), keys))
        self._terminal.send(keys)

    def open_list(self) -> None:
        self.press(SESSIONS)
        self.until("Enter Open")

    def back(self) -> None:
        self.press(ESCAPE)
        self.until("Enter Send")

    def until(self, condition: str | Callable[[], bool]) -> None:
        gives_up_at = time.monotonic() + TIMEOUT_S
        while not (condition in self._terminal.text if isinstance(condition, str) else condition()):
            self.watch(0.02)
            assert time.monotonic() < gives_up_at, f"{condition}\n{self._terminal.text}"

    def watch(self, seconds: float) -> None:
        left_s = self.ends_at - time.monotonic()
        self._terminal.watch(max(0.0, min(seconds, left_s)))
        self._course.shown.append((time.monotonic(), self._terminal.text))
        if left_s <= seconds:
            raise Over
