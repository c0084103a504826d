"""In-memory store of which choices, pins and earlier questions are kept from start to start."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tui.model import OWN_ID_START
from tui.store.base import AccountKey, SessionMarks, Store
from tui.store.choices import AccountChoices, Chosen, LastSession
from tui.store.choices_file import ChoicesFile, KeptAccount
from tui.store.memory import MemoryAccount

_NO_MARKS = SessionMarks()


@dataclass(slots=True, eq=False, kw_only=True)
class KeptMemoryAccount(MemoryAccount):
    """The side of one account in a `KeptStore`."""

    kept: KeptAccount
    keeps_questions: bool

    async def choices(self) -> AccountChoices:
        return self.kept.choices

    def choose_bot(self, chosen: Chosen | None) -> None:
        self.kept.choose_bot(chosen)

    def note_last_session(self, session: LastSession | None) -> None:
        self.kept.note_last_session(session)

    def forget_session(self, session_id: str) -> None:
        MemoryAccount.forget_session(self, session_id)
        self.kept.pin(session_id, False)
        last = self.kept.choices.last_session
        if last is not None and last.id == session_id:
            self.kept.note_last_session(None)

    async def questions(self) -> Sequence[str]:
        own = await MemoryAccount.questions(self)
        if not self.keeps_questions:
            return own
        # in a thread: the file may be long, and is read with the first call
        kept = await asyncio.to_thread(self.kept.questions)
        return [*dict.fromkeys([*own, *kept])]

    def remember_question(self, text: str) -> None:
        MemoryAccount.remember_question(self, text)
        if self.keeps_questions:
            self.kept.remember_question(text)

    async def marks(self) -> Mapping[str, SessionMarks]:
        marks = await MemoryAccount.marks(self)
        pinned = {each: replace(_NO_MARKS, is_pinned=True) for each in self.kept.pinned}
        return {**pinned, **marks}

    def save_marks(self, session_id: str, marks: SessionMarks) -> None:
        MemoryAccount.save_marks(self, session_id, marks)
        # one that was not made yet is known by that id in this start only
        if not session_id.startswith(OWN_ID_START):
            self.kept.pin(session_id, marks.is_pinned)


class KeptStore(Store):
    """A store in memory over what `choices` keeps; whoever made these closes them.

    Without `keeps_questions` those of earlier starts are forgotten.
    """

    def __init__(self, choices: ChoicesFile, *, keeps_questions: bool) -> None:
        self._choices = choices
        self._keeps_questions = keeps_questions
        self._accounts: dict[AccountKey, KeptMemoryAccount] = {}
        if not keeps_questions:
            choices.forget_questions()

    def account(self, key: AccountKey) -> KeptMemoryAccount:
        if key not in self._accounts:
            kept = self._choices.account(key)
            account = KeptMemoryAccount(kept=kept, keeps_questions=self._keeps_questions)
            self._accounts[key] = account
        return self._accounts[key]

    async def aclose(self) -> None:
        return
