"""Questions with answers that an operator taught a bot, and what it answers since then."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from msgspec import Struct

from tui.server.scripted.scripts import Say, Script
from tui.server.scripted.world import Clock, ScriptedSource

LEARNING_S = 3.0
"""So long a bot takes to learn what it is taught."""
UNREADABLE_HOST = ".invalid"
"""A link to a host of this name cannot be read: what refers to it is not learnt."""
_NO_WORDS = re.compile(r"\W+")
_MARKER = "1.1"


class LearningState(enum.Enum):
    AWAITED = enum.auto()
    LEARNT = enum.auto()
    FAILED = enum.auto()


class Lesson(Struct, frozen=True):
    id: str
    owner: str
    """The bot that is taught."""
    question: str
    answer: str
    link: str
    """Where the answer is from; may be empty."""
    taught_at: datetime


class Lessons:
    """What the bots of one API were taught; `pace` stretches how long they take to learn it."""

    def __init__(self, new_id: Callable[[], str], now: Clock, pace: float) -> None:
        self._new_id = new_id
        self._now = now
        self._takes = timedelta(seconds=LEARNING_S * max(0.0, pace))
        self._lessons: dict[str, Lesson] = {}

    def teach(self, owner: str, question: str, answer: str, link: str) -> Lesson:
        lesson = Lesson(self._new_id(), owner, question, answer, link, self._now())
        self._lessons[lesson.id] = lesson
        return lesson

    def of(self, owner: str) -> Sequence[Lesson]:
        """Return what a bot was taught, oldest first."""
        return [each for each in self._lessons.values() if each.owner == owner]

    def forget(self, lesson_id: str) -> bool:
        """Take a lesson back; `False` where there is none."""
        return self._lessons.pop(lesson_id, None) is not None

    def progress(self, lesson: Lesson) -> LearningState:
        if self._now() - lesson.taught_at < self._takes:
            return LearningState.AWAITED
        is_unreadable = host_of(lesson.link).endswith(UNREADABLE_HOST)
        return LearningState.FAILED if is_unreadable else LearningState.LEARNT

    def script_for(self, owner: str, question: str) -> Script | None:
        """Return what a bot was taught last to answer a question, however that is punctuated."""
        words = _words(question)
        for each in reversed(self.of(owner)):
            if (
                words
                and _words(each.question) == words
                and self.progress(each) is LearningState.LEARNT
            ):
                source = ScriptedSource(_MARKER, each.question, each.answer, url=each.link)
                return Script((Say(f"{each.answer} [{_MARKER}]"),), (source,))
        return None


def host_of(link: str) -> str:
    """Return the host of a web address, empty for what is none."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""


def _words(text: str) -> str:
    return _NO_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
