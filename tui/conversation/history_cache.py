"""Cache of histories: the last ones looked at, and of the others what fits into a limit."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from tui.store import AccountStore

SPARED = 2
"""So many that were looked at last stay, whatever their sizes: one goes back and forth."""
KEPT_BYTES = 6_000_000
"""Of all others, looked at before or read ahead: several long histories."""


class KeptHistory(Protocol):
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


class ReadAhead(Struct, frozen=True):
    """A history that was read before anybody asked for it: only the store has it."""

    store: AccountStore
    id: str
    size_bytes: int

    def let_go(self) -> bool:
        self.store.let_go(self.id)
        return True


class HistoryCache:
    """Lets go of what was read ahead first, then of what was looked at longest ago.

    The history that is looked at stays, the one before it, and whatever refuses to go.
    """

    def __init__(self, limit_bytes: int = KEPT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._looked_at: dict[KeptHistory, None] = {}
        """Longest ago first; the last one is looked at now."""
        self._ahead: dict[str, ReadAhead] = {}
        """By session, the oldest reading first."""

    @property
    def size_bytes(self) -> int:
        """What is kept within the limit."""
        return sum(each.size_bytes for each in self._within_limit())

    def look_at(self, history: KeptHistory) -> None:
        """Keep this one, whatever its size, until so many others were looked at."""
        # of a conversation that nobody began there is nothing to keep
        before = [each for each in self._looked_at if each.id and each is not history]
        self._looked_at = dict.fromkeys([*before, history])
        self._make_room()

    def add(self, history: ReadAhead) -> None:
        """Keep this one as long as there is room."""
        self._ahead[history.id] = history
        self._make_room()

    def drop(self, session_id: str) -> None:
        """Leave the history of a session to others, or to nobody."""
        self._ahead.pop(session_id, None)
        self._looked_at = {each: None for each in self._looked_at if each.id != session_id}

    def _within_limit(self) -> list[KeptHistory]:
        """Return those that may have to go, the first to go first."""
        looked_at = [each for each in self._looked_at if each.id]
        return [*self._ahead.values(), *looked_at[:-SPARED]]

    def _make_room(self) -> None:
        histories = self._within_limit()
        excess_bytes = sum(each.size_bytes for each in histories) - self._limit_bytes
        for history in histories:
            if excess_bytes <= 0:
                return
            size_bytes = history.size_bytes
            if history.let_go():
                excess_bytes -= size_bytes
                self._ahead.pop(history.id, None)
                self._looked_at.pop(history, None)
