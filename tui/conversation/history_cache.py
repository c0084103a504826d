"""Cache of histories: of those nobody looks at as many as fit into a limit of bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tui.store import AccountStore

KEPT_BYTES = 6_000_000
"""Several long histories: going back to them takes no reading."""


class Kept(Protocol):
    """A history in memory."""

    @property
    def id(self) -> str:
        """The id of its session, one of ours, or empty for none."""
        ...

    @property
    def size_bytes(self) -> int: ...

    def let_go(self) -> bool:
        """Forget it; `False` when something of it is nowhere else, or on its way."""
        ...


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """A history that was read before anybody asked for it: only the store has it."""

    store: AccountStore
    id: str
    size_bytes: int

    def let_go(self) -> bool:
        self.store.let_go(self.id)
        return True


class HistoryCache:
    """Lets go of what was read ahead first, then of what was looked at longest ago.

    The history that is looked at stays, and whatever refuses to go.
    """

    def __init__(self, limit_bytes: int = KEPT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._open: Kept | None = None
        self._closed: dict[Kept, None] = {}
        """Longest ago first."""
        self._ahead: dict[str, ReadAhead] = {}
        """By session, the oldest reading first."""

    @property
    def size_bytes(self) -> int:
        """What is kept of histories that nobody looks at."""
        return sum(each.size_bytes for each in (*self._ahead.values(), *self._closed))

    def look_at(self, history: Kept) -> None:
        """Keep this one, whatever its size, until another is looked at."""
        if self._open is not None and self._open.id:
            self._closed[self._open] = None
        self._open = history
        self._closed.pop(history, None)
        self._make_room()

    def add(self, history: ReadAhead) -> None:
        """Keep this one as long as there is room."""
        self._ahead[history.id] = history
        self._make_room()

    def drop(self, session_id: str) -> None:
        """Leave the history of a session to others, or to nobody."""
        self._ahead.pop(session_id, None)
        self._closed = {each: None for each in self._closed if each.id != session_id}
        if self._open is not None and self._open.id == session_id:
            self._open = None

    def _make_room(self) -> None:
        excess_bytes = self.size_bytes - self._limit_bytes
        for history in (*self._ahead.values(), *self._closed):
            if excess_bytes <= 0:
                return
            size_bytes = history.size_bytes
            if history.let_go():
                excess_bytes -= size_bytes
                self._ahead.pop(history.id, None)
                self._closed.pop(history, None)
