"""Copy states: which state at the server the stored history of a session shows, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from tui.model import Message, Session

CLOCK_SKEW = timedelta(minutes=1)
"""So much the clocks of a server and of this machine may differ, and times be told roughly."""


class SessionVersion(Struct, frozen=True):
    """State of a session as a list of the server tells it: another one has other messages."""

    changed_at: datetime | None = None
    message_count: int | None = None

    @classmethod
    def of(cls, session: Session) -> SessionVersion:
        """Return the state of a session as a list brought it."""
        count = session.facts.message_count if session.facts is not None else None
        return cls(session.updated_at, count)


class CopyState(Struct, frozen=True):
    """What is known of one stored history."""

    version: SessionVersion
    """As told before the history was read; an empty one where the server tells of no changes."""
    read_at: datetime
    """Aware; when the server showed it."""

    @classmethod
    def after_reading(
        cls,
        messages: Sequence[Message],
        told: SessionVersion,
        listed_at: datetime | None,
        read_at: datetime,
    ) -> CopyState:
        """Return that of a history, oldest first, whose list at `listed_at` had `told` of it.

        A last change before messages that were there by then is none: some hosts leave the time of
        a session as it is when messages come.
        """
        newest_at = max(
            (each.created_at for each in messages[-2:] if each.created_at), default=None
        )
        if newest_at is None or told.changed_at is None or listed_at is None:
            return cls(told, read_at)
        is_behind = told.changed_at + CLOCK_SKEW < newest_at < listed_at - CLOCK_SKEW
        return cls(SessionVersion(None, told.message_count) if is_behind else told, read_at)

    @property
    def may_be_behind(self) -> bool:
        """It was read so soon after a change that another may be told by the same time."""
        changed_at = self.version.changed_at
        return changed_at is not None and self.read_at < changed_at + CLOCK_SKEW


class CopyStore(Protocol):
    """The copy states of one account: a session has one no longer than its messages are stored."""

    async def all(self) -> Mapping[str, CopyState]:
        """Return them by session."""
        ...

    async def of(self, session_id: str) -> CopyState | None:
        """Return that of a session; `None` when its history was never read."""
        ...

    def save(self, session_id: str, state: CopyState) -> None: ...

    async def size_bytes(self) -> int:
        """Return how long the texts of all stored messages of the account are, about."""
        ...

    async def lists_read_at(self) -> Mapping[str, datetime]:
        """Return by bot when the server last showed its list, of those that it ever showed."""
        ...

    def note_list_read(self, bot_id: str, read_at: datetime) -> None: ...
