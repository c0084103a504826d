"""Lessons that bots were taught from here, with what is known of each: protocol of one account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class KeptLesson(Struct, frozen=True):
    """A question with its answer, kept before it goes out."""

    id: str
    """One of ours."""
    bot_id: str
    question: str
    answer: str
    link: str
    """Where the answer is from; empty for nowhere."""
    taught_at: datetime
    """Aware, UTC."""
    source_id: str = ""
    """The server's id of it; empty while it is not known whether it arrived."""
    session_id: str = ""
    """Where the question was asked; empty for nowhere."""


class LessonStore(Protocol):
    """The lessons of one account."""

    async def all(self) -> Sequence[KeptLesson]:
        """Return them, newest first."""
        ...

    def keep(self, lesson: KeptLesson) -> None:
        """Add a lesson, or put what is known now of it in its place."""
        ...

    def drop(self, lesson_id: str) -> None: ...
