"""Drafts and earlier questions of the store: protocols of what a person wrote in one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class DraftStore(Protocol):
    """The unsent texts of one account by session; that of a session not made yet is at ""."""

    async def all(self) -> Mapping[str, str]: ...

    def save(self, session_id: str, text: str) -> None:
        """Keep an unsent text, or with an empty one none."""
        ...


class QuestionStore(Protocol):
    """What was asked before in one account."""

    async def all(self) -> Sequence[str]:
        """Return it newest first, no text twice."""
        ...

    def remember(self, text: str) -> None:
        """Put a text before all earlier questions."""
        ...
