"""Derivation of what the store makes of its other tables, the index, while no change waits."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection

from tui.store.sqlite.chores import Chore, Chores
from tui.store.sqlite.media import FileMedium, Medium
from tui.store.sqlite.trouble import trouble_of
from tui.unexpected import reported

Derive = Callable[[Connection, Callable[[], bool]], bool]
"""Makes some of it, and says whether there is more; given what says whether a change waits."""


class Deriving:
    """Makes some when it is due, in the thread that writes; `is_awaited` says if a change waits."""

    def __init__(self, due: Chores, derive: Derive, is_awaited: Callable[[], bool]) -> None:
        self._due = due
        self._derive = derive
        self._is_awaited = is_awaited

    def attend(self, medium: Medium) -> None:
        """Make some of it in a transaction, if it is due; where that fails, after a while again."""
        # both: what is due and not taken keeps the thread awake
        if not any([*map(self._due.take, (Chore.DERIVE, Chore.DERIVE_AGAIN))]):
            return
        try:
            with medium.transaction() as db:
                is_more = self._derive(db, self._is_awaited)
            if not is_more and isinstance(medium, FileMedium):
                medium.shrink()
        except Exception as error:  # noqa: BLE001 - no call of a store raises
            if trouble_of(error) is None:  # what is wrong with the file is told with a change
                reported(error)
            self._due.begin(Chore.DERIVE_AGAIN)
            return
        self._due.take_back(Chore.DERIVE_AGAIN)
        if is_more:
            self._due.begin(Chore.DERIVE, at_once=not self._is_awaited())
