"""Sync choice of a person, kept in the store: it stands until something else is configured."""

from __future__ import annotations

from tui.store import AccountStore, Chosen, in_force

ON, OFF = "on", "off"


class SyncChoice:
    """Whether all sessions are copied while the app runs; `configured` is what the profile says."""

    def __init__(self, store: AccountStore, configured: str) -> None:
        self._store = store
        self._configured = configured
        self._chosen: Chosen | None = None

    async def load(self) -> None:
        """Take in what was chosen at an earlier start."""
        self._chosen = self._chosen or (await self._store.choices.all()).sync

    @property
    def is_on(self) -> bool:
        return (in_force(self._chosen, self._configured) or self._configured) == ON

    def choose(self, *, is_on: bool) -> None:
        """Copy them from now on, or no more; at the next starts too."""
        self._chosen = Chosen(ON if is_on else OFF, self._configured)
        self._store.choices.choose_sync(self._chosen)
