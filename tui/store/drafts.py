"""Drafts and earlier questions of the store: protocols of what a person wrote in one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class DraftStore(Protocol):
    """The unsent texts of one account by session; that of a session not made yet is at "".

    Each client has one of its own in a session; what one that is over has left is anybody's.
    """

    async def all(self) -> Mapping[str, str]:
        """Return those of this client, else what was left."""
        ...

    async def elsewhere(self) -> Mapping[str, str]:
        """Return what other clients are writing, the newest of each session."""
        ...

    async def adopt(self, session_id: str, text: str) -> bool:
        """Let what was left in a session be this client's; `False` when another one has it."""
        ...

    def save(self, session_id: str, text: str) -> None:
        """Keep an unsent text of this client, or with an empty one none.

        It takes the place of what was left, which stays among the earlier questions unless the
        text goes on with it.
        """
        ...


class QuestionStore(Protocol):
    """What was asked before in one account."""

    async def all(self) -> Sequence[str]:
        """Return it newest first, no text twice."""
        ...

    def remember(self, text: str) -> None:
        """Put a text before all earlier questions."""
        ...
