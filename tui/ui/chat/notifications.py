"""Notifications of what happens where nobody looks: at once, and what follows soon as a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from msgspec import Struct

from tui.ui.chat.send_workers import Spawn

REST_S = 5.0
"""From one notification to the next."""


class Alert(Protocol):
    """Has a person look here; the words need not be safe."""

    def __call__(self, title: str, body: str) -> None: ...


class OutsideView(Struct, frozen=True):
    """What is seen of the app while a person looks elsewhere."""

    alert: Alert
    show_title: Callable[[str], None] | None
    """Puts a title on the terminal's window or tab; `None` leaves it alone."""
    has_focus: Callable[[], bool]
    """Says whether the terminal has the focus, as far as it tells."""
    tells_content: bool = False
    """Titles and messages may be told, though others may read them there."""


class News(Struct, frozen=True):
    """Something that happened in a session."""

    profile: str
    sentence: str
    """What happened, without a word of the session."""
    title: str
    """Of the session."""
    words: str = ""
    """Of what was said in it."""


class Notifications:
    """Tells of news; those that come within `REST_S` of a notification are told as one.

    `pause` waits for seconds.
    """

    def __init__(
        self, outside: OutsideView, spawn: Spawn, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self._outside = outside
        self._spawn = spawn
        self._pause = pause
        self._is_resting = False
        self._waiting: list[News] = []

    def tell(self, news: News) -> None:
        self._waiting.append(news)
        if not self._is_resting:
            self._is_resting = True
            self._alert()
            self._spawn(partial(self._rest), "notifications")

    async def _rest(self) -> None:
        try:
            await self._pause(REST_S)
            while self._waiting:
                self._alert()
                await self._pause(REST_S)
        finally:
            self._is_resting = False

    def _alert(self) -> None:
        waiting, self._waiting = self._waiting, []
        first = waiting[0]
        if len(waiting) > 1:
            sentences = Counter(each.sentence for each in waiting)
            told = [f"{n}x {each}" if n > 1 else each for each, n in sentences.items()]
            self._outside.alert(first.profile, " ".join(told))
        elif self._outside.tells_content:
            self._outside.alert(first.title, f"{first.sentence} {first.words}".rstrip())
        else:
            self._outside.alert(first.profile, first.sentence)
