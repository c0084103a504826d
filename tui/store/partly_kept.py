"""In-memory store of which choices, pins, earlier questions and runs are kept in another store.

For an account whose sessions end with the program, as those of the embedded server do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui.model import OWN_ID_START
from tui.store.base import AccountKey, AccountStore, Store
from tui.store.changes import Changes
from tui.store.marks import NO_MARKS, MarkStore, SessionMarks
from tui.store.memory import MemoryAccount
from tui.values import replace


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class PartlyKeptAccount(MemoryAccount):
    """The side of one account in a `PartlyKeptStore`."""

    kept: AccountStore

    def __post_init__(self) -> None:
        MemoryAccount.__post_init__(self)
        self.choices = self.kept.choices
        self.questions = self.kept.questions
        self.runs = self.kept.runs
        self.marks = _PartlyKeptMarks(self.marks, self.kept.marks)

    def forget_session(self, session_id: str) -> None:
        MemoryAccount.forget_session(self, session_id)
        self.kept.forget_session(session_id)

    def watch(self, told: Callable[[Changes], object]) -> None:
        self.kept.watch(told)

    async def flush(self) -> None:
        await self.kept.flush()


class _PartlyKeptMarks(MarkStore):
    """Marks in memory of which the pins are kept."""

    def __init__(self, own: MarkStore, kept: MarkStore) -> None:
        self._own = own
        self._kept = kept

    async def all(self) -> Mapping[str, SessionMarks]:
        return {**await self._kept.all(), **await self._own.all()}

    def save(
        self, session_id: str, marks: SessionMarks, before: SessionMarks | None = None
    ) -> None:
        self._own.save(session_id, marks, before)
        # one that was not made yet is known by that id in this start only
        if not session_id.startswith(OWN_ID_START):
            self._kept.save(session_id, replace(NO_MARKS, is_pinned=marks.is_pinned))


class PartlyKeptStore(Store):
    """A store in memory over one that keeps; whoever made that one closes it."""

    def __init__(self, kept: Store) -> None:
        self._kept = kept
        self._accounts: dict[AccountKey, PartlyKeptAccount] = {}

    def account(self, key: AccountKey) -> PartlyKeptAccount:
        if key not in self._accounts:
            self._accounts[key] = PartlyKeptAccount(kept=self._kept.account(key))
        return self._accounts[key]

    async def aclose(self) -> None:
        return
