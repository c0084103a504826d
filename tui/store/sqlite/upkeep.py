"""Upkeep of the store's file while no change waits: its log, other clients, what was forgotten."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from sqlite3 import Connection

from tui.store.sqlite import wiping
from tui.store.sqlite.chores import Chore, Chores
from tui.store.sqlite.media import FileMedium, Medium
from tui.store.sqlite.watching import Watcher


class Upkeep:
    """Does what is due of that, in the thread that writes; `is_in_the_way` says if changes wait."""

    def __init__(self, due: Chores, watcher: Watcher, is_in_the_way: Callable[[], bool]) -> None:
        self._due = due
        self._watcher = watcher
        self._is_in_the_way = is_in_the_way
        self._is_much = False
        """More was changed since than what is made of the other tables waits for."""

    def begin(self, *, was_full: bool = False) -> None:
        """Look after what was changed, here or by an earlier process.

        After so much that a transaction was full, what is made of it is not waited with for more.
        """
        for chore in (Chore.CHECKPOINT, Chore.DERIVE, Chore.WIPE):
            self._due.begin(chore)
        self._is_much = self._is_much or was_full
        if self._is_much and not self._is_in_the_way():
            self._due.begin(Chore.DERIVE, at_once=True)
            self._is_much = False

    def attend(self, medium: Medium) -> bool:
        """Do what is due; `False` when it is seen that the file is not in its place any more."""
        is_settling, is_looking, is_wiping, is_trying = map(
            self._due.take, (Chore.CHECKPOINT, Chore.LOOK, Chore.WIPE, Chore.WIPE_AGAIN)
        )
        if self._watcher.is_watched:
            self._due.begin(Chore.LOOK)
        if not isinstance(medium, FileMedium):
            return True
        # what fails now is told with the next change
        with suppress(Exception):
            if is_looking and not medium.is_in_place:
                return False
            if is_looking:
                medium.outside_of_transactions(self._watcher.look)
            if is_settling:
                medium.checkpoint()
            if (is_wiping or is_trying) and wiping.is_small(medium.path):
                self._due.begin(Chore.WIPE_AGAIN)
                medium.outside_of_transactions(self._wipe)
                self._due.take_back(Chore.WIPE_AGAIN)
        return True

    def _wipe(self, db: Connection) -> None:
        if not wiping.is_due(db):
            return
        # first the log, for while somebody reads in it all that is written anew is so in vain
        is_wiped = (
            wiping.is_index_wiped(db)
            and wiping.end_log(db)
            and wiping.write_anew(db, self._is_in_the_way)
        )
        if not is_wiped:
            self._due.begin(Chore.WIPE)
