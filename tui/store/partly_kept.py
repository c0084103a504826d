"""In-memory store of which choices, pins and earlier questions are kept in another store.

For an account whose sessions end with the program, as those of the embedded server do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tui.model import OWN_ID_START
from tui.store.base import AccountKey, AccountStore, Store
from tui.store.changes import Changes
from tui.store.choices import AccountChoices, Chosen, LastSession
from tui.store.marks import NO_MARKS, SessionMarks
from tui.store.memory import MemoryAccount


@dataclass(slots=True, eq=False, kw_only=True)
class PartlyKeptAccount(MemoryAccount):
    """The side of one account in a `PartlyKeptStore`."""

    kept: AccountStore

    async def choices(self) -> AccountChoices:
        return await self.kept.choices()

    def choose_bot(self, chosen: Chosen | None) -> None:
        self.kept.choose_bot(chosen)

    def choose_sync(self, chosen: Chosen | None) -> None:
        self.kept.choose_sync(chosen)

    def note_last_session(self, session: LastSession | None) -> None:
        self.kept.note_last_session(session)

    def forget_session(self, session_id: str) -> None:
        MemoryAccount.forget_session(self, session_id)
        self.kept.forget_session(session_id)

    async def questions(self) -> Sequence[str]:
        return await self.kept.questions()

    def remember_question(self, text: str) -> None:
        self.kept.remember_question(text)

    async def marks(self) -> Mapping[str, SessionMarks]:
        return {**await self.kept.marks(), **await MemoryAccount.marks(self)}

    def save_marks(
        self, session_id: str, marks: SessionMarks, before: SessionMarks | None = None
    ) -> None:
        MemoryAccount.save_marks(self, session_id, marks, before)
        # one that was not made yet is known by that id in this start only
        if not session_id.startswith(OWN_ID_START):
            self.kept.save_marks(session_id, replace(NO_MARKS, is_pinned=marks.is_pinned))

    def watch(self, told: Callable[[Changes], object]) -> None:
        self.kept.watch(told)

    async def flush(self) -> None:
        await self.kept.flush()


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
