"""Sessions looked at last: their messages are taken over into memory when the file fails."""

from __future__ import annotations

from tui.store.base import AccountKey

MOST = 50
"""So many histories must fit into memory."""


class LookedAt:
    """The last sessions of which messages were read or written, and not let go of."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[AccountKey, str], None] = {}

    @property
    def sessions(self) -> tuple[tuple[AccountKey, str], ...]:
        """Longest ago first."""
        return tuple(self._sessions)

    def add(self, key: AccountKey, session_id: str) -> None:
        self.drop(key, session_id)
        self._sessions[key, session_id] = None
        if len(self._sessions) > MOST:
            del self._sessions[next(iter(self._sessions))]

    def drop(self, key: AccountKey, session_id: str) -> None:
        self._sessions.pop((key, session_id), None)
