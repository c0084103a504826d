"""Copy states: which state at the server the stored history of a session shows, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tui.model import Session


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
    """As told before the history was read."""
    read_at: datetime
    """Aware; when the server showed it."""


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
