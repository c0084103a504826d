"""Room that the limits of an account leave to a sync: what would go again is not read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tui.model import LONG_AGO, Message, Session
from tui.store import AccountStore

_FULL_SHARE = 0.9
"""Share of a limit from which on older histories are left: else they came and went each time."""


class SyncRoom:
    """By the account's retention, as which those that changed longest ago go first."""

    def __init__(self, store: AccountStore, now: datetime) -> None:
        self._store = store
        age = store.retention.age
        self._since = now - age if age is not None else LONG_AGO
        self._oldest: datetime | None = None
        self._left_bytes: float | None = None

    async def measure(self) -> None:
        """Find out whether there is room for more."""
        limit_bytes = self._store.retention.size_bytes
        if limit_bytes is not None:
            size_bytes = await self._store.copies.size_bytes()
            self._left_bytes = limit_bytes * _FULL_SHARE - size_bytes

    def take(self, messages: Iterable[Message]) -> None:
        """Take in that these are here, and were not when it was measured."""
        if self._left_bytes is not None:
            self._left_bytes -= sum(len(each.text.encode("utf-8", "replace")) for each in messages)

    def note_kept(self, session: Session) -> None:
        """Take in that the history of a session is here."""
        changed_at = changed_at_of(session)
        self._oldest = changed_at if self._oldest is None else min(self._oldest, changed_at)

    def holds(self, session: Session) -> bool:
        """Say whether the history of a session would stay."""
        changed_at = changed_at_of(session)
        if self._is_full and self._oldest is not None:
            # an older one goes for it
            return self._oldest < changed_at >= self._since
        return changed_at >= self._since

    def has_place(self, session: Session) -> bool:
        """Say whether the history of a session would stay, and nothing would go for it."""
        return not self._is_full and self.holds(session)

    @property
    def _is_full(self) -> bool:
        """There is hardly any room: what is kept from now on goes in the place of something."""
        return self._left_bytes is not None and self._left_bytes <= 0


def changed_at_of(session: Session) -> datetime:
    return session.changed_at or LONG_AGO
