"""Copy states: which state at the server the stored history of a session shows, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from tui.model import Message, Session

_TELLING_LATE = timedelta(minutes=1)
"""A message may be so much newer than the change that it made, by the clocks of a server."""


@dataclass(frozen=True, slots=True)
class SessionVersion:
    """State of a session as a list of the server tells it: another one has other messages."""

    changed_at: datetime | None = None
    message_count: int | None = None

    @classmethod
    def of(cls, session: Session) -> SessionVersion:
        """Return the state of a session as a list brought it."""
        count = session.facts.message_count if session.facts is not None else None
        return cls(session.updated_at, count)


@dataclass(frozen=True, slots=True)
class CopyState:
    """What is known of one stored history."""

    version: SessionVersion
    """As told before the history was read; an empty one where the server tells of no changes."""
    read_at: datetime
    """Aware; when the server showed it."""

    @classmethod
    def after_reading(
        cls, messages: Sequence[Message], told: SessionVersion, read_at: datetime
    ) -> CopyState:
        """Return that of a history, oldest first, read after the list had `told` of its session.

        A last change that messages are newer than is not told by it: on some hosts they leave the
        time as it is.
        """
        newest_at = max(
            (each.created_at for each in messages[-2:] if each.created_at), default=None
        )
        is_behind = (
            newest_at is not None
            and told.changed_at is not None
            and newest_at > told.changed_at + _TELLING_LATE
        )
        return cls(SessionVersion(None, told.message_count) if is_behind else told, read_at)


class CopyStore(Protocol):
    """The copy states of one account: a session has one no longer than its messages are stored."""

    async def all(self) -> Mapping[str, CopyState]:
        """Return them by session."""
        ...

    async def of(self, session_id: str) -> CopyState | None:
        """Return that of a session; `None` when its history was never read."""
        ...

    def save(self, session_id: str, state: CopyState) -> None: ...

    async def lists_read_at(self) -> Mapping[str, datetime]:
        """Return by bot when the server last showed its list, of those that it ever showed."""
        ...

    def note_list_read(self, bot_id: str, read_at: datetime) -> None: ...
