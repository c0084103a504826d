"""Drafts, queues, marks and earlier questions of an account, written behind to the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from tui.conversation.marks import LocalMarks
from tui.conversation.queues import Queues
from tui.formatting.plain_text import on_own_lines
from tui.model import Message, Session
from tui.store import AccountStore, LastSession
from tui.store.forgetting import is_forgotten


class LocalState:
    """What is read at every key press or for every row, and so may not be waited for."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self.queues = Queues(store.queue)
        self.marks = LocalMarks(store)
        self._drafts: dict[str, str] = {}
        self._written_ids: set[str] = set()
        """The sessions of which the draft is ours: written here, or taken over."""
        self._drafts_elsewhere: Mapping[str, str] = {}
        self._failed: Mapping[str, int] = {}
        self._asked_elsewhere: Mapping[str, Message] = {}
        self._questions: dict[str, None] = {}
        """Oldest first."""
        self._forgotten: Mapping[str, datetime] = {}
        """By session, up to which change."""
        self.last_session: LastSession | None = None
        """The session that was open last, at an earlier start too."""

    async def load(self) -> None:
        """Take in what is stored; what was written here in the meantime stays."""
        self._drafts = {**await self._store.drafts.all(), **self._drafts}
        self._drafts_elsewhere = await self._store.drafts.elsewhere()
        await self.queues.load()
        earlier = dict.fromkeys(reversed(await self._store.questions.all()))
        for question in self._questions:
            earlier.pop(question, None)
        self._questions = {**earlier, **self._questions}
        await self.marks.load()
        self._forgotten = await self._store.forgetting.forgotten()
        self.last_session = self.last_session or (await self._store.choices.all()).last_session

    async def take_in(self, open_id: str) -> None:
        """Take in what another client has stored; what changes here in the meantime stays.

        So do the drafts that are ours, and what stands on the screen, in the session `open_id`.
        """
        drafts, questions = dict(self._drafts), self._questions.copy()
        stored = await self._store.drafts.all()
        for session_id in {*drafts, *stored} - self._written_ids - {open_id}:
            if self._drafts.get(session_id) == drafts.get(session_id):
                self._drafts[session_id] = stored.get(session_id, "")
        self._drafts_elsewhere = await self._store.drafts.elsewhere()
        await self.queues.take_in()
        stored_questions = dict.fromkeys(reversed(await self._store.questions.all()))
        new = {each: None for each in self._questions if each not in questions}
        self._questions = {**stored_questions, **new}
        await self.marks.take_in()
        forgotten = self._forgotten
        stored_forgotten = await self._store.forgetting.forgotten()
        if self._forgotten is forgotten:
            self._forgotten = stored_forgotten

    async def take_in_failed(self) -> None:
        """Take in which questions could not be sent, for sessions that nobody has opened."""
        unsent = await self._store.unsent_turns()
        self._failed = {session_id: len(turns) for session_id, turns in unsent.items()}

    def failed_count(self, session_id: str) -> int:
        """Return how many questions could not be sent in a session, as was last taken in."""
        return self._failed.get(session_id, 0)

    async def take_in_sends(self) -> None:
        """Take in what other clients have on its way."""
        sends = await self._store.sends.elsewhere()
        self._asked_elsewhere = {each.session_id: each.question for each in sends}

    def asked_elsewhere(self, session_id: str) -> Message | None:
        """Return the question that another client has on its way in a session, the newest."""
        return self._asked_elsewhere.get(session_id)

    def note_open(self, session: LastSession | None) -> None:
        """Note which session is open: it is the last one from now on; `None` for none at all."""
        if session != self.last_session:
            self.last_session = session
            self._store.choices.note_last_session(session)

    def draft(self, session_id: str) -> str:
        """Return the unsent text of a session; the draft of a session not made yet is at ""."""
        return self._drafts.get(session_id, "")

    def draft_elsewhere(self, session_id: str) -> str:
        """Return what another client is writing in a session."""
        return self._drafts_elsewhere.get(session_id, "")

    async def adopt_draft(self, session_id: str) -> bool:
        """Take over the draft of a session that a client left which is over.

        `False` when another one has taken it over: then there is none here.
        """
        draft = self.draft(session_id)
        if not draft or session_id in self._written_ids:
            return True
        is_ours = await self._store.drafts.adopt(session_id, draft)
        if is_ours:
            self._written_ids.add(session_id)
        elif self.draft(session_id) == draft:
            self._drafts[session_id] = ""
        return is_ours

    def save_draft(self, session_id: str, text: str) -> None:
        if text == self.draft(session_id):
            return
        self._drafts[session_id] = text
        if text:
            self._written_ids.add(session_id)
        else:
            self._written_ids.discard(session_id)
        self._store.drafts.save(session_id, text)

    def set_aside_draft(self, session_id: str) -> None:
        """Put the unsent text of a session among the earlier questions."""
        if (draft := self.draft(session_id)).strip():
            self.remember_question(draft)
        self.save_draft(session_id, "")

    @property
    def unsent_ids(self) -> Collection[str]:
        """The sessions in which something is written or queued."""
        drafted = (each for each, text in self._drafts.items() if text.strip())
        return dict.fromkeys([*self.queues.session_ids, *drafted])

    @property
    def unsent_count(self) -> int:
        """How many sessions have an unsent text."""
        return sum(bool(text.strip()) for text in self._drafts.values())

    @property
    def own_draft_count(self) -> int:
        """How many sessions have an unsent text that was written, or taken over, in this start."""
        return sum(bool(self.draft(each).strip()) for each in self._written_ids)

    def questions(self) -> list[str]:
        """Return what was asked before, newest first, no text twice."""
        return list(reversed(self._questions))

    def remember_question(self, text: str) -> None:
        """Put a text among the earlier questions, for one that was cleared instead of sent too."""
        self._questions.pop(text, None)
        self._questions[text] = None
        self._store.questions.remember(text)

    def move(self, old_id: str, new_id: str) -> None:
        """Let what belongs to a session belong to it under another id, before what is there.

        Of a session that was never made, whose new id is empty, only the draft stays: the next
        one is not what was marked.
        """
        self.queues.move(old_id, new_id)
        draft = self.draft(old_id)
        self.save_draft(old_id, "")
        self.save_draft(new_id, on_own_lines(draft, self.draft(new_id)))
        self.marks.move(old_id, new_id)

    def forget(self, session_id: str) -> None:
        """Drop what belongs to a session that was deleted; unsent texts become questions."""
        for queued in self.queues.of(session_id):
            self.remember_question(queued.written)
        if (draft := self.draft(session_id)).strip():
            self.remember_question(draft)
        self._drop([session_id])

    def note_forgotten(self, until: Mapping[str, datetime]) -> None:
        """Drop what belongs to sessions of which the store has dropped everything.

        They are not unread for that.
        """
        self._drop(until)
        self.marks.take_as_seen(until)
        self._forgotten = {**self._forgotten, **until}

    def note_kept(self, session_id: str) -> bool:
        """Know that something of a session is kept again, and return whether it was forgotten."""
        if session_id not in self._forgotten:
            return False
        self._forgotten = {each: at for each, at in self._forgotten.items() if each != session_id}
        return True

    @property
    def forgotten(self) -> Mapping[str, datetime]:
        """By session, up to which change nothing is to be kept of it."""
        return self._forgotten

    def is_forgotten(self, session: Session) -> bool:
        """Say whether nothing is to be kept of a session until it changes."""
        return is_forgotten(session, self._forgotten.get(session.id))

    def _drop(self, session_ids: Collection[str]) -> None:
        for session_id in session_ids:
            self.queues.forget(session_id)
            self._drafts.pop(session_id, None)
        self.marks.forget(session_ids)
        if self.last_session is not None and self.last_session.id in session_ids:
            self.last_session = None
