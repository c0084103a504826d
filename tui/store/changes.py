"""Changes that another client makes in the store, as they are told to whoever has it open too."""

from __future__ import annotations

import enum

from msgspec import Struct


class ChangeTopic(enum.StrEnum):
    """What a change concerns."""

    LISTS = "lists"
    HISTORY = "history"
    """Messages, open turns and copy states, by session."""
    SENDS = "sends"
    QUEUE = "queue"
    DRAFTS = "drafts"
    QUESTIONS = "questions"
    MARKS = "marks"
    CHOICES = "choices"
    RUNS = "runs"
    LESSONS = "lessons"


class Changes(Struct, frozen=True):
    """What has changed in an account since it was told last."""

    topics: frozenset[ChangeTopic]
    session_ids: frozenset[str] = frozenset()
    """The sessions whose history has changed."""
