"""Progress of a sync: how much is done, how quickly, and what is left."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from tui.conversation.sync import Copied, HeldUp, Missing, Planned, Skipped, SyncEvent
from tui.errors import RunnelError


class SyncProgress(Struct):
    """Of one run; `clock` returns seconds and only ever grows."""

    clock: Callable[[], float]
    to_read: int | None = None
    """`None` until the list was read."""
    current: int = 0
    """Sessions of which the copy was current."""
    copied: int = 0
    messages: int = 0
    """Of the sessions that were copied."""
    gone: int = 0
    """Sessions that only Runnel has."""
    beyond: int = 0
    """Sessions that are older than what the account keeps."""
    forgotten: int = 0
    """Sessions that were left out because they were forgotten here."""
    missing: int = 0
    """Sessions to be read that the server turned out not to have."""
    failed: int = 0
    failure: RunnelError | None = None
    """Of the history that could not be read last."""
    held_up: RunnelError | None = None
    """Why it waits; `None` while it does not."""
    held_until: float = 0.0
    _began_at: float = field(default=0.0)
    _waited_s: float = field(default=0.0)

    def note(self, event: SyncEvent) -> None:
        """Take in what has happened."""
        self.held_up = None
        match event:
            case Planned(to_read, current, gone, beyond, forgotten):
                self.to_read, self.current, self.gone = to_read, current, gone
                self.beyond, self.forgotten = beyond, forgotten
                self._began_at, self._waited_s = self.clock(), 0.0
            case Copied(_, messages):
                self.copied += 1
                self.messages += messages
            case Missing():
                self.missing += 1
            case Skipped(_, error):
                self.failed += 1
                self.failure = error
            case HeldUp(error, wait_s):
                self.held_up, self.held_until = error, self.clock() + wait_s
                self._waited_s += wait_s

    @property
    def done(self) -> int:
        """How many of the sessions to be read were dealt with."""
        return self.copied + self.missing + self.failed

    @property
    def left(self) -> int:
        return (self.to_read or 0) - self.done

    @property
    def spent_s(self) -> float:
        """Since the list was read."""
        return self.clock() - self._began_at

    @property
    def per_s(self) -> float:
        """Sessions a second while nothing held it up; 0 before there is one."""
        spent_s = self.spent_s - self._waited_s
        return self.done / spent_s if self.done and spent_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """About how long it still takes; `None` when that is not known."""
        return self.left / self.per_s if self.per_s else None
