"""Stores of the profiles: one file for all, memory for what must not outlive the program."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tui.model import Profile
from tui.settings.profiles import KEEP_PATTERN
from tui.store import AccountKey, MemoryStore, PartlyKeptStore, Store
from tui.store.retention import KEEP_ALL, Retention

if TYPE_CHECKING:
    from tui.store.sqlite import SqliteStore


KEEP_NONE = "none"
_BYTES = {"MB": 1_000_000, "GB": 1_000_000_000}


def retention_of(keep: str) -> Retention:
    """Return the limit that `keep` of a profile tells, which is not `none`."""
    limit = re.fullmatch(KEEP_PATTERN, keep)
    if limit is None or limit[2] is None:
        return KEEP_ALL
    number, unit = int(limit[1]), limit[2]
    if unit == "d":
        return Retention(age=timedelta(days=number))
    return Retention(size_bytes=number * _BYTES[unit])


class ProfileStores:
    """The store of each profile; `data_folder` is `None` where nothing is kept.

    What an earlier Runnel kept in `state_folder` is taken over. `on_trouble` is called, in any
    thread, with a sentence when something cannot be kept.
    """

    def __init__(
        self,
        data_folder: Path | None,
        state_folder: Path | None,
        on_trouble: Callable[[str], None],
        *,
        keeps_questions: bool,
    ) -> None:
        self._memory = MemoryStore()
        self._file: SqliteStore | None = None
        self._embedded: Store = self._memory
        if data_folder is not None:
            # not imported where nothing is kept
            from tui.store.former_choices import FormerChoices
            from tui.store.sqlite import STORE_FILE, SqliteStore

            self._file = SqliteStore(
                data_folder / STORE_FILE,
                on_trouble,
                keeps_questions=keeps_questions,
                former=None if state_folder is None else FormerChoices(state_folder),
            )
            # its sessions end with the server
            self._embedded = PartlyKeptStore(self._file)

    def of(self, profile: Profile, keep: str) -> Store:
        """Return the store that a profile works with; `keep` as its settings say."""
        if profile.embedded:
            return self._embedded
        if self._file is None:
            return self._memory
        if keep == KEEP_NONE:
            return self._file.keeping_nothing()
        return self._file.keeping(retention_of(keep))

    def rename(self, former: AccountKey, key: AccountKey) -> None:
        """Let what is kept of an account be of another one, of which nothing is kept."""
        if self._file is not None and self._file.path.exists():
            self._file.rename(former, key)

    async def aclose(self) -> None:
        """Carry out every write so far."""
        if self._file is not None:
            await self._file.aclose()
