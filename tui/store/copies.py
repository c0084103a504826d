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

    def save(self, session_id: str, state: CopyState) -> None: ...

    async def list_read_at(self, bot_id: str) -> datetime | None:
        """Return when the server last showed the list of a bot; `None` for never."""
        ...

    def note_list_read(self, bot_id: str, read_at: datetime) -> None: ...
